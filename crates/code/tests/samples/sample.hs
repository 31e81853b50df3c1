{-# LANGUAGE LambdaCase #-}
-- | A store of greetings.
module Greetings.Store
  ( Store
  , get
  ) where

import qualified Data.Map as M
import Data.List (sortBy, nub)

-- | Keeps greetings.
data Store a = Store
  { limit :: Int
  , greetings :: M.Map String a
  } deriving (Show)

newtype Name = Name String

type Names = [Name]

-- | What greets.
class Greeter g where
  -- | Says hello.
  greet :: g -> String -> String
  greet _ name = "hello " ++ name

instance Greeter (Store a) where
  greet store name = go name
    where go n = n

-- | Looks a greeting up.
--
-- In vain, at times.
get :: Store a
    -> String
    -> Maybe a
get store name
  | null name = Nothing
get store name =
  let local = name
  in M.lookup local (greetings store)

capacity :: Int
capacity = 16

(<+>) :: Names -> Names -> Names
a <+> b = a ++ b

main :: IO ()
main = do
  let x = 1
  print x

-- | A door by its lock.
data Door (l :: Lock) where
  Open :: { guest :: !Text, knocks :: {-# UNPACK #-} !Int } -> Door 'Unlocked
  Shut :: Door l
  deriving stock (Eq)

data Lock = Locked | Unlocked
  deriving (Show, Eq, Enum, Bounded)
  deriving anyclass (NFData)

newtype Parser a = Parser { runParser :: String -> Maybe (a, String) }

type family Key (l :: Lock) :: Type where
  Key 'Locked = Int
  Key 'Unlocked = ()

class (Monad m, Eq (Key l)) => MonadHouse l m | m -> l where
  type Room m :: Type
  open :: Key l -> m (Room m)
  default open :: (Room m ~ ()) => Key l -> m ()
  open _ = pure ()
  {-# MINIMAL shut #-}
  shut, slam :: m ()
  slam = shut

instance Functor Parser where
  fmap f (Parser p) = Parser $ \input -> case p input of
    Nothing -> Nothing
    Just (a, rest) -> Just (f a, rest)

instance {-# OVERLAPPING #-} Show (Door l) where
  showsPrec _ Shut = showString "shut"
  showsPrec d Open {..} | d > 10 = showParen True inner
                        | otherwise = inner
    where
      inner = shows knocks

infixr 5 +++
(+++) :: [a] -> [a] -> [a]
[] +++ ys = ys
(x : xs) +++ ys = x : (xs +++ ys)

pattern Ajar :: Text -> Door 'Unlocked
pattern Ajar name <- Open name _

-- | Opens all doors.
openAll, shutAll :: forall m. MonadHouse 'Locked m => [Key 'Locked] -> m ()
openAll = mapM_ $ \case
  0 -> pure ()
  key -> do
    let inner = key + 1
    _ <- open inner
    pure ()
shutAll _ = shut

foreign import ccall unsafe "math.h sin" c_sin :: Double -> Double

deriving instance Eq (Parser a)

(front, back) = (1, 2)

spec :: Spec
spec = describe "Door" $
  it "opens with its key" $ capacity `shouldBe` 16

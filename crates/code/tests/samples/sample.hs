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

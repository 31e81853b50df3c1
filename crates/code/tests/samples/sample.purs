-- | Names the knots of sailors.
module Sailor.Knots
  ( Knot(..)
  , tie
  ) where

import Prelude
import Data.Maybe (Maybe(..))

{- | A knot.
tied :: Never -}
data Knot
  = Bowline
  | Hitch Int
  | Splice { strands :: Int }

newtype Rope = Rope Number

type Harbour = { ropes :: Array Rope }

class Monad m <= MonadRope m where
  haul :: Rope -> m Unit

instance showKnot :: Show Knot where
  show Bowline = "bowline"
  show _ = "other"

derive instance eqKnot :: Eq Knot

foreign import data Winch :: Type

foreign import startWinch :: Winch -> Int

infixr 5 tie as <~>

-- | Ties a knot, if the rope is long enough.
tie :: Rope -> Knot -> Maybe Knot
tie (Rope metres) knot
  | metres < 1.0 = Nothing
tie _ knot = Just knot

untie
  :: forall a
   . Knot
  -> Array a
untie knot = go 3
  where
  go n = []

splices = 4 :: Int

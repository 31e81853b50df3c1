/-! Counts the tiles of a mosaic. -/
import Mathlib.Data.Nat.Basic
import Std.Data.HashMap

namespace Mosaic

/-- A tile of a colour. -/
structure Tile where
  colour : Nat
  chipped : Bool := false

inductive Pattern
  | empty
  | row (tiles : List Tile)
  | joined : Pattern → Pattern → Pattern
  deriving Repr

class Countable (α : Type) where
  count : α → Nat

abbrev Grid := Array (Array Tile)

/- def never := 0
-/

/-- How many tiles a pattern has. -/
def tileCount : Pattern → Nat
  | .empty => 0
  | .row tiles => tiles.length
  | .joined a b => tileCount a + tileCount b

instance instCountPattern : Countable Pattern where
  count := tileCount

@[simp]
theorem tileCount_empty : tileCount .empty = 0 := rfl

private theorem Pattern.joined_comm (a b : Pattern) :
    tileCount (.joined a b) = tileCount (.joined b a) := by
  simp [tileCount]
  omega

noncomputable def shine (t : Tile) : Nat :=
  t.colour

axiom grout_holds : True

syntax "lay_tiles" term : tactic

end Mosaic

{-# OPTIONS --safe #-}
-- Ropes of bells, and how they are rung.
module Belfry where

open import Data.Nat using (ℕ; zero; suc; _+_)
open import Relation.Binary.PropositionalEquality

{- never : ℕ
never = 0 -}

data Peal : Set where
  silence : Peal
  _then_  : ℕ → Peal → Peal

record Ringer : Set₁ where
  field
    name : Set
    arms : ℕ

infixr 5 _then_

-- How often the bells ring in a peal.
strokes : Peal → ℕ
strokes silence = zero
strokes (n then p) = n + strokes p

echo : Peal → Peal
echo p = go p
  where
  go : Peal → Peal
  go silence = silence
  go (n then q) = n then go q

module Laws where
  silent-peal : strokes silence ≡ zero
  silent-peal = refl

  +-rings : ∀ n p →
            strokes (n then p) ≡ n + strokes p
  +-rings n p = refl

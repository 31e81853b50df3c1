(** Stacks of hay, and how high they are. *)
From Coq Require Import List Arith.
Require Export Barn.Ladder.

Module Haystack.

Section Heights.

Variable bale : nat.
Hypothesis bale_pos : 0 < bale.

(** A stack, bale by bale. *)
Inductive stack : Type :=
  | ground
  | on_top (below : stack).

Record barn := mk_barn {
  stacks : list stack;
  roof : nat
}.

Definition lift (s : stack) : stack := on_top s.

(** How high a stack is. *)
Fixpoint height (s : stack) : nat :=
  match s with
  | ground => 0
  | on_top s' => bale + height s'
  end.

Lemma height_lift : forall s, height (lift s) = bale + height s.
Proof.
  intros s. unfold lift. simpl.
  reflexivity.
Qed.

(* Lemma never : False. *)

Theorem lift_is_higher (s : stack) :
  height s < height (lift s).
Proof.
  rewrite height_lift.
  apply Nat.lt_add_pos_l. exact bale_pos.
Qed.

End Heights.

Class Stackable (A : Type) := { weight : A -> nat }.

#[global] Instance stackable_nat : Stackable nat := { weight := fun n => n }.

Notation "a 'over' b" := (on_top a b) (at level 50).

Ltac climb := repeat constructor.

End Haystack.

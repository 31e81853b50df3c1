(** The timetable's interface. *)
open Printf

type station
(** A place where trains stop. *)

exception Collision of string

val sum_platforms : station list -> int
(** How many platforms there are. *)

module Clock : sig
  val now : unit -> int
end

module type BELL = sig
  val strike : int -> unit
end

external ring : int -> unit = "railway_ring"

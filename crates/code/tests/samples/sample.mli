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

(** {1 Wagons} *)

type 'a wagon = private
  | Coal of { tons : int }
  | Mail of 'a list
[@@deriving eq]

type colour = [ `Red | `Green ]
and point = float * float

type t = { name : string; mutable speed : int }

(** What a train is pulled by. *)
class type engine = object
  method pull : int -> unit
end

class steam : string -> engine

val couple : ?gap:int -> 'a wagon -> 'a wagon -> ('a wagon, string) result
(** [couple left right] hangs the right one behind the left one.
    @raise Collision if there is no room *)

val ( >>= ) : 'a option -> ('a -> 'b option) -> 'b option

module Make (Clock : sig
  val now : unit -> int
end) : sig
  type plan

  val empty : plan
  (** A plan without a train. *)
end

module Map : Stdlib.Map.S with type key = string
module Alias = Stdlib.List
include module type of Clock
open Stdlib.Int
exception Late of { minutes : int }
external now : unit -> float = "railway_now" [@@noalloc]
val mutable_speed : t -> int ref

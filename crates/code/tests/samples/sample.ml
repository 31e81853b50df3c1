(* Trains on a model railway: a small timetable. *)
open Printf
module StringMap = Map.Make (String)

exception Collision of string

(** A place where trains stop. *)
type station = {
  name : string;
  platforms : int;
}

type signal = Red | Green of int

module type CLOCK = sig
  type t
  val now : unit -> t
  val minutes : t -> int
end

(** The plan of one day. *)
module Timetable (Clock : CLOCK) = struct
  type entry = { train : string; at : int }

  let empty : entry list = []

  (** Adds a train, unless its platform is taken. *)
  let add entry plan =
    if List.exists (fun other -> other.at = entry.at) plan then
      raise (Collision entry.train)
    else entry :: plan

  let rec next minute = function
    | [] -> None
    | entry :: rest -> if entry.at >= minute then Some entry else next minute rest
end

let default_platforms = 2

let rec sum_platforms = function
  | [] -> 0
  | station :: rest -> station.platforms + sum_platforms rest

and describe station =
  sprintf "%s (%d)" station.name station.platforms

external ring : int -> unit = "railway_ring"

class bell volume = object (self)
  val mutable rings = 0
  method strike = rings <- rings + 1; ring volume
  method private count = rings
end

let () = print_endline (describe { name = "Hill"; platforms = default_platforms })

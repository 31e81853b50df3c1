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

type 'a tree =
  | Leaf
  | Node of { left : 'a tree; value : 'a; right : 'a tree }
[@@deriving show]

and forest = int tree list

type _ wagon =
  | Coal : int -> int wagon
  | Mail : string -> string wagon

type colour = [ `Red | `Green of int ]
type point = float * float

(** Folds over a tree. *)
let rec fold : type a b. (b -> a -> b) -> b -> a tree -> b =
 fun step start tree ->
  match tree with
  | Leaf -> start
  | Node { left; value; right } ->
    let start = fold step start left in
    fold step (step start value) right

let ( >>= ) option f = Option.bind option f
let ( let* ) = Option.bind
let front, back = 1, 2

let%test "a tree folds" = fold ( + ) 0 Leaf = 0

module type STATION = sig
  include CLOCK
  val name : string
  exception Closed
  module Platform : sig
    type t
  end
end

module Hill : STATION with type t = int = struct
  type t = int
  let now () = 0
  let minutes t = t
  let name = "Hill"
  exception Closed
  module Platform = struct type t = int end
end

module Plan = Timetable (Hill)
open! Plan
include Hill

class virtual engine (name : string) =
  object
    inherit bell 3 as super
    method virtual pull : int -> unit
    val! rings = 1
    method name = name
    initializer ignore super
  end

let locomotive = object
  method whistle = "tuut"
end

let travel ?(stops = 3) ~from:start () =
  try
    let* stop = Some stops in
    Some (stop + start)
  with Failure text when text <> "" -> None

let () = print_endline (describe { name = "Hill"; platforms = default_platforms })

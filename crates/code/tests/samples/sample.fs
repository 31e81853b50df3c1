module Choir.Rehearsal

open System.Collections.Generic

/// A voice of the choir.
type Voice =
    | Soprano
    | Bass of depth: int

type Singer =
    { Name: string
      Voice: Voice }

    member this.IsLow = match this.Voice with Bass _ -> true | _ -> false

exception Hoarse of string

let maxSingers = 40

/// Puts a singer into the choir, as long as there is room.
let join choir singer =
    if List.length choir >= maxSingers then
        raise (Hoarse singer.Name)
    else
        singer :: choir

let rec countVoices voice singers =
    match singers with
    | [] -> 0
    | first :: rest ->
        let here = if first.Voice = voice then 1 else 0
        here + countVoices voice rest

module Concert =
    let hall = "town hall"

    let seats rows =
        rows * 20

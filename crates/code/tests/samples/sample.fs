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

    /// Where the choir stands.
    module internal Stage =
        let [<Literal>] Width = 12

        let inline place< ^a when ^a: (member Height: int)> (singer: ^a) =
            (^a: (member Height: int) singer)

/// Sings; each in its own way.
type ISinger =
    abstract member Sing: text: string -> unit
    abstract Pitch: float with get, set

[<AbstractClass; Sealed>]
type Conductor private () =
    static let mutable beats = 0

    static member Beat(count: int) =
        beats <- beats + count
        beats

type Ensemble<'voice when 'voice: comparison>(name: string, ?size: int) as this =
    inherit Choir(name)

    let members = Dictionary<'voice, Singer>()
    do this.Tune()

    new() = Ensemble("nameless")

    member val Name = name with get, set
    member _.Item with get (voice) = members[voice]
    member private this.Tune() =
        for pair in members do
            printfn "%A" pair

    override _.ToString() = name
    static member (+) (left: Ensemble<_>, right: Ensemble<_>) = left

    interface ISinger with
        member _.Sing text = printfn "%s" text
        member val Pitch = 440.0 with get, set

type Pitch = float<hz>
and [<Measure>] hz

type System.String with
    member text.Loud = text.ToUpper()

let (|Low|High|) pitch = if pitch < 200.0 then Low else High

let (<+>) left right = left @ right

let rehearse = async {
    let! singers = load ()
    return! singers |> List.map (fun singer -> singer.Name) |> Async.Parallel
}

[<EntryPoint>]
let main argv =
    let inner x = x + 1
    inner 0

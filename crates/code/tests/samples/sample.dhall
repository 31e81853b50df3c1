{- The rota of a village fire brigade.
   let never = 1 -}
let Prelude = https://prelude.dhall-lang.org/v21.1.0/package.dhall

let Text/concat = Prelude.Text.concat

let Volunteer : Type = { name : Text, drives : Bool }

let Shift = < Day | Night >

-- Says who drives the engine.
let engineDriver
    : List Volunteer → Optional Volunteer
    = λ(all : List Volunteer) →
        List/head Volunteer all

let callOut = \(shift : Shift) -> merge { Day = "siren", Night = "telephone" } shift

let makeVolunteer : Text → Volunteer = λ(name : Text) → { name, drives = False }

let hoses = 6

let poem =
      ''
      let rain = fall
      ''

in  { hoses, callOut, makeVolunteer }

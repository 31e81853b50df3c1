module Quiz exposing (Model, main, update)

import Browser
import Html exposing (Html, button, div, text)


{-| What the quiz knows. -}
type alias Model =
    { asked : Int
    , right : Int
    }


type Msg
    = Answered Bool
    | Restarted


port saveScore : Int -> Cmd msg


maxQuestions : Int
maxQuestions =
    10


{-| Counts an answer. -}
update : Msg -> Model -> Model
update msg model =
    case msg of
        Answered True ->
            { model | asked = model.asked + 1, right = model.right + 1 }

        Answered False ->
            { model | asked = model.asked + 1 }

        Restarted ->
            { asked = 0, right = 0 }


view : Model -> Html Msg
view model =
    div [] [ text (String.fromInt model.right) ]

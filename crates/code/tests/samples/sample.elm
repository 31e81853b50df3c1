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


{-| A question with what may be answered. -}
type Question answer
    = Choice (List answer)
    | Free { hint : Maybe String, limit : Int }


type alias Player a =
    { a | name : String }


port gotScore : (Int -> msg) -> Sub msg


main : Program () Model Msg
main =
    Browser.element
        { init = \_ -> ( { asked = 0, right = 0 }, Cmd.none )
        , view = view
        , update = \msg model -> ( update msg model, Cmd.none )
        , subscriptions = always Sub.none
        }


rename : String -> Player a -> Player a
rename name player =
    { player | name = name }


decoder : Decoder (Question String)
decoder =
    Decode.field "kind" Decode.string
        |> Decode.andThen
            (\kind ->
                let
                    choice =
                        Decode.map Choice (Decode.list Decode.string)

                    limited : Int -> Question String
                    limited limit =
                        Free { hint = Nothing, limit = limit }
                in
                if kind == "choice" then
                    choice

                else
                    Decode.map limited Decode.int
            )


score : { a | right : Int, asked : Int } -> ( Int, Int )
score { right, asked } =
    ( right, asked - right )

//// Walks through a garden maze.

import gleam/list
import gleam/option.{type Option, None, Some}

pub const max_steps = 100

pub type Direction {
  North
  South
}

pub type Path =
  List(Direction)

/// Walks until the exit is found.
pub fn walk(path: Path, steps: Int) -> Option(Path) {
  case steps > max_steps {
    True -> None
    False -> Some(list.append(path, [North]))
  }
}

fn turn(direction: Direction) -> Direction {
  case direction {
    North -> South
    South -> North
  }
}

@external(erlang, "maze", "draw")
pub fn draw(path: Path) -> Nil

/// What may stand in the way.
pub opaque type Hedge(plant) {
  Hedge(plant: plant, height: Float)
  Gap
}

type Step =
  #(Direction, Int)

const walls: List(Int) = [1, 2, 3]

pub fn cut(hedge: Hedge(a), by height: Float) -> Result(Hedge(a), Nil) {
  let shorter = fn(from: Float) { from -. height }
  use plant <- result.try(case hedge {
    Hedge(plant: plant, ..) -> Ok(plant)
    Gap -> Error(Nil)
  })
  Ok(Hedge(plant, shorter(2.0)))
}

@deprecated("Use cut instead")
pub fn trim(hedge: Hedge(a)) -> Hedge(a) {
  cut(hedge, by: 1.0)
  |> result.unwrap(Gap)
}

@target(javascript)
fn log(text: String) -> Nil {
  io.println("maze: " <> text)
}

pub fn main() {
  let assert Ok(hedge) = cut(Gap, by: 0.5)
  let path = [North, ..list.repeat(South, times: 3)]
  log(string.inspect(#(hedge, path)))
  todo as "draw it"
}

pub fn walk_test() {
  walk([], 0)
  |> should.equal(Some([North]))
}

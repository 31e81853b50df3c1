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

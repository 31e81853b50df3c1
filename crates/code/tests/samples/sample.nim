# Sorts the letters of a museum.
import std/[tables, strutils]
from os import walkFiles

type
  Letter* = object
    sender: string
    year: int

  Shelf = ref object
    letters: seq[Letter]

## Puts a letter where it belongs.
proc shelve*(shelf: Shelf, letter: Letter) =
  shelf.letters.add(letter)

func oldest(shelf: Shelf): Letter =
  result = shelf.letters[0]
  for letter in shelf.letters:
    if letter.year < result.year:
      result = letter

template withShelf(body: untyped) =
  block:
    body

const
  MaxLetters* = 400
  Woods = ["oak", "pine"]

let started = now()
var shelves*: seq[Shelf] = @[]

type
  Seal* = enum
    wax = "wax", lead
  Visitor* = ref object of RootObj
    case seal: Seal
    of wax: colour: string
    else: discard
  Sorter[T] = proc (left, right: T): int {.closure.}
  Year* = distinct int

type Weighed = concept x
  x.weight is int

proc `+`*(left, right: Year): Year {.borrow.}

method visit*(visitor: Visitor; shelf: Shelf): bool {.base, raises: [].} =
  ## Has somebody look at a shelf.
  proc inner(at: int): int = at + 1
  return inner(0) > 0

iterator letters*(shelf: Shelf): Letter =
  for letter in shelf.letters:
    yield letter

converter toYear(year: int): Year = Year(year)

macro sorted*(body: untyped): untyped =
  result = newStmtList()
  for child in body:
    result.add child

func `[]`*[T: SomeInteger](shelf: Shelf, at: T): Letter {.inline.} =
  shelf.letters[at]

proc older(
    left, right: Letter,
    by = 1,
): bool =
  when defined(release):
    left.year < right.year
  else:
    left.year - by < right.year

template `~`(letter: Letter): string = letter.sender

suite "shelves":
  test "a letter is shelved":
    check shelves.len == 0

when isMainModule:
  for path in walkFiles("*.txt"):
    echo path

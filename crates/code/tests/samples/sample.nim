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

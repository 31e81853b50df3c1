## A kite that a player flies.
class_name Kite
extends CharacterBody2D

signal string_torn(length)

enum Mood { CALM, WILD }

enum Tail {
	SHORT,
	LONG = 4,
}

const MAX_STRING := 80.0
@export var colour: Color = Color.RED
@onready var string_line = $StringLine
var height := 0.0:
	set(value):
		height = clamp(value, 0.0, MAX_STRING)

## Lets out some string, as long as there is wind.
func let_out(metres: float) -> void:
	var wind := 3.0
	if wind > 1.0:
		height += metres
	else:
		string_torn.emit(metres)

static func tension(
		length: float,
		wind: float
) -> float:
	return length * wind

func _ready():
	pass

class Bow:
	var knots = 3

	func untie():
		knots -= 1

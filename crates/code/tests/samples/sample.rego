# Who may enter the greenhouse.
package greenhouse.access

import rego.v1
import data.staff

max_visitors := 8

default allow := false

allow if {
	input.person in staff.gardeners
}

allow if {
	is_day(input.time)
	count(input.visitors) <= max_visitors
}

# Whether it is light outside.
is_day(time) if {
	time.hour > 6
	time.hour < 20
}

refusals contains reason if {
	not allow
	reason := "closed"
}

deny[msg] {
	input.dog
	msg := "no dogs"
}

plants_of(bed) := {plant |
	some plant in data.plants
	plant.bed == bed
}

test_gardeners_enter if {
	allow with input as {"person": "ida"}
}

package lib.instrument_test

import data.lib.instrument

_input(roles, relations) := {
	"subject": {"roles": roles},
	"relations": relations,
	"action": "manage",
	"resource": {
		"type": "order",
		"instrument": {"state": "registered", "move": "approve", "done": ["register"], "sides": []},
	},
}

test_an_officer_serves_the_area if {
	instrument.officer({"regulator"}) with input as _input(["regulator"], ["contains"])
}

test_an_officer_of_another_area_does_not if {
	not instrument.officer({"regulator"}) with input as _input(["regulator"], [])
}

test_a_manager_is_no_officer if {
	not instrument.officer({"regulator"}) with input as _input(["property_manager"], ["contains"])
}

test_a_move_is_of_a_type if {
	instrument.moving("order", {"approve"}) with input as _input([], [])
	not instrument.moving("agreement", {"approve"}) with input as _input([], [])
	not instrument.moving("order", {"refuse"}) with input as _input([], [])
}

test_what_one_did_is_known if {
	instrument.did({"register"}) with input as _input([], [])
	not instrument.did({"approve"}) with input as _input([], [])
}

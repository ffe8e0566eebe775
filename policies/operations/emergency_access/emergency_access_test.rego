package operations.emergency_access_test

import data.operations.emergency_access

_input(move, done) := {
	"subject": {"roles": ["property_manager"]},
	"action": "manage",
	"relations": ["manages"],
	"resource": {
		"type": "emergency_access",
		"home": {"occupancy": "owner_occupied", "lease": "none", "flags": []},
		"instrument": {"state": "opened", "move": move, "done": done, "sides": []},
	},
}

test_a_second_confirms if {
	some grant in emergency_access.permit with input as _input("confirm", [])
	grant.rule == "opens"
	emergency_access.deny == set() with input as _input("confirm", [])
}

test_the_first_does_not if {
	emergency_access.deny == {{"rule": "own_opening"}} with input as _input("confirm", ["open"])
}

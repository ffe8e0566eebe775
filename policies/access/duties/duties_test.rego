package access.duties_test

import data.access.duties

_input(roles, purpose, relations) := {
	"subject": {"roles": roles},
	"purpose": purpose,
	"relations": relations,
}

test_an_assessor_holds_no_other_office if {
	duties.deny == {{"rule": "exclusive_roles"}} with input as _input(["architect", "regulator"], "regulation", ["contains"])
	duties.deny == set() with input as _input(["regulator"], "regulation", ["contains"])
}

test_an_assessor_lives_somewhere if {
	duties.deny == set() with input as _input(["city_officer", "regulator"], "own_use", ["resident"])
}

package operations.waivers_test

import data.operations.waivers

_input(role, relations) := {
	"subject": {"roles": [role]},
	"action": "manage",
	"purpose": "regulation",
	"relations": relations,
	"resource": {"type": "waiver", "home": {"occupancy": "owner_occupied", "lease": "none"}},
}

test_a_regulator_waives_in_her_area_alone if {
	count(waivers.permit) == 1 with input as _input("regulator", ["contains"])
	count(waivers.permit) == 0 with input as _input("regulator", [])
	count(waivers.permit) == 0 with input as _input("city_officer", ["contains"])
}

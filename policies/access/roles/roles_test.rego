package access.roles_test

import data.access.roles

_manage(roles, multi_factor) := {
	"subject": {"roles": roles, "multi_factor": multi_factor},
	"action": "manage",
	"relations": [],
	"resource": {
		"type": "area",
		"label": {"subject_class": "public"},
		"home": {"occupancy": "vacant", "lease": "none", "flags": []},
	},
}

test_an_administrator_manages if {
	some grant in roles.permit with input as _manage(["administrator"], true)
	grant.rule == "manage_platform"
}

test_an_administrator_without_a_second_factor_does_not if {
	roles.deny == {{"rule": "second_factor"}} with input as _manage(["administrator"], false)
}

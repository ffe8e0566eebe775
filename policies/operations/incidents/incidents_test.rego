package operations.incidents_test

import data.operations.incidents

_asking(tier, purpose, relations) := {
	"action": "manage",
	"purpose": purpose,
	"relations": relations,
	"subject": {"tier": tier},
	"resource": {"type": "incident", "home": {"occupancy": "owner_occupied", "lease": "none"}},
}

test_people_open_incidents_of_their_home if {
	some grant in incidents.permit with input as _asking("home", "own_use", ["resident"])
	grant.rule == "people"
}

test_the_manager_works_on_them if {
	some grant in incidents.permit with input as _asking("property", "property_service", ["manages"])
	grant.rule == "manager"
}

test_the_desk_works_on_them if {
	some grant in incidents.permit with input as _asking("community", "community_service", ["contains"])
	grant.rule == "community_desk"
}

test_a_stranger_does_not if {
	incidents.permit == set() with input as _asking("property", "property_service", [])
}

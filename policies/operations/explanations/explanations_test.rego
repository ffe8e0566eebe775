package operations.explanations_test

import data.operations.explanations

_input(organisation, relations) := {
	"subject": {"tier": "city", "organisation": organisation, "roles": []},
	"action": "read",
	"relations": relations,
	"resource": {"type": "explanation", "home": {"occupancy": "owner_occupied", "lease": "none", "flags": []}},
	"context": {"channel": "api"},
}

test_other_platforms_get_numbers_alone if {
	{permit.rule | some permit in explanations.permit with input as _input("vendor", [])} == {"other_platforms"}
}

test_offices_read_the_rule if {
	{permit.rule | some permit in explanations.permit with input as _input("city_government", ["contains"])} == {"requester"}
}

test_somebody_of_the_home_reads_in_full if {
	some permit in explanations.permit with input as _input("vendor", ["resident"])
	permit.outcome == "raw"
}

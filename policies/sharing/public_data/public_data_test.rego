package sharing.public_data_test

import data.sharing.public_data

_input(sharing, basis) := {
	"subject": {"tier": "city"},
	"action": "read",
	"purpose": "city_planning",
	"resource": {
		"label": {"subject_class": "public", "category": "environment", "sharing": sharing},
		"owners": [{"age_band": "adult", "basis": basis}],
	},
	"context": {"emergency": []},
}

_approval := {"type": "approval", "categories": ["environment"], "granularity": "full"}

test_unconditional_data_needs_no_review if {
	public_data.permit == {{"rule": "unconditional", "outcome": "raw"}} with input as _input("unconditional", [])
}

test_restricted_data_waits_for_its_review if {
	public_data.deny == {{"rule": "restricted_without_review"}} with input as _input("restricted", [])
	public_data.deny == set() with input as _input("restricted", [_approval])
}

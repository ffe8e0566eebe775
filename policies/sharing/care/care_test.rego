package sharing.care_test

import data.sharing.care

_input(organisation, basis) := {
	"subject": {"organisation": organisation},
	"action": "read",
	"purpose": "care",
	"relations": [],
	"resource": {
		"type": "property",
		"label": {"subject_class": "personal", "category": "behaviour"},
		"home": {"occupancy": "owner_occupied", "lease": "none", "flags": []},
		"owners": [{"age_band": "elder", "basis": basis}],
	},
}

_consent := {"type": "consent", "categories": ["behaviour"], "granularity": "hour"}

test_a_hospital_reads_what_was_agreed if {
	some grant in care.permit with input as _input("hospital", [_consent])
	grant.outcome == "reduced"
}

test_nobody_reads_without_consent if {
	care.deny == {{"rule": "without_consent"}} with input as _input("hospital", [])
}

test_a_vendor_is_no_carer if {
	care.permit == set() with input as _input("vendor", [_consent])
}

package sharing.consent_test

import data.sharing.consent

_input(purpose) := {
	"action": "read",
	"purpose": purpose,
	"resource": {
		"type": "property",
		"label": {"subject_class": "personal", "category": "behaviour"},
		"owners": [{
			"age_band": "adult",
			"basis": [{"type": "consent", "categories": ["behaviour"], "granularity": "full"}],
		}],
	},
}

test_consent_opens_a_service if {
	some grant in consent.permit with input as _input("community_service")
	grant.rule == "in_full"
}

test_consent_opens_no_sale if {
	consent.permit == set() with input as _input("commerce")
}

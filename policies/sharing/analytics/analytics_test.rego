package sharing.analytics_test

import data.sharing.analytics

test_research_is_capped if {
	some cap in analytics.cap with input as {
		"purpose": "research",
		"relations": [],
		"resource": {
			"label": {"subject_class": "personal", "category": "environment"},
			"home": {"occupancy": "owner_occupied", "lease": "none", "flags": []},
			"owners": [],
		},
	}
	cap.outcome == "pseudonymous"
}

package emergency.override_test

import data.emergency.override

_input(alarms) := {
	"action": "read",
	"purpose": "emergency",
	"relations": ["responder"],
	"resource": {"type": "property", "label": {"subject_class": "personal", "category": "behaviour"}},
	"context": {"emergency": alarms},
	"claims": {"emergency": ["smoke"]},
}

test_an_alarm_opens_the_home_to_rescue if {
	some grant in override.permit with input as _input(["smoke"])
	grant.rule == "rescue_reads"
}

test_a_claim_opens_nothing if {
	override.permit == set() with input as _input([])
	override.deny == {{"rule": "no_alarm"}} with input as _input([])
}

package sharing.residency_test

import data.sharing.residency

_input(residency) := {
	"context": {"residency": residency},
	"resource": {"label": {"subject_class": "personal"}},
}

test_data_stays_in_the_country if {
	residency.deny == {{"rule": "abroad"}} with input as _input("foreign")
	residency.deny == set() with input as _input("domestic")
}

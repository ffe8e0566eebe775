package access.isolation_test

import data.access.isolation

test_another_home_is_denied if {
	given := {"subject": {"tier": "home"}, "relations": [], "resource": {"label": {"subject_class": "personal"}}}
	isolation.deny == {{"rule": "other_home"}} with input as given
}

test_a_related_home_is_not_denied if {
	given := {"subject": {"tier": "home"}, "relations": ["resident"], "resource": {"label": {"subject_class": "personal"}}}
	isolation.deny == set() with input as given
}

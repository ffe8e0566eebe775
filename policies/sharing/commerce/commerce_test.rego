package sharing.commerce_test

import data.sharing.commerce

test_sales_are_denied if {
	commerce.deny == {{"rule": "for_sales"}} with input as {
		"action": "read",
		"purpose": "commerce",
		"resource": {"label": {"subject_class": "personal"}},
	}
}

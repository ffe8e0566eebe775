# METADATA
# title: Personal data is not for sale
# custom:
#   clauses: [CC-4.2.3.3-a-3, SC-4.2.7-4]
#   owner: data protection office
#   announced: "2026-06-01"
#   in_force: "2026-09-01"
package sharing.commerce

import data.lib.basis
import data.lib.home

# METADATA
# title: Personal data is not given for anybody's sales, whoever consents
# custom:
#   clauses: [CC-4.2.3.3-a-3, SC-4.2.7-4]
deny contains {"rule": "for_sales"} if {
	input.purpose == "commerce"
	home.personal
}

# METADATA
# title: Both the owners and the platform agreed in writing to passing this on
# custom:
#   clauses: [CC-4.2.3.3-a-1, CC-4.2.3.3-a-2]
permit contains {
	"rule": "passed_on",
	"outcome": "reduced",
	"obligations": [
		{"type": "audit"},
		{"type": "coarsen_time", "window": "PT1H"},
		{"type": "retain_until", "reference": "basis.until"},
	],
} if {
	_passing_on
	basis.consented
	basis.backed({"agreement"})
}

# METADATA
# title: Passing personal data on needs the written agreement of both parties
# custom:
#   clauses: [CC-4.2.3.3-a-1]
deny contains {"rule": "one_sided"} if {
	_passing_on
	not _both
}

# METADATA
# title: Personal data is passed on only to provide or better a service
# custom:
#   clauses: [CC-4.2.3.3-a-2]
deny contains {"rule": "not_for_a_service"} if {
	_passing_on
	not input.purpose in {"property_service", "community_service", "care", "emergency", "regulation"}
}

_passing_on if {
	input.action == "share"
	home.personal
}

_both if {
	basis.consented
	basis.backed({"agreement"})
}

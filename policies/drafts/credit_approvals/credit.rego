# METADATA
# title: Credit data, on a reviewed request too
# description: >-
#   A credit agency finds agreements slow. It asks that an approved sharing request be enough, as it is for public data.
# custom:
#   clauses: [DH-5.4.7-1]
#   owner: data protection office
#   announced: "2026-06-01"
#   in_force: "2026-09-01"
package sharing.credit

import data.lib.basis
import data.lib.home

# METADATA
# title: Credit data of organisations goes to a credit agency with a legal basis and a purpose
# custom:
#   clauses: [DH-5.4.7-1]
permit contains {"rule": "with_basis", "outcome": "raw", "obligations": [{"type": "audit"}]} if {
	_credit
	input.purpose in _purposes
	input.action in {"read", "share"}
	basis.backed(_bases)
}

# METADATA
# title: "Credit data needs an authorisation, agreement, approval, order or catalogue entry: none is in force"
# custom:
#   clauses: [DH-5.4.7-1]
deny contains {"rule": "without_basis"} if {
	_credit
	not basis.backed(_bases)
}

# METADATA
# title: "Credit data is for regulation or commerce: the purpose is neither"
# custom:
#   clauses: [DH-5.4.7-1]
deny contains {"rule": "without_purpose"} if {
	_credit
	not input.purpose in _purposes
}

_credit if {
	input.subject.organisation == "credit_agency"
	home.of_home
	input.resource.label.category == "social"
	not home.personal
}

_purposes := {"regulation", "commerce"}

_bases := {"authorisation", "agreement", "approval", "order", "catalogue"}

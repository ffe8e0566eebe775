# METADATA
# title: Public data by its sharing attribute
# custom:
#   clauses: [DH-5.4.6]
#   owner: data protection office
#   announced: "2026-06-01"
#   in_force: "2026-09-01"
package sharing.public_data

import data.lib.basis
import data.lib.home

# METADATA
# title: Public data marked unconditional is shared with any authenticated party
# custom:
#   clauses: [DH-5.4.6-s1]
permit contains {"rule": "unconditional", "outcome": "raw"} if {
	home.public
	input.resource.label.sharing == "unconditional"
	input.subject.tier != "anonymous"
	input.action in {"read", "subscribe", "share"}
}

# METADATA
# title: Public data marked restricted is shared under an agreement, approval, authorisation or catalogue entry
# custom:
#   clauses: [DH-5.4.6-s2, DH-5.4.4]
permit contains {"rule": "restricted", "outcome": "raw", "obligations": [{"type": "audit"}]} if {
	home.public
	input.resource.label.sharing == "restricted"
	input.action in {"read", "subscribe", "share"}
	input.purpose != "own_use"
	basis.backed({"agreement", "approval", "authorisation", "catalogue"})
}

# METADATA
# title: "Public data marked restricted needs a review before it is shared: none is in force"
# custom:
#   clauses: [DH-5.4.6-s2, DH-5.4.4]
deny contains {"rule": "restricted_without_review"} if {
	home.public
	input.resource.label.sharing == "restricted"
	not basis.backed({"agreement", "approval", "authorisation", "catalogue", "order"})
	not _governance
}

_governance if {
	input.purpose == "emergency"
	home.life_safety_alarm
}

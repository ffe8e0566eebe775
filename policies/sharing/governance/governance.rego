# METADATA
# title: Public safety and government
# custom:
#   clauses: [DH-5.4.7-2]
#   owner: data protection office
#   announced: "2026-06-01"
#   in_force: "2026-09-01"
package sharing.governance

import data.lib.basis
import data.lib.home

# METADATA
# title: In an emergency public data goes to the government of the area at once
# custom:
#   clauses: [DH-5.4.7-2]
permit contains {"rule": "joint_response", "outcome": "raw", "obligations": [{"type": "audit"}]} if {
	input.purpose == "emergency"
	home.public
	home.life_safety_alarm
	input.action in {"read", "subscribe", "share"}
	input.subject.organisation in {"city_government", "regulator", "community_office", "fire_brigade"}
	home.related
}

# METADATA
# title: A lawful order with an approval opens the category it names
# custom:
#   clauses: [CC-4.2.3.2-c-2]
permit contains {
	"rule": "lawful_order",
	"outcome": "raw",
	"obligations": [{"type": "audit"}, {"type": "retain_until", "reference": "basis.until"}],
} if {
	input.purpose == "regulation"
	input.action == "read"
	home.of_home
	input.subject.organisation in {"city_government", "regulator"}
	input.subject.multi_factor
	basis.backed({"order"})
	basis.backed({"approval"})
}

# METADATA
# title: Who opens incidents, works on them and sees them
# custom:
#   clauses: [CC-4.1.5.3-2, CC-4.2.6-a]
#   owner: data protection office
#   announced: "2026-06-01"
#   in_force: "2026-09-01"
package operations.incidents

import data.lib.home

# METADATA
# title: People open and follow the incidents of their own home
# custom:
#   clauses: [CC-4.2.6-a]
permit contains {"rule": "people", "outcome": "raw", "obligations": [{"type": "audit"}]} if {
	input.resource.type == "incident"
	input.purpose == "own_use"
	input.action in {"read", "subscribe", "manage"}
	home.lives_here
}

# METADATA
# title: The property manager works on the incidents of the homes it manages
# custom:
#   clauses: [CC-4.1.5.3-2]
permit contains {"rule": "manager", "outcome": "raw", "obligations": [{"type": "audit"}]} if {
	input.resource.type == "incident"
	input.purpose == "property_service"
	input.action in {"read", "subscribe", "manage"}
	"manages" in input.relations
}

# METADATA
# title: The community desk works on the incidents of its homes
# custom:
#   clauses: [CC-4.1.5.3-2]
permit contains {"rule": "community_desk", "outcome": "raw", "obligations": [{"type": "audit"}]} if {
	input.resource.type == "incident"
	input.subject.tier in {"community", "street"}
	input.purpose == "community_service"
	input.action in {"read", "subscribe", "manage"}
	"contains" in input.relations
}

# METADATA
# title: Who binds devices and decides what software they run
# custom:
#   clauses: [SH-6.2.2-b, SH-8.1.5-a]
#   owner: data protection office
#   announced: "2026-06-01"
#   in_force: "2026-09-01"
package operations.devices

import data.lib.home

# METADATA
# title: People see whose the devices of their home are and what software they get
# custom:
#   clauses: [SH-6.2.2-b]
permit contains {"rule": "people_read", "outcome": "raw"} if {
	input.resource.type in {"binding", "firmware"}
	input.purpose == "own_use"
	home.reading
	home.lives_here
}

# METADATA
# title: People bind the devices of their home, hand them on, and approve their software
# custom:
#   clauses: [SH-6.2.2-b, SH-8.1.5-a]
permit contains {"rule": "people_manage", "outcome": "raw", "obligations": [{"type": "audit"}]} if {
	input.resource.type in {"binding", "firmware"}
	input.purpose == "own_use"
	input.action == "manage"
	home.lives_here
}

# METADATA
# title: The property manager offers and approves software for devices of the homes it manages, and binds none
# custom:
#   clauses: [SH-8.1.5-a]
permit contains {"rule": "manager_updates", "outcome": "raw", "obligations": [{"type": "audit"}]} if {
	input.resource.type == "firmware"
	input.purpose == "property_service"
	input.action in {"read", "manage"}
	"manages" in input.relations
}

# METADATA
# title: Whose a device is and what it runs is settled by those who are of age
# custom:
#   clauses: [SH-6.2.2-b]
deny contains {"rule": "minor"} if {
	input.resource.type in {"binding", "firmware"}
	input.action == "manage"
	input.subject.age_band in {"child_14_and_under", "minor_15_to_17"}
}

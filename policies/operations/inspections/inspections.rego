# METADATA
# title: Who says that somebody has looked on the spot
# custom:
#   clauses: [RA-6.3.2-c]
#   owner: data protection office
#   announced: "2026-06-01"
#   in_force: "2026-09-01"
package operations.inspections

# METADATA
# title: The manager of a home and rescue say that a valve which safety closed was looked at on the spot
# description: |
#   A gas valve that safety has closed opens again only after that. Whoever lives there may not say it of their own leak, and
#   neither a payment nor a plain command stands for it.
# custom:
#   clauses: [RA-6.3.2-c]
permit contains {
	"rule": "inspector",
	"outcome": "raw",
	"obligations": [{"type": "audit"}, {"type": "notify", "who": "residents"}],
} if {
	input.resource.type == "inspection"
	input.action == "manage"
	_inspector
}

_inspector if {
	input.purpose in {"property_service", "emergency"}
	"manages" in input.relations
}

_inspector if {
	input.purpose == "emergency"
	"responder" in input.relations
}

# METADATA
# title: Quiet rooms
# custom:
#   clauses: [DH-5.4.6]
#   owner: quiet office
#   announced: "2026-01-01"
#   in_force: "2026-01-01"
package sharing.quiet

# METADATA
# title: Nobody reads the climate of rooms for themselves
# custom:
#   clauses: [DH-5.4.6]
deny contains {"rule": "rooms", "clause": "DH-5.4.6"} if {
	input.purpose == "own_use"
	input.action == "read"
	input.resource.type == "property"
	input.resource.label.category == "environment"
}

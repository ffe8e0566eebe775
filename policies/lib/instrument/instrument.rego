# METADATA
# title: Catalogue entries, sharing requests, orders and agreements, in words that policies share
# custom:
#   clauses: []
#   owner: data protection office
#   announced: "2026-06-01"
#   in_force: "2026-09-01"
package lib.instrument

# What gives a use of data its basis; it belongs to an area and to no home.
about if input.resource.type in {"catalogue_entry", "sharing_request", "order", "agreement"}

reading(type) if {
	input.resource.type == type
	input.action == "read"
}

moving(type, moves) if {
	input.resource.type == type
	input.action == "manage"
	input.resource.instrument.move in moves
}

# An officer of one of these roles whose platform serves the area.
officer(roles) if {
	"contains" in input.relations
	some role in input.subject.roles
	role in roles
}

# Whether the subject itself has done one of these with it.
did(moves) if {
	some move in input.resource.instrument.done
	move in moves
}

gains if "gaining" in input.resource.instrument.sides

party if some _ in input.resource.instrument.sides

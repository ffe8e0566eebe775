# METADATA
# title: Who belongs to a home, in words that policies share
# custom:
#   clauses: []
#   owner: data protection office
#   announced: "2026-06-01"
#   in_force: "2026-09-01"
package lib.home

# The people whose life the home shows: who resides or rents there, and the owner of a home that is not let.
lives_here if "resident" in input.relations

lives_here if "tenant" in input.relations

lives_here if {
	"owner" in input.relations
	not let_out
}

outsider if not lives_here

let_out if input.resource.home.lease == "active"

# Let without a registered lease: the people in it are no less private.
let_out if {
	input.resource.home.occupancy == "rented"
	input.resource.home.lease in {"none", "signed"}
}

# Whoever has a relation may be told that the home exists.
related if some _ in input.relations

reading if input.action in {"read", "subscribe"}

# A reading, or the record of the device or the home: not a record with rules of its own.
of_home if input.resource.type in {"property", "device", "home"}

personal if input.resource.label.subject_class == "personal"

public if input.resource.label.subject_class == "public"

# What two people have opened here for the subject, for a short while (break-glass).
glass_broken if input.resource.label.category in input.context.break_glass

# An alarm that the twin has raised in this very home; a caller's word counts for nothing.
life_safety_alarm if {
	some kind in input.context.emergency
	kind in {"gas_leak", "carbon_monoxide", "smoke", "heat", "residual_current", "water_leak", "sos", "hold_up"}
}

# METADATA
# title: Who sees, gives and takes back waivers
# description: A waiver keeps rules that say so from acting for a while, for a home or all homes of an area.
# custom:
#   clauses: [CC-intro-p1]
#   owner: data protection office
#   announced: "2026-06-01"
#   in_force: "2026-09-01"
package operations.waivers

import data.lib.home

# METADATA
# title: The regulator of an area gives and takes back waivers, with a reason and an end
# custom:
#   clauses: [CC-intro-p1]
permit contains {"rule": "regulator_gives", "outcome": "raw", "obligations": [{"type": "audit"}]} if {
	input.resource.type == "waiver"
	input.action == "manage"
	input.purpose == "regulation"
	"regulator" in input.subject.roles
	"contains" in input.relations
}

# METADATA
# title: Nobody waives a rule for a home that they live in, own or manage
# custom:
#   clauses: [SC-6.2.2-4]
deny contains {"rule": "who_benefits"} if {
	input.resource.type == "waiver"
	input.action == "manage"
	some relation in input.relations
	relation in {"resident", "tenant", "owner", "manages"}
}

# METADATA
# title: The people of a home see the waivers that cover it, and so do the offices of its area
# custom:
#   clauses: [CC-intro-p1]
permit contains {"rule": "concerned_read", "outcome": "raw"} if {
	input.resource.type == "waiver"
	home.reading
	_concerned
}

_concerned if home.lives_here

_concerned if "owner" in input.relations

_concerned if {
	"contains" in input.relations
	some role in input.subject.roles
	role in {"regulator", "city_officer", "community_officer"}
}

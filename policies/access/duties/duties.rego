# METADATA
# title: Some roles exclude each other
# custom:
#   clauses: [SC-6.2.2-4]
#   owner: data protection office
#   announced: "2026-06-01"
#   in_force: "2026-09-01"
package access.duties

import data.lib.home

# METADATA
# title: Nobody both writes or runs the policies and assesses them, nor answers for a city and assesses it
# custom:
#   clauses: [SC-6.2.2-4]
deny contains {"rule": "exclusive_roles"} if {
	"regulator" in input.subject.roles
	some role in input.subject.roles
	role in {"architect", "administrator", "city_officer", "community_officer", "property_manager"}
	not _at_home
}

# What somebody is at work takes nothing from what is theirs at home.
_at_home if {
	input.purpose == "own_use"
	home.lives_here
}

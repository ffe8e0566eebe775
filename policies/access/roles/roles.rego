# METADATA
# title: What a role is for
# custom:
#   clauses: [DH-6.2.3, DH-6.2.4-1]
#   owner: data protection office
#   announced: "2026-06-01"
#   in_force: "2026-09-01"
package access.roles

import data.lib.home
import data.lib.instrument

# METADATA
# title: Architects and administrators manage the policies of their platform
# custom:
#   clauses: [DH-6.2.4-1, DH-6.2.3]
permit contains {"rule": "manage_platform", "outcome": "raw", "obligations": [{"type": "audit"}]} if {
	input.action == "manage"
	input.resource.type == "area"
	_keeper
}

# METADATA
# title: "Who manages a platform, or what others rest on, shows a second factor: sign in again with one"
# custom:
#   clauses: [CC-4.2.3.3-c-2]
deny contains {"rule": "second_factor"} if {
	input.action == "manage"
	_for_many
	not input.subject.multi_factor
}

# METADATA
# title: "Who reads of homes by office shows a second factor: sign in again with one"
# custom:
#   clauses: [CC-4.2.3.3-c-2]
deny contains {"rule": "privileged_read"} if {
	_officer
	home.reading
	home.of_home
	home.personal
	home.outsider
	not input.subject.multi_factor
}

# METADATA
# title: Who only writes policies reads nothing of homes
# custom:
#   clauses: [DH-6.2.3]
deny contains {"rule": "architect_reads_no_home"} if {
	"architect" in input.subject.roles
	home.personal
	home.outsider
}

# METADATA
# title: Who administers the machine reads nothing of homes, not even what is public
# custom:
#   clauses: [DH-6.2.3]
deny contains {"rule": "administrator_reads_nothing"} if {
	"administrator" in input.subject.roles
	home.reading
	home.of_home
	home.outsider
}

_officer if {
	some role in input.subject.roles
	role in {"property_manager", "community_officer", "city_officer", "regulator", "administrator"}
}

# What reaches beyond one's own home.
_for_many if input.resource.type == "area"

_for_many if instrument.about

_for_many if input.resource.type == "waiver"

_for_many if {
	input.resource.type == "emergency_access"
	home.outsider
}

_keeper if {
	some role in input.subject.roles
	role in {"architect", "administrator"}
}

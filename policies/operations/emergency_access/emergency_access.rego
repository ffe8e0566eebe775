# METADATA
# title: Who breaks the glass
# custom:
#   clauses: [DH-4.3.4-s6, DH-6.2.3]
#   owner: data protection office
#   announced: "2026-06-01"
#   in_force: "2026-09-01"
package operations.emergency_access

import data.lib.home
import data.lib.instrument

# METADATA
# title: Rescue, the manager and the officers of a home open it in an emergency, two together
# custom:
#   clauses: [DH-4.3.4-s6]
permit contains {
	"rule": "opens",
	"outcome": "raw",
	"obligations": [{"type": "audit"}, {"type": "notify", "who": "residents"}],
} if {
	instrument.moving("emergency_access", {"open", "confirm"})
	_in_charge
}

# METADATA
# title: Who is in charge of a home closes it again, and so do its people
# custom:
#   clauses: [DH-7.5.6]
permit contains {"rule": "closes", "outcome": "raw", "obligations": [{"type": "audit"}]} if {
	instrument.moving("emergency_access", {"close"})
	_concerned
}

# METADATA
# title: An officer of the city or the regulator reviews what was opened
# custom:
#   clauses: [DH-6.2.3]
permit contains {"rule": "authority_reviews", "outcome": "raw", "obligations": [{"type": "audit"}]} if {
	instrument.moving("emergency_access", {"review"})
	instrument.officer({"city_officer", "regulator"})
}

# METADATA
# title: The people of a home, who is in charge of it and the regulator see when it was opened
# custom:
#   clauses: [DH-6.2.3, DH-7.5.6]
permit contains {"rule": "concerned_read", "outcome": "raw"} if {
	instrument.reading("emergency_access")
	_reader
}

# METADATA
# title: Who opened a home does not confirm it
# custom:
#   clauses: [DH-6.2.3]
deny contains {"rule": "own_opening"} if {
	instrument.moving("emergency_access", {"confirm"})
	instrument.did({"open"})
}

# METADATA
# title: Who opened or confirmed does not review it
# custom:
#   clauses: [DH-6.2.3]
deny contains {"rule": "own_review"} if {
	instrument.moving("emergency_access", {"review"})
	instrument.did({"open", "confirm"})
}

_in_charge if {
	some relation in input.relations
	relation in {"responder", "manages", "contains"}
	some role in input.subject.roles
	role in {"responder", "property_manager", "community_officer", "city_officer"}
}

_concerned if _in_charge

_concerned if home.lives_here

_reader if _concerned

_reader if instrument.officer({"regulator"})

# METADATA
# title: Who registers and approves lawful orders
# custom:
#   clauses: [CC-4.2.3.2-c-2]
#   owner: data protection office
#   announced: "2026-06-01"
#   in_force: "2026-09-01"
package operations.orders

import data.lib.instrument

# METADATA
# title: An authority of the area registers an order
# custom:
#   clauses: [CC-4.2.3.2-c-2]
permit contains {"rule": "authority_registers", "outcome": "raw", "obligations": [{"type": "audit"}]} if {
	instrument.moving("order", {"register"})
	instrument.officer({"city_officer", "regulator"})
}

# METADATA
# title: Two officers of the area approve an order, each once
# custom:
#   clauses: [CC-4.2.3.2-c-2]
permit contains {"rule": "officer_approves", "outcome": "raw", "obligations": [{"type": "audit"}]} if {
	instrument.moving("order", {"approve", "refuse"})
	_officer
}

# METADATA
# title: An officer of the area revokes an order
# custom:
#   clauses: [CC-4.2.3.2-c-2, DH-7.4.6]
permit contains {"rule": "officer_revokes", "outcome": "raw", "obligations": [{"type": "audit"}]} if {
	instrument.moving("order", {"end"})
	_officer
}

# METADATA
# title: Officers of the area and the authority that an order names see it
# custom:
#   clauses: [DH-6.2.3]
permit contains {"rule": "concerned_read", "outcome": "raw"} if {
	instrument.reading("order")
	_concerned
}

# METADATA
# title: Who registered an order, or gains by it, does not approve it
# custom:
#   clauses: [CC-4.2.3.2-c-2, DH-6.2.3]
deny contains {"rule": "own_order"} if {
	instrument.moving("order", {"approve"})
	_own
}

# METADATA
# title: Who approved an order once is not the second to approve it
# custom:
#   clauses: [CC-4.2.3.2-c-2, DH-6.2.3]
deny contains {"rule": "same_approver"} if {
	instrument.moving("order", {"approve"})
	instrument.did({"approve"})
}

_officer if instrument.officer({"community_officer", "city_officer", "regulator"})

_concerned if _officer

_concerned if instrument.party

_own if instrument.did({"register"})

_own if instrument.gains

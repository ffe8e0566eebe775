# METADATA
# title: Who requests, reviews and approves sharing
# custom:
#   clauses: [DH-5.4.4, DH-5.4.6-s2]
#   owner: data protection office
#   announced: "2026-06-01"
#   in_force: "2026-09-01"
package operations.sharing_requests

import data.lib.instrument

# METADATA
# title: An organisation requests a data set for itself
# custom:
#   clauses: [DH-5.4.4]
permit contains {"rule": "organisation_requests", "outcome": "raw", "obligations": [{"type": "audit"}]} if {
	instrument.moving("sharing_request", {"request"})
	input.subject.organisation != null
}

# METADATA
# title: An officer of the area reviews what is requested
# custom:
#   clauses: [DH-5.4.4]
permit contains {"rule": "officer_reviews", "outcome": "raw", "obligations": [{"type": "audit"}]} if {
	instrument.moving("sharing_request", {"review", "refuse"})
	instrument.officer({"community_officer", "city_officer", "regulator"})
}

# METADATA
# title: An officer of the city or the regulator approves for a term what was reviewed
# custom:
#   clauses: [DH-5.4.4, DH-5.4.6-s2]
permit contains {"rule": "authority_approves", "outcome": "raw", "obligations": [{"type": "audit"}]} if {
	instrument.moving("sharing_request", {"approve"})
	instrument.officer({"city_officer", "regulator"})
}

# METADATA
# title: Who gains by an approval gives it up, and an officer of the area ends it
# custom:
#   clauses: [DH-5.4.4, DH-7.4.6]
permit contains {"rule": "ends", "outcome": "raw", "obligations": [{"type": "audit"}]} if {
	instrument.moving("sharing_request", {"end"})
	_concerned
}

# METADATA
# title: The organisation that requests and the officers of the area see a request
# custom:
#   clauses: [DH-6.2.3]
permit contains {"rule": "concerned_read", "outcome": "raw"} if {
	instrument.reading("sharing_request")
	_concerned
}

# METADATA
# title: Who requests neither reviews nor approves it
# custom:
#   clauses: [DH-5.4.4, DH-6.2.3]
deny contains {"rule": "own_request"} if {
	instrument.moving("sharing_request", {"review", "approve"})
	_requested
}

# METADATA
# title: Who reviewed a request does not approve it
# custom:
#   clauses: [DH-5.4.4, DH-6.2.3]
deny contains {"rule": "own_review"} if {
	instrument.moving("sharing_request", {"approve"})
	instrument.did({"review"})
}

_requested if instrument.did({"request"})

_requested if instrument.gains

_concerned if instrument.party

_concerned if instrument.officer({"community_officer", "city_officer", "regulator"})

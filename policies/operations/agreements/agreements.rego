# METADATA
# title: Who proposes, signs and ends agreements
# custom:
#   clauses: [CC-4.2.3.3-a-1]
#   owner: data protection office
#   announced: "2026-06-01"
#   in_force: "2026-09-01"
package operations.agreements

import data.lib.instrument

# METADATA
# title: A party proposes an agreement
# custom:
#   clauses: [CC-4.2.3.3-a-1]
permit contains {"rule": "party_proposes", "outcome": "raw", "obligations": [{"type": "audit"}]} if {
	instrument.moving("agreement", {"propose"})
	input.subject.organisation != null
}

# METADATA
# title: Each party signs for itself, and either ends the agreement
# custom:
#   clauses: [CC-4.2.3.3-a-1]
permit contains {"rule": "party_signs", "outcome": "raw", "obligations": [{"type": "audit"}]} if {
	instrument.moving("agreement", {"sign", "end"})
	instrument.party
}

# METADATA
# title: An officer of the city or the regulator ends an agreement of the area
# custom:
#   clauses: [DH-7.4.6]
permit contains {"rule": "authority_ends", "outcome": "raw", "obligations": [{"type": "audit"}]} if {
	instrument.moving("agreement", {"end"})
	instrument.officer({"city_officer", "regulator"})
}

# METADATA
# title: The parties and the officers of the area see an agreement
# custom:
#   clauses: [DH-6.2.3]
permit contains {"rule": "concerned_read", "outcome": "raw"} if {
	instrument.reading("agreement")
	_concerned
}

# METADATA
# title: Nobody signs for both parties
# custom:
#   clauses: [CC-4.2.3.3-a-1, DH-6.2.3]
deny contains {"rule": "signed_already"} if {
	instrument.moving("agreement", {"sign"})
	instrument.did({"sign"})
}

_concerned if instrument.party

_concerned if instrument.officer({"community_officer", "city_officer", "regulator"})

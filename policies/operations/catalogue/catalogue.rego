# METADATA
# title: Who offers data sets, and who sees what is offered
# custom:
#   clauses: [DH-5.4.4-3]
#   owner: data protection office
#   announced: "2026-06-01"
#   in_force: "2026-09-01"
package operations.catalogue

import data.lib.instrument

# METADATA
# title: An officer of the area drafts an entry
# custom:
#   clauses: [DH-5.4.4-3]
permit contains {"rule": "officer_drafts", "outcome": "raw", "obligations": [{"type": "audit"}]} if {
	instrument.moving("catalogue_entry", {"draft"})
	_officer
}

# METADATA
# title: An officer of the city or the regulator publishes an entry
# custom:
#   clauses: [DH-5.4.4-3]
permit contains {"rule": "authority_publishes", "outcome": "raw", "obligations": [{"type": "audit"}]} if {
	instrument.moving("catalogue_entry", {"publish"})
	instrument.officer({"city_officer", "regulator"})
}

# METADATA
# title: An officer of the area withdraws an entry, and with it what was shared under it
# custom:
#   clauses: [DH-5.4.4-3, DH-7.4.6]
permit contains {"rule": "officer_withdraws", "outcome": "raw", "obligations": [{"type": "audit"}]} if {
	instrument.moving("catalogue_entry", {"withdraw"})
	_officer
}

# METADATA
# title: Every account sees what is published
# custom:
#   clauses: [DH-5.4.4-3]
permit contains {"rule": "published", "outcome": "raw"} if {
	instrument.reading("catalogue_entry")
	input.subject.tier != "anonymous"
	input.resource.instrument.state == "published"
}

# METADATA
# title: Officers of the area see every entry of it
# custom:
#   clauses: [DH-6.2.3]
permit contains {"rule": "officer_reads", "outcome": "raw"} if {
	instrument.reading("catalogue_entry")
	_officer
}

# METADATA
# title: Who drafted an entry does not publish it
# custom:
#   clauses: [DH-5.4.4-3, DH-6.2.3]
deny contains {"rule": "own_draft"} if {
	instrument.moving("catalogue_entry", {"publish"})
	instrument.did({"draft"})
}

_officer if instrument.officer({"community_officer", "city_officer", "regulator"})

# METADATA
# title: Health and care, at home and signed in strongly
# description: >-
#   After a stay in hospital people are cared for at home. Care services want means of 15 minutes where people agreed to means of an
#   hour, in homes in medical care; the health office asks in return that every carer shows a second factor.
# custom:
#   clauses: [DH-5.4.7-3]
#   owner: data protection office
#   announced: "2026-06-01"
#   in_force: "2026-09-01"
package sharing.care

import data.lib.basis
import data.lib.home

# METADATA
# title: Hospitals and carers read what all owners agreed to, as fine as they agreed
# custom:
#   clauses: [DH-5.4.7-3]
permit contains {"rule": "consented", "outcome": _outcome[granularity], "obligations": _obligations[granularity]} if {
	granularity := basis.granularity
	_asked
	_carer
	not _at_home
}

# METADATA
# title: In homes in medical care carers read what all owners agreed to by the hour, in means of 15 minutes
# custom:
#   clauses: [DH-5.4.7-3]
permit contains {
	"rule": "at_home",
	"outcome": "reduced",
	"obligations": [_until, {"type": "audit"}, {"type": "coarsen_time", "window": "PT15M"}],
} if {
	_asked
	_carer
	_at_home
}

# METADATA
# title: A carer shows a second factor
# custom:
#   clauses: [DH-5.4.7-3, CC-4.2.3.3-c-2]
deny contains {"rule": "second_factor"} if {
	_asked
	home.outsider
	_carer
	not input.subject.multi_factor
}

# METADATA
# title: Care reads nothing without the consent of the person
# custom:
#   clauses: [DH-5.4.7-3]
deny contains {"rule": "without_consent"} if {
	_asked
	home.outsider
	not basis.consented
}

_asked if {
	input.purpose == "care"
	home.reading
	home.of_home
	home.personal
}

_at_home if {
	"medical_care" in input.resource.home.flags
	basis.granularity == "hour"
}

_carer if input.subject.organisation in {"hospital", "care_provider"}

_outcome := {"full": "raw", "hour": "reduced", "day": "reduced"}

_obligations := {
	"full": [_until, {"type": "audit"}],
	"hour": [_until, {"type": "audit"}, {"type": "coarsen_time", "window": "PT1H"}],
	"day": [_until, {"type": "audit"}, {"type": "coarsen_time", "window": "P1D"}],
}

_until := {"type": "retain_until", "reference": "basis.until"}

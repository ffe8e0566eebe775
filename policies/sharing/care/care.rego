# METADATA
# title: Health and care
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

_carer if input.subject.organisation in {"hospital", "care_provider"}

_outcome := {"full": "raw", "hour": "reduced", "day": "reduced"}

_obligations := {
	"full": [_until, {"type": "audit"}],
	"hour": [_until, {"type": "audit"}, {"type": "coarsen_time", "window": "PT1H"}],
	"day": [_until, {"type": "audit"}, {"type": "coarsen_time", "window": "P1D"}],
}

_until := {"type": "retain_until", "reference": "basis.until"}

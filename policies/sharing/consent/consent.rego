# METADATA
# title: What all of its owners agreed to
# custom:
#   clauses: [DH-7.5.6, DH-6.2.11-1]
#   owner: data protection office
#   announced: "2026-06-01"
#   in_force: "2026-09-01"
package sharing.consent

import data.lib.basis
import data.lib.home

# METADATA
# title: All owners agreed to this use in full
# custom:
#   clauses: [DH-7.5.6, DH-6.2.11-1, CC-A.2.1.1-b]
permit contains {"rule": "in_full", "outcome": "raw", "obligations": [_until]} if {
	_asked
	basis.granularity == "full"
}

# METADATA
# title: All owners agreed to this use by the hour
# custom:
#   clauses: [DH-7.5.6, DH-6.2.11-1, CC-A.2.1.1-b]
permit contains {
	"rule": "by_hour",
	"outcome": "reduced",
	"obligations": [_until, {"type": "coarsen_time", "window": "PT1H"}],
} if {
	_asked
	basis.granularity == "hour"
}

# METADATA
# title: All owners agreed to this use by the day
# custom:
#   clauses: [DH-7.5.6, DH-6.2.11-1, CC-A.2.1.1-b]
permit contains {
	"rule": "by_day",
	"outcome": "reduced",
	"obligations": [_until, {"type": "coarsen_time", "window": "P1D"}],
} if {
	_asked
	basis.granularity == "day"
}

# Care, research and passing on have rules of their own.
_asked if {
	input.purpose in {"property_service", "community_service", "city_planning"}
	home.reading
	home.of_home
	home.personal
}

_until := {"type": "retain_until", "reference": "basis.until"}

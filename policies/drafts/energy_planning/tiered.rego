# METADATA
# title: Each tier reads what its service needs, and the city plans energy by the building
# description: >-
#   The energy office of the city wants to see which buildings draw power when: statistics of a building and a quarter of an hour, in
#   place of those of a community and an hour. Everything else of the policy stays as it is.
# custom:
#   clauses: [DH-5.4.4-1, DH-4.2.4-t7-2]
#   owner: data protection office
#   announced: "2026-06-01"
#   in_force: "2026-09-01"
package sharing.tiered

import data.lib.home

# METADATA
# title: The property manager reads devices and rooms of the homes it manages
# custom:
#   clauses: [DH-5.4.4-1, DH-4.2.4-t7-2]
permit contains {"rule": "property_care", "outcome": "raw"} if {
	_asks("property_service", {"property"}, "manages")
	input.resource.label.category in {"device", "environment"}
	input.resource.label.grade in _mild
}

# METADATA
# title: The property manager reads who occupies the homes it manages
# custom:
#   clauses: [RA-8.6-a]
permit contains {"rule": "property_occupancy", "outcome": "raw"} if {
	_asks("property_service", {"property"}, "manages")
	input.resource.type == "home"
	input.resource.label.grade in _mild
}

# METADATA
# title: The property manager reads the meters of the homes it manages, by day
# custom:
#   clauses: [DH-5.4.4-1]
permit contains {
	"rule": "property_meters",
	"outcome": "reduced",
	"obligations": [{"type": "coarsen_time", "window": "P1D"}],
} if {
	_asks("property_service", {"property"}, "manages")
	input.resource.label.category == "family_basic"
	input.resource.label.grade == "general_3"
	not input.resource.label.sensitive
}

# METADATA
# title: The community reads the devices of its homes, by the hour
# custom:
#   clauses: [DH-5.4.4-1, DH-5.4.2]
permit contains {
	"rule": "community_devices",
	"outcome": "reduced",
	"obligations": [{"type": "coarsen_time", "window": "PT1H"}],
} if {
	_asks("community_service", {"community", "street"}, "contains")
	input.resource.label.category == "device"
	input.resource.label.grade in _mild
}

# METADATA
# title: The community reads how its buildings fare, over at least five homes
# custom:
#   clauses: [DH-5.4.4-1, DH-5.4.2]
permit contains {
	"rule": "community_statistics",
	"outcome": "aggregate",
	"obligations": [{"type": "aggregate", "k": 5, "area": "building", "window": "PT1H"}],
} if {
	_asks("community_service", {"community", "street"}, "contains")
	input.resource.label.category in {"environment", "family_basic"}
	input.resource.label.grade in _moderate
	not input.resource.label.sensitive
}

# METADATA
# title: City and district plan energy with statistics of each building, over at least ten homes and a quarter of an hour
# custom:
#   clauses: [DH-5.4.4-1, DH-5.4.7-4]
permit contains {
	"rule": "city_statistics",
	"outcome": "aggregate",
	"obligations": [{"type": "aggregate", "k": 10, "area": "building", "window": "PT15M"}],
} if {
	_asks("city_planning", {"district", "city"}, "contains")
	input.resource.label.category in {"device", "environment", "family_basic"}
	input.resource.label.grade in _moderate
	not input.resource.label.sensitive
}

# METADATA
# title: The regulator reads statistics over at least twenty homes
# custom:
#   clauses: [DH-5.4.4-1, DH-5.4.7-4]
permit contains {
	"rule": "province_statistics",
	"outcome": "aggregate",
	"obligations": [{"type": "aggregate", "k": 20, "area": "district", "window": "P1D"}],
} if {
	_asks("regulation", {"province"}, "contains")
	input.resource.label.category in {"device", "environment", "family_basic"}
	input.resource.label.grade in _moderate
	not input.resource.label.sensitive
}

_mild := {"general_1", "general_2"}

_moderate := {"general_1", "general_2", "general_3"}

_asks(purpose, tiers, relation) if {
	input.purpose == purpose
	input.subject.tier in tiers
	relation in input.relations
	home.reading
	home.of_home
	home.personal
}

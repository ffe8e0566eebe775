# METADATA
# title: A tiered sharing policy of 15 rules, to measure evaluators by
# description: |
#   The same in Cedar and for casbin beside this file. The decision is plain JSON: whether it is allowed, and the rules that say so.
package bench.tiered_sharing

decision := {"allow": allow, "permit": permit, "forbid": forbid}

default allow := false

allow if {
	count(permit) > 0
	count(forbid) == 0
}

permit contains {"rule": "own_home"} if {
	input.purpose == "own_use"
	_own_people
}

permit contains {"rule": "property_service"} if {
	input.purpose == "property_service"
	input.subject.tier == "property"
	"manages" in input.relations
	input.resource.label.grade in {"general_1", "general_2"}
}

permit contains {"rule": "community_care"} if {
	input.purpose == "care"
	input.subject.tier == "community"
	"contains" in input.relations
	_backed("consent")
}

permit contains {"rule": "community_service"} if {
	input.purpose == "community_service"
	input.subject.tier == "community"
	"contains" in input.relations
	input.resource.label.sharing == "unconditional"
}

permit contains {"rule": "city_planning"} if {
	input.purpose == "city_planning"
	input.subject.tier == "city"
	input.resource.label.sharing == "unconditional"
}

permit contains {"rule": "city_order"} if {
	input.purpose == "city_planning"
	input.subject.tier == "city"
	input.resource.label.sharing == "restricted"
	_backed("order")
}

permit contains {"rule": "regulation"} if {
	input.purpose == "regulation"
	input.subject.tier == "province"
	"regulator" in input.subject.roles
	input.subject.assurance == "high"
}

permit contains {"rule": "responder"} if {
	input.purpose == "emergency"
	"responder" in input.relations
	input.context.emergency
	input.resource.label.category in {"environment", "scene", "device"}
}

permit contains {"rule": "research"} if {
	input.purpose == "research"
	_backed("approval")
	input.resource.label.grade in {"general_1", "general_2", "general_3"}
}

permit contains {"rule": "commerce"} if {
	input.purpose == "commerce"
	input.resource.label.category in {"device", "environment"}
	_backed("consent")
}

forbid contains {"rule": "not_shared"} if {
	input.resource.label.sharing == "not_shared"
	not _own_people
}

forbid contains {"rule": "minors"} if {
	input.purpose in {"commerce", "research"}
	"child_14_and_under" in input.resource.age_bands
}

forbid contains {"rule": "second_factor"} if {
	input.resource.label.sensitive
	not input.subject.multi_factor
}

forbid contains {"rule": "residency"} if {
	input.context.residency == "abroad"
	input.resource.label.grade in {"important", "core"}
}

forbid contains {"rule": "untrusted_device"} if {
	input.action == "command"
	input.resource.device.trust == "low"
}

_own_people if "resident" in input.relations

_own_people if "owner" in input.relations

_backed(type) if {
	some basis in input.resource.basis
	basis.type == type
	basis.category == input.resource.label.category
}

# METADATA
# title: Who sees and ends leases
# custom:
#   clauses: [RA-7.3.2-c, RA-6.8.2-e]
#   owner: data protection office
#   announced: "2026-06-01"
#   in_force: "2026-09-01"
package operations.leases

# METADATA
# title: Landlord and tenant see their lease
# custom:
#   clauses: [RA-8.6-b]
permit contains {"rule": "parties_read", "outcome": "raw"} if {
	input.resource.type == "lease"
	input.purpose == "own_use"
	input.action in {"read", "subscribe"}
	_party
}

# METADATA
# title: The landlord ends a lease, and with it the access of the tenant
# custom:
#   clauses: [RA-6.8.2-e, RA-7.3.2-c]
permit contains {"rule": "landlord_ends", "outcome": "raw", "obligations": [{"type": "notify", "who": "tenant"}]} if {
	input.resource.type == "lease"
	input.purpose == "own_use"
	input.action == "manage"
	"owner" in input.relations
}

# METADATA
# title: The property manager sees and ends leases of the homes it manages
# custom:
#   clauses: [RA-7.3.2-c, RA-8.6-a]
permit contains {
	"rule": "manager",
	"outcome": "raw",
	"obligations": [{"type": "audit"}, {"type": "notify", "who": "tenant"}],
} if {
	input.resource.type == "lease"
	input.purpose == "property_service"
	input.action in {"read", "manage"}
	"manages" in input.relations
}

_party if "owner" in input.relations

_party if "tenant" in input.relations

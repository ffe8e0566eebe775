# METADATA
# title: Weather stations
# custom:
#   clauses: [DH-5.4.6]
#   owner: weather office
#   announced: "2026-01-01"
#   in_force: "2026-01-01"
package sharing.weather

# METADATA
# title: Anybody reads a public weather station
# custom:
#   clauses: [DH-5.4.6]
permit contains {"rule": "stations", "outcome": "raw"} if {
	input.purpose == "research"
	input.resource.label.subject_class == "public"
}

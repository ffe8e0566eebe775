// The path lies under OPA's own so that Go lets us import OPA's internal planner and Wasm encoder.
module github.com/open-policy-agent/opa/twinward

go 1.26.0

require github.com/open-policy-agent/opa v1.22.0

require (
	github.com/cespare/xxhash/v2 v2.3.0 // indirect
	github.com/xeipuuv/gojsonpointer v0.0.0-20190905194746-02993c407bfb // indirect
	github.com/xeipuuv/gojsonreference v0.0.0-20180127040603-bd5ef7bd5415 // indirect
	go.yaml.in/yaml/v3 v3.0.5 // indirect
	google.golang.org/protobuf v1.36.12 // indirect
)

package main

import (
	"github.com/open-policy-agent/opa/internal/compiler/wasm"
	"github.com/open-policy-agent/opa/v1/ast"
)

// Builtins that the npm package opa-wasm 1.10.0 supplies in JavaScript (its src/builtins).
var suppliedByHost = map[string]bool{
	"json.is_valid": true, "sprintf": true, "regex.split": true,
	"yaml.is_valid": true, "yaml.marshal": true, "yaml.unmarshal": true,
}

// print is erased by the compiler, so it never reaches an evaluator.
var erased = map[string]bool{"print": true, "internal.print": true}

// capabilities allows only the builtins that run where our policies run, so that any other one (time.now_ns, http.send,
// rand.intn) is a compile error with a place instead of an error while deciding.
func capabilities() *ast.Capabilities {
	all := ast.CapabilitiesForThisVersion()
	kept := make([]*ast.Builtin, 0, len(all.Builtins))
	for _, builtin := range all.Builtins {
		if builtin.Nondeterministic {
			continue
		}
		if wasm.IsWasmEnabled(builtin.Name) || suppliedByHost[builtin.Name] || erased[builtin.Name] || rewritten(builtin.Name) {
			kept = append(kept, builtin)
		}
	}
	all.Builtins = kept
	all.AllowNet = []string{}
	return all
}

// The metadata builtins become constants while compiling.
func rewritten(name string) bool {
	return name == ast.RegoMetadataChain.Name || name == ast.RegoMetadataRule.Name
}

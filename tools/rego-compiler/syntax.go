package main

import (
	"encoding/json"

	"github.com/open-policy-agent/opa/v1/ast"
	astJSON "github.com/open-policy-agent/opa/v1/ast/json"
)

// Syntax is a file as it was parsed, in OPA's own JSON form, in which each node tells its place.
type Syntax struct {
	Package *ast.Package  `json:"package"`
	Imports []*ast.Import `json:"imports"`
	Rules   []*ast.Rule   `json:"rules"`
}

func init() {
	places := astJSON.NodeToggle{
		Term: true, Package: true, Import: true, Rule: true, Head: true, Expr: true, SomeDecl: true, Every: true, With: true,
		Not: true, And: true, Or: true,
	}
	astJSON.SetOptions(astJSON.Options{MarshalOptions: astJSON.MarshalOptions{IncludeLocation: places, ExcludeLocationFile: true}})
}

// syntax is the JSON of what was read of each file. It is most of an answer, so it is kept with the file.
func syntax(files map[string]*parsed) map[string]json.RawMessage {
	byFile := make(map[string]json.RawMessage, len(files))
	for file, read := range files {
		module := read.module
		if module == nil {
			continue
		}
		if read.syntax == nil {
			read.syntax, _ = json.Marshal(Syntax{Package: module.Package, Imports: module.Imports, Rules: module.Rules})
		}
		byFile[file] = read.syntax
	}
	return byFile
}

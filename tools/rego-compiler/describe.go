package main

import (
	"maps"
	"slices"
	"strings"

	"github.com/open-policy-agent/opa/v1/ast"
)

// Metadata is the part of a METADATA comment that the product uses.
type Metadata struct {
	Title       string         `json:"title,omitempty"`
	Description string         `json:"description,omitempty"`
	Entrypoint  bool           `json:"entrypoint,omitempty"`
	Custom      map[string]any `json:"custom,omitempty"`
}

// Package is a package of one file, with its METADATA.
type Package struct {
	Package  string   `json:"package"`
	File     string   `json:"file"`
	Row      int      `json:"row"`
	Col      int      `json:"col"`
	Metadata Metadata `json:"metadata"`
}

// Rule is one rule with its METADATA. ID is the constant "rule" of the object that the rule's head adds to a set.
type Rule struct {
	Package  string   `json:"package"`
	Name     string   `json:"name"`
	ID       string   `json:"id,omitempty"`
	File     string   `json:"file"`
	Row      int      `json:"row"`
	Col      int      `json:"col"`
	EndRow   int      `json:"endRow"`
	Metadata Metadata `json:"metadata"`
	// Annotated tells a rule with a METADATA comment of its own from one without.
	Annotated bool `json:"annotated"`
}

// Builtin is a function that policies may call.
type Builtin struct {
	Name        string `json:"name"`
	Signature   string `json:"signature"`
	Description string `json:"description,omitempty"`
}

// describeBuiltins leaves out what only the compiler itself writes.
func describeBuiltins(builtins []*ast.Builtin) []Builtin {
	described := []Builtin{}
	for _, builtin := range builtins {
		if !strings.HasPrefix(builtin.Name, "internal.") {
			described = append(described, Builtin{builtin.Name, builtin.Decl.String(), builtin.Description})
		}
	}
	return described
}

// describe reads packages and rules off the parsed modules, before the compiler rewrites them.
func describe(modules map[string]*ast.Module) ([]Package, []Rule) {
	packages, rules := []Package{}, []Rule{}
	for _, file := range slices.Sorted(maps.Keys(modules)) {
		module := modules[file]
		name := dotted(module.Package.Path)
		at := module.Package.Loc()
		pkg := Package{Package: name, File: file, Row: at.Row, Col: at.Col}
		for _, note := range module.Annotations {
			if note.Scope == "package" {
				pkg.Metadata = metadata(note)
			}
		}
		packages = append(packages, pkg)
		for _, rule := range module.Rules {
			at := rule.Loc()
			item := Rule{
				Package: name, Name: rule.Head.Ref().String(), ID: ruleID(rule), File: file,
				Row: at.Row, Col: at.Col, EndRow: at.Row + countLines(at.Text),
			}
			for _, note := range rule.Annotations {
				item.Metadata, item.Annotated = metadata(note), true
			}
			rules = append(rules, item)
		}
	}
	return packages, rules
}

func metadata(note *ast.Annotations) Metadata {
	return Metadata{Title: note.Title, Description: note.Description, Entrypoint: note.Entrypoint, Custom: note.Custom}
}

func ruleID(rule *ast.Rule) string {
	if rule.Head.Key == nil {
		return ""
	}
	object, ok := rule.Head.Key.Value.(ast.Object)
	if !ok {
		return ""
	}
	if id := object.Get(ast.StringTerm("rule")); id != nil {
		if text, ok := id.Value.(ast.String); ok {
			return string(text)
		}
	}
	return ""
}

func dotted(path ast.Ref) string {
	text := path.String()
	return text[len("data."):]
}

func countLines(text []byte) int {
	lines := 0
	for _, char := range text {
		if char == '\n' {
			lines++
		}
	}
	return lines
}

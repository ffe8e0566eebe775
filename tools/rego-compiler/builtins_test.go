package main

import (
	"bytes"
	"encoding/json"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/open-policy-agent/opa/v1/ast"
	"github.com/open-policy-agent/opa/v1/types"
)

// The list of functions that policies may call, which the reference page is made of.
const generated = "../../engine/rego/generated/builtins.json"

type argument struct {
	Name string `json:"name,omitempty"`
	Type string `json:"type"`
}

type builtin struct {
	Name        string     `json:"name"`
	Category    string     `json:"category"`
	Infix       string     `json:"infix,omitempty"`
	Description string     `json:"description"`
	Arguments   []argument `json:"arguments"`
	Result      argument   `json:"result"`
}

// With UPDATE set the file is written, else it must be fresh: go test -run TestBuiltins
func TestBuiltins(t *testing.T) {
	list := []builtin{}
	for _, one := range capabilities().Builtins {
		if one.IsDeprecated() || strings.HasPrefix(one.Name, "internal.") {
			continue
		}
		list = append(list, describeBuiltin(one))
	}
	slices.SortFunc(list, func(a, b builtin) int { return strings.Compare(a.Name, b.Name) })
	var text bytes.Buffer
	encoder := json.NewEncoder(&text)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", "  ")
	if err := encoder.Encode(map[string]any{
		"made_by":  "UPDATE=1 go test -run TestBuiltins . (in tools/rego-compiler)",
		"builtins": list,
	}); err != nil {
		t.Fatal(err)
	}
	if os.Getenv("UPDATE") != "" {
		if err := os.WriteFile(generated, text.Bytes(), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	if committed, err := os.ReadFile(generated); err != nil || !bytes.Equal(committed, text.Bytes()) {
		t.Fatalf("%s is stale: run `UPDATE=1 go test -run TestBuiltins .` in tools/rego-compiler (%v)", generated, err)
	}
}

func describeBuiltin(one *ast.Builtin) builtin {
	category := strings.Split(one.Name, ".")[0]
	if len(one.Categories) > 0 {
		category = one.Categories[0]
	} else if !strings.Contains(one.Name, ".") {
		category = "other"
	}
	out := builtin{Name: one.Name, Category: category, Infix: one.Infix, Description: one.Description, Arguments: []argument{}}
	for _, each := range one.Decl.NamedFuncArgs().Args {
		out.Arguments = append(out.Arguments, describeArgument(each))
	}
	if result := one.Decl.NamedResult(); result != nil {
		out.Result = describeArgument(result)
	}
	return out
}

func describeArgument(of types.Type) argument {
	if named, ok := of.(*types.NamedType); ok {
		return argument{Name: named.Name, Type: types.Sprint(named.Type)}
	}
	return argument{Type: types.Sprint(of)}
}

package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/open-policy-agent/opa/internal/compiler/wasm"
	"github.com/open-policy-agent/opa/internal/planner"
	"github.com/open-policy-agent/opa/internal/wasm/encoding"
	"github.com/open-policy-agent/opa/v1/ast"
	"github.com/open-policy-agent/opa/v1/ir"
)

// Module is one Rego file.
type Module struct {
	File   string `json:"file"`
	Source string `json:"source"`
}

// Request is what the host asks for. Entry points are paths such as "main/verdict".
type Request struct {
	Modules     []Module `json:"modules"`
	Entrypoints []string `json:"entrypoints"`
	Strict      bool     `json:"strict"`
	// InputSchema is the JSON Schema of the input; a path that it does not know is an error with a place.
	InputSchema any `json:"inputSchema"`
	// Format alone: parse and format, without compiling.
	FormatOnly bool `json:"formatOnly"`
	// Syntax asks for the modules as they were parsed.
	Syntax bool `json:"syntax"`
	// Builtins asks for the functions that policies may call.
	Builtins bool `json:"builtins"`
}

// Diagnostic is one problem with its place.
type Diagnostic struct {
	Code    string `json:"code"`
	Message string `json:"message"`
	File    string `json:"file,omitempty"`
	Row     int    `json:"row,omitempty"`
	Col     int    `json:"col,omitempty"`
	// Detail is what OPA adds about types.
	Detail string `json:"detail,omitempty"`
}

// Response is the answer; Wasm and Plan are there when Diagnostics is empty.
type Response struct {
	Wasm        []byte                     `json:"wasm,omitempty"`
	Plan        *ir.Policy                 `json:"plan,omitempty"`
	Formatted   map[string]string          `json:"formatted"`
	Packages    []Package                  `json:"packages"`
	Rules       []Rule                     `json:"rules"`
	Syntax      map[string]json.RawMessage `json:"syntax,omitempty"`
	Builtins    []Builtin                  `json:"builtins,omitempty"`
	Diagnostics []Diagnostic               `json:"diagnostics"`
}

// Compile does the whole work: parse, format, describe, check, plan, encode. Without entry points there is nothing to plan.
func Compile(req Request) Response {
	caps := capabilities()
	response := Response{Formatted: map[string]string{}, Diagnostics: []Diagnostic{}}
	modules, broken, lost := map[string]*ast.Module{}, map[string]bool{}, map[string]bool{}
	options := ast.ParserOptions{ProcessAnnotation: true, RegoVersion: ast.RegoV1, Capabilities: caps}
	files := parseAll(req.Modules, options)
	for file, read := range files {
		response.Diagnostics = append(response.Diagnostics, read.problems...)
		if read.module != nil {
			modules[file] = read.module
		}
		for _, name := range read.lost {
			lost[name] = true
		}
		if len(read.problems) > 0 {
			broken[file] = true
		} else {
			response.Formatted[file] = read.formatted
		}
	}
	response.Packages, response.Rules = describe(modules)
	if req.Syntax {
		response.Syntax = syntax(files)
	}
	if req.Builtins {
		response.Builtins = describeBuiltins(caps.Builtins)
	}
	if req.FormatOnly {
		response.Diagnostics = sorted(response.Diagnostics)
		return response
	}

	prepare := func() *ast.Compiler {
		compiler := ast.NewCompiler().WithCapabilities(caps).SetErrorLimit(0)
		if req.InputSchema != nil {
			schemas := ast.NewSchemaSet()
			schemas.Put(ast.SchemaRootRef, req.InputSchema)
			compiler = compiler.WithSchemas(schemas)
		}
		return compiler
	}
	compiler, problems := check(modules, prepare, req, broken, lost)
	response.Diagnostics = sorted(append(response.Diagnostics, problems...))
	if len(response.Diagnostics) > 0 || len(req.Entrypoints) == 0 {
		return response
	}

	plan, err := makePlan(compiler, caps, req.Entrypoints)
	if err != nil {
		response.Diagnostics = append(response.Diagnostics, diagnose(err, "")...)
		return response
	}
	response.Plan = plan
	if response.Wasm, err = encodeWasm(plan); err != nil {
		response.Diagnostics = append(response.Diagnostics, diagnose(err, "")...)
	}
	return response
}

// makePlan plans one query for each entry point, as `opa build -t wasm` does.
func makePlan(compiler *ast.Compiler, caps *ast.Capabilities, entrypoints []string) (*ir.Policy, error) {
	queries := make([]planner.QuerySet, 0, len(entrypoints))
	for _, entrypoint := range entrypoints {
		ref, err := ast.PtrRef(ast.DefaultRootDocument, entrypoint)
		if err != nil {
			return nil, fmt.Errorf("entry point `%s`: %w", entrypoint, err)
		}
		if len(compiler.GetRules(ref)) == 0 {
			return nil, fmt.Errorf("entry point `%s` names no rule", entrypoint)
		}
		queryCompiler := compiler.QueryCompiler()
		query, err := queryCompiler.Compile(ast.NewBody(ast.Equality.Expr(ast.VarTerm("result"), ast.NewTerm(ref))))
		if err != nil {
			return nil, err
		}
		queries = append(queries, planner.QuerySet{Name: entrypoint, Queries: []ast.Body{query}, RewrittenVars: queryCompiler.RewrittenVars()})
	}
	// The planner keeps the order it is given, and a map has none.
	names := make([]string, 0, len(compiler.Modules))
	for name := range compiler.Modules {
		names = append(names, name)
	}
	slices.Sort(names)
	modules := make([]*ast.Module, 0, len(names))
	for _, name := range names {
		modules = append(modules, compiler.Modules[name])
	}
	builtins := make(map[string]*ast.Builtin, len(caps.Builtins))
	for _, builtin := range caps.Builtins {
		builtins[builtin.Name] = builtin
	}
	return planner.New().WithQueries(queries).WithModules(modules).WithBuiltinDecls(builtins).Plan()
}

func encodeWasm(plan *ir.Policy) ([]byte, error) {
	module, err := wasm.New().WithPolicy(plan).Compile()
	if err != nil {
		return nil, err
	}
	var buffer bytes.Buffer
	if err := encoding.WriteModule(&buffer, module); err != nil {
		return nil, err
	}
	return buffer.Bytes(), nil
}

func diagnose(err error, file string) []Diagnostic {
	var many ast.Errors
	if !errors.As(err, &many) {
		var one *ast.Error
		if !errors.As(err, &one) {
			return []Diagnostic{{Code: "rego_compile_error", Message: err.Error(), File: file}}
		}
		many = ast.Errors{one}
	}
	out := make([]Diagnostic, 0, len(many))
	for _, problem := range many {
		item := Diagnostic{Code: problem.Code, Message: problem.Message, File: file}
		if problem.Details != nil {
			item.Detail = strings.Join(problem.Details.Lines(), "\n")
		}
		if at := problem.Location; at != nil {
			// The parser leaves them out at the end of a file and for an empty one.
			item.Row, item.Col = max(at.Row, 1), max(at.Col, 1)
			if at.File != "" {
				item.File = at.File
			}
		}
		out = append(out, item)
	}
	return out
}

// sorted orders diagnostics by place and drops those that say the same twice.
func sorted(items []Diagnostic) []Diagnostic {
	slices.SortStableFunc(items, func(a, b Diagnostic) int {
		if byFile := strings.Compare(a.File, b.File); byFile != 0 {
			return byFile
		}
		if a.Row != b.Row {
			return a.Row - b.Row
		}
		return a.Col - b.Col
	})
	return slices.Compact(items)
}

package main

import (
	"bytes"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/open-policy-agent/opa/internal/compiler/wasm"
	"github.com/open-policy-agent/opa/internal/planner"
	"github.com/open-policy-agent/opa/internal/wasm/encoding"
	"github.com/open-policy-agent/opa/v1/ast"
	"github.com/open-policy-agent/opa/v1/format"
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
}

// Diagnostic is one problem with its place.
type Diagnostic struct {
	Code    string `json:"code"`
	Message string `json:"message"`
	File    string `json:"file,omitempty"`
	Row     int    `json:"row,omitempty"`
	Col     int    `json:"col,omitempty"`
}

// Response is the answer; Wasm and Plan are there when Diagnostics is empty.
type Response struct {
	Wasm        []byte            `json:"wasm,omitempty"`
	Plan        *ir.Policy        `json:"plan,omitempty"`
	Formatted   map[string]string `json:"formatted"`
	Packages    []Package         `json:"packages"`
	Rules       []Rule            `json:"rules"`
	Diagnostics []Diagnostic      `json:"diagnostics"`
}

// Compile does the whole work: parse, format, describe, check, plan, encode.
func Compile(req Request) Response {
	caps := capabilities()
	response := Response{Formatted: map[string]string{}, Packages: []Package{}, Rules: []Rule{}, Diagnostics: []Diagnostic{}}
	modules := map[string]*ast.Module{}
	options := ast.ParserOptions{ProcessAnnotation: true, RegoVersion: ast.RegoV1, Capabilities: caps}
	for _, source := range req.Modules {
		module, err := ast.ParseModuleWithOpts(source.File, source.Source, options)
		if err != nil {
			response.Diagnostics = append(response.Diagnostics, diagnose(err, source.File)...)
			continue
		}
		if module == nil {
			response.Diagnostics = append(response.Diagnostics, Diagnostic{"rego_parse_error", "empty module", source.File, 1, 1})
			continue
		}
		modules[source.File] = module
		if text, err := format.SourceWithOpts(source.File, []byte(source.Source), format.Opts{RegoVersion: ast.RegoV1, ParserOptions: &options}); err == nil {
			response.Formatted[source.File] = string(text)
		} else {
			response.Diagnostics = append(response.Diagnostics, diagnose(err, source.File)...)
		}
	}
	response.Packages, response.Rules = describe(modules)
	if req.FormatOnly {
		return response
	}

	broken := len(response.Diagnostics) > 0
	compiler := ast.NewCompiler().WithCapabilities(caps).WithStrict(req.Strict).SetErrorLimit(0)
	if req.InputSchema != nil {
		schemas := ast.NewSchemaSet()
		schemas.Put(ast.SchemaRootRef, req.InputSchema)
		compiler = compiler.WithSchemas(schemas)
	}
	compiler.Compile(modules)
	if compiler.Failed() {
		for _, problem := range diagnose(compiler.Errors, "") {
			// A function may be missing only because the file that defines it did not parse.
			if broken && strings.Contains(problem.Message, "undefined function") {
				continue
			}
			response.Diagnostics = append(response.Diagnostics, problem)
		}
	}
	if len(response.Diagnostics) > 0 {
		response.Diagnostics = sorted(response.Diagnostics)
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

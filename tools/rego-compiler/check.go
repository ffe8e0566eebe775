package main

import (
	"slices"
	"strings"

	"github.com/open-policy-agent/opa/v1/ast"
)

// check compiles the modules and tells every problem. Some errors keep OPA's compiler from looking any further; then the
// rules that have them are left out and the rest is compiled again. Of the files that are broken not all could be read, and
// the rules that are lost are missing elsewhere.
func check(modules map[string]*ast.Module, prepare func() *ast.Compiler, req Request, broken, lost map[string]bool) (*ast.Compiler, []Diagnostic) {
	found := []Diagnostic{}
	for first := true; ; first = false {
		// What only the rules left out use is not unused.
		compiler := prepare().WithStrict(req.Strict && first)
		compiler.Compile(modules)
		if !compiler.Failed() {
			return compiler, found
		}
		for _, problem := range diagnose(compiler.Errors, "") {
			if !follows(problem, broken, lost) {
				found = append(found, problem)
			}
		}
		left, fewer := without(modules, compiler.Errors, lost)
		if !fewer {
			return compiler, found
		}
		modules = left
	}
}

// follows tells whether a problem is there only because something was left out.
func follows(problem Diagnostic, broken, lost map[string]bool) bool {
	if name, ok := strings.CutPrefix(problem.Message, "undefined function "); ok {
		return lost[name[strings.LastIndex(name, ".")+1:]]
	}
	if rest, ok := strings.CutPrefix(problem.Message, "var "); ok {
		name, _, _ := strings.Cut(rest, " ")
		return lost[name]
	}
	return broken[problem.File] && strings.HasPrefix(problem.Message, "import ")
}

// without leaves out the rules in which errors stand, adds their names to those that are lost, and tells whether there are any.
func without(modules map[string]*ast.Module, problems ast.Errors, lost map[string]bool) (map[string]*ast.Module, bool) {
	left := make(map[string]*ast.Module, len(modules))
	fewer := false
	for file, module := range modules {
		rest := *module
		rest.Rules = slices.DeleteFunc(slices.Clone(module.Rules), func(rule *ast.Rule) bool {
			at := rule.Loc()
			wrong := slices.ContainsFunc(problems, func(problem *ast.Error) bool {
				place := problem.Location
				return place != nil && place.File == file && at.Row <= place.Row && place.Row <= at.Row+countLines(at.Text)
			})
			if wrong {
				lost[rule.Head.Ref()[0].String()] = true
			}
			return wrong
		})
		fewer = fewer || len(rest.Rules) < len(module.Rules)
		left[file] = &rest
	}
	return left, fewer
}

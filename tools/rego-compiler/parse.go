package main

import (
	"encoding/json"
	"maps"
	"strings"

	"github.com/open-policy-agent/opa/v1/ast"
	"github.com/open-policy-agent/opa/v1/format"
)

// parsed is what came of one file: the module, as far as it could be read, its text as the formatter writes it, and what
// does not parse.
type parsed struct {
	module    *ast.Module
	formatted string
	problems  []Diagnostic
	// lost are the names of the rules that could not be read.
	lost []string
	// syntax is there once it was asked for.
	syntax json.RawMessage
	// used is the last request that the file was part of.
	used int
}

// Most files are the same from one request to the next, so what came of them is kept for a while.
var (
	known    = map[Module]*parsed{}
	requests int
)

// Requests about policies, with their tests and with this or that draft take turns.
const keptFor = 16

// parseAll reads the files of a request. The compiler copies modules before it rewrites them, so they can be used again.
func parseAll(sources []Module, options ast.ParserOptions) map[string]*parsed {
	requests++
	byFile := make(map[string]*parsed, len(sources))
	for _, source := range sources {
		read, ok := known[source]
		if !ok {
			read = parse(source, options)
			known[source] = read
		}
		read.used = requests
		byFile[source.File] = read
	}
	maps.DeleteFunc(known, func(_ Module, read *parsed) bool { return read.used < requests-keptFor })
	return byFile
}

func parse(source Module, options ast.ParserOptions) *parsed {
	module, err := ast.ParseModuleWithOpts(source.File, source.Source, options)
	if err != nil {
		return recovered(source, options, err)
	}
	if module == nil {
		return &parsed{problems: []Diagnostic{{Code: "rego_parse_error", Message: "empty module", File: source.File, Row: 1, Col: 1}}}
	}
	text, err := format.SourceWithOpts(source.File, []byte(source.Source), format.Opts{RegoVersion: ast.RegoV1, ParserOptions: &options})
	if err != nil {
		return &parsed{module: module, problems: diagnose(err, source.File)}
	}
	return &parsed{module: module, formatted: string(text)}
}

// recovered reads a file statement by statement, tells what is wrong with each that does not parse, and reads the rest.
func recovered(source Module, options ast.ParserOptions, whole error) *parsed {
	lines := strings.Split(source.Source, "\n")
	rest := strings.Split(source.Source, "\n")
	problems, lost := []Diagnostic{}, []string{}
	for _, statement := range statements(lines) {
		text := strings.Repeat("\n", statement.from) + strings.TrimRight(strings.Join(lines[statement.from:statement.to], "\n"), "\n")
		if _, _, err := ast.ParseStatementsWithOpts(source.File, text, options); err != nil {
			problems = append(problems, diagnose(err, source.File)[0])
			lost = append(lost, name(lines[statement.from:statement.to]))
			clear(rest[statement.from:statement.to])
		}
	}
	if len(problems) == 0 {
		return &parsed{problems: diagnose(whole, source.File)}
	}
	// Without its package nothing of the file can be told.
	module, _ := ast.ParseModuleWithOpts(source.File, strings.Join(rest, "\n"), options)
	return &parsed{module: module, problems: problems, lost: lost}
}

// span is a half-open range of lines, counted from 0.
type span struct{ from, to int }

// statements are the spans of lines that open with a word at the margin, where the formatter puts statements, each with
// the comment above it.
func statements(lines []string) []span {
	spans := []span{}
	for at, line := range lines {
		if line == "" || !isLetter(line[0]) {
			continue
		}
		from := at
		for from > 0 && strings.HasPrefix(lines[from-1], "#") {
			from--
		}
		if len(spans) > 0 {
			spans[len(spans)-1].to = from
		}
		spans = append(spans, span{from, len(lines)})
	}
	return spans
}

func isLetter(char byte) bool {
	return char == '_' || 'a' <= char && char <= 'z' || 'A' <= char && char <= 'Z'
}

// name is that of the rule that some lines define.
func name(lines []string) string {
	for _, line := range lines {
		if line != "" && isLetter(line[0]) {
			word, _, _ := strings.Cut(strings.TrimPrefix(line, "default "), " ")
			word, _, _ = strings.Cut(word, "(")
			return word
		}
	}
	return ""
}

package guest_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"go/types"
	"reflect"
	"testing"

	"golang.org/x/tools/go/analysis"

	"github.com/sqlvet/sqlvet/analyzers"
	"github.com/sqlvet/sqlvet/internal/guest"
)

// pass returns one over a package with a Go file, and a file of SQL beside it
// in its file set.
func pass(t *testing.T) (p *analysis.Pass, golang, sql token.Pos) {
	t.Helper()
	fset := token.NewFileSet()
	f, err := parser.ParseFile(fset, "a.go", "package a\n\nvar x = 1\n", 0)
	if err != nil {
		t.Fatal(err)
	}
	text := fset.AddFile("dir/q.sql", -1, 20)
	text.SetLines([]int{0, 10})
	return &analysis.Pass{Fset: fset, Files: []*ast.File{f}, Pkg: types.NewPackage("a", "a")}, f.Name.Pos(), text.Pos(12)
}

func TestAnalyzers(t *testing.T) {
	p, golang, sql := pass(t)
	edit := func(pos token.Pos) []analysis.SuggestedFix {
		return []analysis.SuggestedFix{{Message: "fix", TextEdits: []analysis.TextEdit{{Pos: pos, End: pos}}}}
	}
	related := func(pos ...token.Pos) (list []analysis.RelatedInformation) {
		for _, p := range pos {
			list = append(list, analysis.RelatedInformation{Pos: p})
		}
		return list
	}
	tests := []struct {
		name string
		host guest.Host
		d    analysis.Diagnostic
		want []analysis.Diagnostic
	}{
		{"as it is", guest.Host{},
			analysis.Diagnostic{Pos: golang, Message: "m [r]", Related: related(golang), SuggestedFixes: edit(golang)},
			[]analysis.Diagnostic{{Pos: golang, Message: "m [r]", Related: related(golang), SuggestedFixes: edit(golang)}}},
		{"no related places, no rule", guest.Host{NoRelated: true, ShowsRule: true},
			analysis.Diagnostic{Pos: golang, Message: "m [r]", Related: related(golang)},
			[]analysis.Diagnostic{{Pos: golang, Message: "m"}}},
		{"in SQL", guest.Host{},
			analysis.Diagnostic{Pos: sql, Message: "m [r]", Related: related(sql, golang, golang), SuggestedFixes: edit(sql)},
			[]analysis.Diagnostic{{Pos: golang, Message: "q.sql:2:3: m [r]", Related: related(golang)}}},
		{"in SQL, sent from elsewhere", guest.Host{},
			analysis.Diagnostic{Pos: sql, Message: "m [r]", Related: related(sql)}, nil},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			needed := &analysis.Analyzer{
				Name: "needed", Doc: "needed", ResultType: reflect.TypeFor[int](),
				Run: func(*analysis.Pass) (any, error) { return 1, nil },
			}
			rule := &analysis.Analyzer{
				Name: "r", Doc: "r", Requires: []*analysis.Analyzer{needed},
				Run: func(pass *analysis.Pass) (any, error) {
					if pass.ResultOf[needed] != 1 {
						t.Errorf("result of what it requires is %v", pass.ResultOf[needed])
					}
					pass.Report(test.d)
					return nil, nil
				},
			}
			c := test.host.Analyzers([]*analysis.Analyzer{rule})[0]
			var got []analysis.Diagnostic
			p.ResultOf = map[*analysis.Analyzer]any{c.Requires[0]: 1}
			p.Report = func(d analysis.Diagnostic) { got = append(got, d) }
			if _, err := c.Run(p); err != nil {
				t.Fatal(err)
			}
			if !reflect.DeepEqual(clean(got), clean(test.want)) {
				t.Errorf("have %+v\nwant %+v", got, test.want)
			}
		})
	}
}

// clean makes empty lists nil.
func clean(list []analysis.Diagnostic) []analysis.Diagnostic {
	for i := range list {
		if len(list[i].Related) == 0 {
			list[i].Related = nil
		}
	}
	return list
}

func TestRegistry(t *testing.T) {
	list := analyzers.All()
	copies := guest.Host{}.Analyzers(list)
	if err := analysis.Validate(copies); err != nil {
		t.Fatal(err)
	}
	seen := make(map[*analysis.Analyzer]bool)
	var walk func(as []*analysis.Analyzer)
	walk = func(as []*analysis.Analyzer) {
		for _, a := range as {
			if !seen[a] {
				seen[a] = true
				walk(a.Requires)
			}
		}
	}
	walk(list)
	originals := len(seen)
	walk(copies)
	if len(seen) != 2*originals {
		t.Errorf("%d analyzers have %d copies, want one each and none shared", originals, len(seen)-originals)
	}
}

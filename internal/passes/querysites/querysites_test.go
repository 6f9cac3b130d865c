package querysites_test

import (
	"go/token"
	"slices"
	"strings"
	"testing"

	"golang.org/x/tools/go/analysis/analysistest"

	"github.com/sqlvet/sqlvet/internal/passes/querysites"
	"github.com/sqlvet/sqlvet/internal/vettest"
)

// Test compares facts with the "// want" comments, and the texts of each call
// with the "// sql:" comment of its line: alternatives are joined by " | ",
// a line feed is written ⏎. A line without the comment has no site.
func Test(t *testing.T) {
	for _, r := range vettest.Run(t, querysites.Analyzer, "querysites/...") {
		if r.Err != nil {
			t.Fatal(r.Err)
		}
		compare(t, r)
	}
}

func compare(t *testing.T, r *analysistest.Result) {
	fset := r.Action.Package.Fset
	got := make(map[token.Position]string)
	for _, s := range r.Action.Result.(*querysites.Result).Sites {
		var texts []string
		for _, x := range s.Texts {
			texts = append(texts, strings.ReplaceAll(x.String(), "\n", "⏎"))
		}
		slices.Sort(texts)
		got[line(fset, s.Call.Lparen)] = strings.Join(texts, " | ")
	}
	for _, f := range r.Action.Package.Syntax {
		for _, g := range f.Comments {
			for _, c := range g.List {
				want, ok := strings.CutPrefix(c.Text, "// sql: ")
				if !ok {
					continue
				}
				at := line(fset, c.Pos())
				if got[at] != want {
					t.Errorf("%v: got %q, want %q", at, got[at], want)
				}
				delete(got, at)
			}
		}
	}
	for at, texts := range got {
		t.Errorf("%v: unexpected site with %q", at, texts)
	}
}

func line(fset *token.FileSet, pos token.Pos) token.Position {
	p := fset.Position(pos)
	return token.Position{Filename: p.Filename, Line: p.Line}
}

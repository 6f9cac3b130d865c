package sqlparse_test

import (
	"fmt"
	"path/filepath"
	"slices"
	"testing"

	"golang.org/x/tools/go/analysis"
	"golang.org/x/tools/go/analysis/checker"
	"golang.org/x/tools/go/packages"

	"github.com/sqlvet/sqlvet/analyzers/sqlparse"
	"github.com/sqlvet/sqlvet/internal/vettest"
)

func Test(t *testing.T) {
	vettest.Run(t, sqlparse.Analyzer,
		"sqlparse/pg", "sqlparse/mysql", "sqlparse/either", "sqlparse/unknown", "sqlparse/queries", "sqlparse/names", "sqlparse/written", "sqlparse/others", "sqlparse/twins/...")
}

func TestExamples(t *testing.T) {
	vettest.Examples(t, sqlparse.Analyzer, sqlparse.Analyzer.Doc)
}

// TestPlaces checks exact positions: inside a Go string, in a declaration far
// from the call, and in an embedded file.
func TestPlaces(t *testing.T) {
	tests := []struct {
		pkg  string
		want []string // some of the findings: "file:line:col" of the first byte
	}{
		{"./sqlparse/embedded", []string{"bad.sql:2:16"}},
		{"./sqlparse/pg", []string{"pg.go:17:46", "pg.go:19:23", "pg.go:41:8"}},
	}
	for _, tt := range tests {
		pkgs, err := packages.Load(&packages.Config{Mode: packages.LoadAllSyntax, Dir: "../../testdata/src"}, tt.pkg)
		if err != nil {
			t.Fatal(err)
		}
		g, err := checker.Analyze([]*analysis.Analyzer{sqlparse.Analyzer}, pkgs, nil)
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, d := range g.Roots[0].Diagnostics {
			p := pkgs[0].Fset.Position(d.Pos)
			got = append(got, fmt.Sprintf("%s:%d:%d", filepath.Base(p.Filename), p.Line, p.Column))
		}
		for _, w := range tt.want {
			if !slices.Contains(got, w) {
				t.Errorf("%s: no finding at %s, but at %v", tt.pkg, w, got)
			}
		}
	}
}

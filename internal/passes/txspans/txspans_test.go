package txspans_test

import (
	"go/ast"
	"go/types"
	"slices"
	"strconv"
	"strings"
	"testing"

	"golang.org/x/tools/go/analysis/analysistest"

	"github.com/sqlvet/sqlvet/internal/passes/txspans"
	"github.com/sqlvet/sqlvet/internal/vettest"
)

// TestSpans compares the facts with the want comments, and the calls of mark
// that the spans list with this table.
func TestSpans(t *testing.T) {
	want := []string{
		"begun: open", "begun: failing (failing)", "begun: still open", "begun: in place", "begun: async (async)",
		"closures: closure", "closures: failing closure (failing)",
		"handed: handed", "named: a method's name",
	}
	var got []string
	for _, r := range vettest.Run(t, txspans.Analyzer, "txspans/...") {
		if strings.HasSuffix(r.Action.Package.PkgPath, "/caller") {
			got = marks(r)
		}
	}
	slices.Sort(want)
	slices.Sort(got)
	if !slices.Equal(got, want) {
		t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}

// marks lists the marks of a package's spans, with the function around them.
func marks(r *analysistest.Result) []string {
	var out []string
	for _, s := range r.Action.Result.(*txspans.Result).Spans() {
		for _, e := range s.Events {
			call, ok := e.Node.(*ast.CallExpr)
			if !ok || types.ExprString(call.Fun) != "mark" {
				continue
			}
			name, _ := strconv.Unquote(call.Args[0].(*ast.BasicLit).Value)
			for _, f := range r.Action.Package.Syntax {
				for _, d := range f.Decls {
					if d, ok := d.(*ast.FuncDecl); ok && d.Pos() <= call.Pos() && call.Pos() < d.End() {
						name = d.Name.Name + ": " + name
					}
				}
			}
			if e.Failing {
				name += " (failing)"
			}
			if e.Async {
				name += " (async)"
			}
			out = append(out, name)
		}
	}
	return out
}

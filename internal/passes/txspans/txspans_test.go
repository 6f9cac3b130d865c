package txspans_test

import (
	"fmt"
	"go/ast"
	"go/types"
	"runtime"
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

// TestDense bounds the work for one function with many transactions: it grows
// with their square at most, as the objects show that are made for it.
func TestDense(t *testing.T) {
	work := func(n int) uint64 {
		var b strings.Builder
		b.WriteString("package dense\n\nimport \"database/sql\"\n\nfunc dense(db *sql.DB, ids []int) error {\n")
		for i := range n {
			fmt.Fprintf(&b, `tx%[1]d, err := db.Begin()
	if err != nil {
		return err
	}
	for _, id := range ids {
		if ids[0] > id {
			if _, err := tx%[1]d.Exec("DELETE FROM t WHERE id = $1", id); err != nil {
				tx%[1]d.Rollback()
				return err
			}
		}
	}
	if err := tx%[1]d.Commit(); err != nil {
		return err
	}
`, i)
		}
		b.WriteString("return nil\n}\n")
		dir, clean, err := analysistest.WriteFiles(map[string]string{"dense/dense.go": b.String()})
		if err != nil {
			t.Fatal(err)
		}
		defer clean()
		r := analysistest.Run(t, dir, txspans.Analyzer, "dense")[0].Action.Result.(*txspans.Result)
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		if spans := r.Spans(); len(spans) != n {
			t.Errorf("%d spans of %d transactions", len(spans), n)
		}
		runtime.ReadMemStats(&after)
		return after.Mallocs - before.Mallocs
	}
	if few, many := work(40), work(160); many > 25*few {
		t.Errorf("%d objects for 40 transactions, %d for 160", few, many)
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

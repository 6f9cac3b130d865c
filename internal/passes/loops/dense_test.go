package loops_test

import (
	"fmt"
	"go/ast"
	"go/types"
	"reflect"
	"runtime"
	"strings"
	"testing"

	"golang.org/x/tools/go/analysis"
	"golang.org/x/tools/go/analysis/analysistest"

	"github.com/sqlvet/sqlvet/internal/passes/loops"
)

// TestDense bounds the work for functions that call each other in many cycles: what
// stands around a call is looked at once, however many ways lead through it, as the
// objects show that are made for it.
func TestDense(t *testing.T) {
	var enclosing uint64
	a := &analysis.Analyzer{Name: "dense", Doc: "asks for the loops around each call of Exec", ResultType: reflect.TypeFor[int](), Run: func(pass *analysis.Pass) (any, error) {
		r := loops.New(loops.Package{Fset: pass.Fset, Files: pass.Files, Types: pass.Pkg, Info: pass.TypesInfo}, known)
		var calls []*ast.CallExpr
		ast.Inspect(pass.Files[0], func(n ast.Node) bool {
			if call, ok := n.(*ast.CallExpr); ok && strings.HasSuffix(types.ExprString(call.Fun), "Exec") {
				calls = append(calls, call)
			}
			return true
		})
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		for _, call := range calls {
			r.Enclosing(call)
		}
		runtime.ReadMemStats(&after)
		enclosing = after.Mallocs - before.Mallocs
		return len(calls), nil
	}}
	work := func(n int) uint64 {
		var b strings.Builder
		b.WriteString("package dense\n\nimport \"database/sql\"\n")
		for i := range n {
			fmt.Fprintf(&b, "\nfunc f%d(db *sql.DB, n int) error {\n", i)
			for j := range 20 {
				fmt.Fprintf(&b, "\tif n > %d {\n\t\tif err := f%d(db, n-1); err != nil {\n\t\t\treturn err\n\t\t}\n\t}\n", j, (i*7+j*j+1)%n)
			}
			b.WriteString("\t_, err := db.Exec(\"SELECT 1\")\n\treturn err\n}\n")
		}
		dir, clean, err := analysistest.WriteFiles(map[string]string{"dense/dense.go": b.String()})
		if err != nil {
			t.Fatal(err)
		}
		defer clean()
		if got := analysistest.Run(t, dir, a, "dense")[0].Action.Result.(int); got != n {
			t.Errorf("%d calls of Exec in %d functions", got, n)
		}
		return enclosing
	}
	if few, many := work(40), work(160); many > 8*few {
		t.Errorf("%d objects for 40 functions, %d for 160", few, many)
	}
}

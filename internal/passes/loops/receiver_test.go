package loops_test

import (
	"fmt"
	"go/ast"
	"go/token"
	"reflect"
	"testing"

	"golang.org/x/tools/go/analysis"

	"github.com/sqlvet/sqlvet/internal/passes/funceffects"
	"github.com/sqlvet/sqlvet/internal/passes/loops"
	"github.com/sqlvet/sqlvet/internal/vettest"
)

// receivers' result maps lines with a call of get to whether Keeps denies
// of its innermost loop, those with a call of ask to what DependsOnIteration
// says.
var receivers = &analysis.Analyzer{
	Name: "loopsreceivers",
	Doc:  "whether the receiver, or what is given, changes",
	Run: func(pass *analysis.Pass) (any, error) {
		r := loops.New(loops.Package{Fset: pass.Fset, Files: pass.Files, Types: pass.Pkg, Info: pass.TypesInfo}, nil)
		got := make(map[token.Position]string)
		for _, f := range pass.Files {
			ast.Inspect(f, func(n ast.Node) bool {
				if call, ok := n.(*ast.CallExpr); ok {
					if id, ok := call.Fun.(*ast.Ident); ok && id.Name == "ask" {
						p := pass.Fset.Position(call.Pos())
						at := token.Position{Filename: p.Filename, Line: p.Line}
						got[at] = fmt.Sprintf("// depends: %v", r.DependsOnIteration(r.Enclosing(call)[0], call))
					}
					if sel, ok := call.Fun.(*ast.SelectorExpr); ok && sel.Sel.Name == "get" {
						p := pass.Fset.Position(call.Pos())
						at := token.Position{Filename: p.Filename, Line: p.Line}
						got[at] = fmt.Sprintf("// receiver: %v", !r.Keeps(r.Enclosing(call)[0], call, funceffects.Input{From: 1}))
					}
				}
				return true
			})
		}
		return got, nil
	},
	ResultType: reflect.TypeFor[map[token.Position]string](),
}

// TestReceiver compares each call of get and ask with the comment on its line.
func TestReceiver(t *testing.T) {
	for _, r := range vettest.Run(t, receivers, "loops/receivers") {
		if r.Err != nil {
			t.Fatal(r.Err)
		}
		compare(t, r)
	}
}

package oneoff_test

import (
	"go/ast"
	"testing"

	"golang.org/x/tools/go/analysis"

	"github.com/sqlvet/sqlvet/internal/passes/oneoff"
	"github.com/sqlvet/sqlvet/internal/vettest"
)

// here reports, at each call of a function called here, what the code around
// it is, if it is no production code.
var here = &analysis.Analyzer{
	Name:     "here",
	Doc:      "report code that nobody waits for",
	Requires: []*analysis.Analyzer{oneoff.Analyzer},
	Run: func(pass *analysis.Pass) (any, error) {
		places := pass.ResultOf[oneoff.Analyzer].(*oneoff.Result)
		for _, f := range pass.Files {
			ast.Inspect(f, func(n ast.Node) bool {
				if call, ok := n.(*ast.CallExpr); ok {
					if id, ok := call.Fun.(*ast.Ident); ok && id.Name == "here" {
						if place, how := places.Of(call.Pos()); place != oneoff.Production {
							pass.Reportf(call.Pos(), "%s: it %s", place, how)
						}
					}
				}
				return true
			})
		}
		return nil, nil
	},
}

func TestOf(t *testing.T) { vettest.Run(t, here, "oneoff/...") }

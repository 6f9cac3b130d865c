package nplusone

import (
	"go/ast"
	"go/types"

	"golang.org/x/tools/go/analysis"
	"golang.org/x/tools/go/ast/astutil"
	"golang.org/x/tools/go/types/typeutil"

	"github.com/sqlvet/sqlvet/internal/apis"
	"github.com/sqlvet/sqlvet/internal/passes/suppress"
)

// eager reports eager loading that asks once for each record: pop's Eager in
// a chain that loads many. Eager loading that asks once for each association,
// however deep (gorm's Preload("A.B.C"): three more queries), is what to write
// instead.
func (c *checker) eager(call *ast.CallExpr) {
	fn := typeutil.StaticCallee(c.pass.TypesInfo, call)
	if fn == nil {
		return
	}
	api, ok := c.loops.APIs.Lookup(fn)
	if !ok || api.Role != apis.Preload || !api.EachRow || !c.counts(call) {
		return
	}
	all := c.loadsMany(call)
	if all == nil {
		return
	}
	suppress.Report(c.pass, suppress.Finding{
		Pos: call.Pos(), End: call.End(), Rule: name, Category: "read",
		Message: "eager loading with " + fn.Name() + " asks again for each record and association that the chain loads: " +
			"use EagerPreload, which asks once for each association",
		Related: []analysis.RelatedInformation{{Pos: all.Lparen, Message: "the loop: over the records that this call loads"}},
	})
}

// loadsMany returns the call that ends the chain after call, if it fills a
// slice.
func (c *checker) loadsMany(call *ast.CallExpr) *ast.CallExpr {
	path, _ := astutil.PathEnclosingInterval(c.file, call.Pos(), call.End())
	for _, n := range path {
		outer, ok := n.(*ast.CallExpr)
		if !ok || outer == call {
			if _, ok := n.(*ast.SelectorExpr); ok || outer == call {
				continue
			}
			return nil
		}
		api, ok := c.loops.APIs.Lookup(typeutil.StaticCallee(c.pass.TypesInfo, outer))
		if ok && api.Role == apis.BuilderTerminal {
			if api.DestArg != apis.None && api.DestArg < len(outer.Args) && c.isSlice(outer.Args[api.DestArg]) {
				return outer
			}
			return nil
		}
	}
	return nil
}

func (c *checker) isSlice(e ast.Expr) bool {
	t := c.pass.TypesInfo.TypeOf(e)
	if p, ok := t.Underlying().(*types.Pointer); ok {
		t = p.Elem()
	}
	_, ok := t.Underlying().(*types.Slice)
	return ok
}

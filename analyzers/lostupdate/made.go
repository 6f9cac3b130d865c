package lostupdate

import (
	"go/ast"
	"go/token"
	"slices"

	"github.com/sqlvet/sqlvet/internal/golang"
)

// This file knows what calls make of what was read.

// mixed reports whether a call is given what was read, and something else that the
// program has.
func (c *checker) mixed(call *ast.CallExpr, v golang.Path) bool {
	old, other := false, false
	for _, a := range call.Args {
		t := c.info.Types[a]
		switch {
		case t.Value != nil || t.IsNil() || t.Type == nil || golang.IsContext(t.Type):
		case c.is(a, v):
			old = true
		default:
			other = true
		}
	}
	return old && other
}

// edited reports whether a variable holds what was read in another form (json.Unmarshal
// of it), of which a part is changed between two points.
func (c *checker) edited(fn *ast.FuncDecl, x ast.Expr, v golang.Path, from, to token.Pos) bool {
	p, exact := golang.PathOf(c.info, deref(x))
	if !exact || p == v || p.Fields != "" {
		return false
	}
	decoded, changed := false, false
	part := func(x ast.Expr) bool {
		at, exact := golang.PathOf(c.info, x)
		if ix, ok := ast.Unparen(x).(*ast.IndexExpr); ok {
			at, _ = golang.PathOf(c.info, ix.X)
		}
		return at.Root == p.Root && (!exact || at.Fields != "")
	}
	ast.Inspect(fn.Body, func(n ast.Node) bool {
		if n == nil || n.End() < from || n.Pos() > to {
			return false
		}
		switch n := n.(type) {
		case *ast.CallExpr:
			old, into := false, false
			for _, a := range n.Args {
				old = old || c.mentions(a, v)
				into = into || c.is(deref(a), p)
			}
			decoded = decoded || old && into
			if b, ok := ast.Unparen(n.Fun).(*ast.Ident); ok && b.Name == "delete" && c.info.Types[n.Fun].IsBuiltin() {
				changed = changed || c.is(n.Args[0], p)
			}
		case *ast.IncDecStmt:
			changed = changed || part(n.X)
		case *ast.AssignStmt:
			changed = changed || slices.ContainsFunc(n.Lhs, part)
			if call, ok := ast.Unparen(n.Rhs[0]).(*ast.CallExpr); ok && c.is(n.Lhs[0], p) {
				decoded = decoded || c.mentions(call, v)
				changed = changed || c.mentions(call, p) // append
			}
		}
		return true
	})
	return decoded && changed
}

// deref strips a & from an expression.
func deref(x ast.Expr) ast.Expr {
	x = ast.Unparen(x)
	if ref, ok := x.(*ast.UnaryExpr); ok && ref.Op == token.AND {
		return ast.Unparen(ref.X)
	}
	return x
}

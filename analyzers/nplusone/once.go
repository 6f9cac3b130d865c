package nplusone

import (
	"go/ast"
	"go/token"
	"go/types"
	"slices"

	"github.com/sqlvet/sqlvet/internal/golang"
	"github.com/sqlvet/sqlvet/internal/passes/loops"
)

// guarded returns the name of what a call in a loop is made to set, if it is
// made only while that has no value yet: then it runs once, whatever the
// number of iterations. "" if there is none.
//
//	if admin == nil {
//		admin, err = s.user(ctx, "admin")
//	}
func (c *checker) guarded(call *ast.CallExpr, l *loops.Loop) string {
	name := ""
	ast.Inspect(l.Node, func(n ast.Node) bool {
		if n == nil || n.End() <= call.Pos() || call.End() <= n.Pos() {
			return false
		}
		if s, ok := n.(*ast.IfStmt); ok && s.Body.Pos() <= call.Pos() && call.End() <= s.Body.End() {
			if v := c.unset(s.Cond); v != nil && c.outlives(v, l) && c.assigns(s.Body, v) {
				name = types.ExprString(v)
			}
		}
		return name == ""
	})
	return name
}

// unset returns the x of x == nil, x == "", x == 0, len(x) == 0 and !x.
func (c *checker) unset(cond ast.Expr) ast.Expr {
	switch cond := ast.Unparen(cond).(type) {
	case *ast.UnaryExpr:
		if cond.Op == token.NOT {
			return cond.X
		}
	case *ast.BinaryExpr:
		if cond.Op != token.EQL || !c.isZero(cond.Y) {
			return nil
		}
		x := ast.Unparen(cond.X)
		if call, ok := x.(*ast.CallExpr); ok && len(call.Args) == 1 {
			if b, ok := call.Fun.(*ast.Ident); ok && c.pass.TypesInfo.Uses[b] == types.Universe.Lookup("len") {
				return call.Args[0]
			}
		}
		return x
	}
	return nil
}

func (c *checker) isZero(x ast.Expr) bool {
	tv := c.pass.TypesInfo.Types[x]
	if tv.Value != nil {
		s := tv.Value.ExactString()
		return s == "0" || s == `""`
	}
	return tv.IsNil()
}

// outlives reports whether x is a variable, or a field of one, that all
// iterations of a loop share.
func (c *checker) outlives(x ast.Expr, l *loops.Loop) bool {
	for {
		switch y := ast.Unparen(x).(type) {
		case *ast.SelectorExpr:
			x = y.X
			continue
		case *ast.Ident:
			v, ok := c.pass.TypesInfo.Uses[y].(*types.Var)
			return ok && (v.Pos() < l.Node.Pos() || l.Node.End() <= v.Pos())
		}
		return false // an element: each has its own
	}
}

// assigns reports whether a block assigns to x, itself or by a function that it
// calls.
func (c *checker) assigns(b *ast.BlockStmt, x ast.Expr) bool {
	p, exact := golang.PathOf(c.pass.TypesInfo, x)
	found := false
	ast.Inspect(b, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.AssignStmt:
			for _, lhs := range n.Lhs {
				q, _ := golang.PathOf(c.pass.TypesInfo, lhs)
				found = found || n.Tok == token.ASSIGN && q == p
			}
		case *ast.CallExpr:
			found = found || slices.Contains(c.effects.Sets(n), p)
		}
		return exact && !found
	})
	return found
}

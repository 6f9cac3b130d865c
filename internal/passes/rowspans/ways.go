package rowspans

import (
	"go/ast"
	"go/token"
	"go/types"
	"slices"

	"github.com/sqlvet/sqlvet/internal/golang"
)

// This file knows which conditions may tell on which way the rows were closed.

// tells reports whether a condition may be about the way that was taken: it looks at
// something that another condition looks at or decides. What looks at an error
// decides nothing about what was found.
func (f *flow) tells(cond ast.Expr) bool {
	if f.u.aboutError(cond) {
		return false
	}
	if f.ways == nil {
		f.ways = f.decided()
	}
	info, found := f.u.r.pass.TypesInfo, false
	ast.Inspect(cond, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.Ident:
			if v, ok := info.Uses[n].(*types.Var); ok {
				found = found || v.IsField() || slices.ContainsFunc(f.ways[v], func(by ast.Node) bool { return !golang.Within(cond, by) })
			}
		case *ast.CallExpr:
			found = found || !info.Types[n.Fun].IsBuiltin() && !info.Types[n.Fun].IsType()
		}
		return !found
	})
	return found
}

// decided returns which conditions look at a variable, and which branches set it.
// Those around the query are none: they hold while its rows are there.
func (f *flow) decided() map[*types.Var][]ast.Node {
	out := make(map[*types.Var][]ast.Node)
	note := func(x, by ast.Node) {
		ast.Inspect(x, func(n ast.Node) bool {
			if id, ok := n.(*ast.Ident); ok {
				if v, ok := golang.Object(f.u.r.pass.TypesInfo, id).(*types.Var); ok {
					out[v] = append(out[v], by)
				}
			}
			return true
		})
	}
	sets := func(branch ast.Node) {
		ast.Inspect(branch, func(n ast.Node) bool {
			switch n := n.(type) {
			case *ast.AssignStmt:
				for _, l := range n.Lhs {
					note(l, n)
				}
			case *ast.IncDecStmt:
				note(n.X, n)
			case *ast.UnaryExpr:
				if n.Op == token.AND {
					note(n.X, n)
				}
			}
			return true
		})
	}
	ast.Inspect(f.u.body, func(n ast.Node) bool {
		if n == nil || f.open != nil && golang.Within(f.open.call, n) {
			return true
		}
		switch n := n.(type) {
		case *ast.IfStmt:
			note(n.Cond, n.Cond)
			sets(n)
		case *ast.ForStmt:
			if n.Cond != nil {
				note(n.Cond, n.Cond)
			}
			sets(n)
		case *ast.RangeStmt, *ast.SelectStmt:
			sets(n)
		case *ast.SwitchStmt, *ast.TypeSwitchStmt:
			note(n, n)
		}
		return true
	})
	return out
}

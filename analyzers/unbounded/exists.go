package unbounded

import (
	"go/ast"
	"go/constant"
	"go/token"
	"go/types"
	"slices"

	"github.com/sqlvet/sqlvet/internal/config"
	"github.com/sqlvet/sqlvet/internal/sqlmodel"
)

// counted reports a statement that counts rows into a variable which the
// program only compares with zero.
func (c *checker) counted(l *sqlmodel.Level) {
	if l.Role != sqlmodel.RoleTop || len(l.Projections) != 1 || len(l.Group) > 0 || len(l.Relations) == 0 ||
		!isCount(l.Projections[0].Expr) || c.q.Func == nil || c.q.Func.Body == nil || c.found(l) {
		return
	}
	n := c.target()
	if n == nil {
		return
	}
	if at := c.compared(n); at.IsValid() {
		c.report("count", l.Projections[0].Expr.Range, config.Certain,
			"the count is only compared with zero, at line %d: SELECT EXISTS (…) stops at the first row", c.pass.Fset.Position(at).Line)
	}
}

// found reports whether an index finds so few rows that to count them costs
// what finding the first does, or the table is small.
func (c *checker) found(l *sqlmodel.Level) bool {
	if len(l.Relations) != 1 {
		return false
	}
	r := l.Relations[0]
	if r.Kind != sqlmodel.RelTable || r.Hole || c.db.Small(qualified(r)) {
		return true
	}
	return c.db.FindsOne(l)
}

// target returns the integer variable that the query's only value is read
// into, nil if that is not plain to see: Scan(&n) of the call's result, a call
// that is given &n, or n, err := the call.
func (c *checker) target() (n *types.Var) {
	variable := func(e ast.Expr) *types.Var {
		id, ok := ast.Unparen(e).(*ast.Ident)
		if !ok {
			return nil
		}
		v, _ := c.pass.TypesInfo.ObjectOf(id).(*types.Var)
		if v == nil || v.IsField() || v.Parent() == c.pass.Pkg.Scope() {
			return nil
		}
		if b, ok := v.Type().Underlying().(*types.Basic); !ok || b.Info()&types.IsInteger == 0 {
			return nil
		}
		return v
	}
	addressed := func(call *ast.CallExpr) *types.Var {
		for _, a := range call.Args {
			if u, ok := a.(*ast.UnaryExpr); ok && u.Op == token.AND {
				return variable(u.X)
			}
		}
		return nil
	}
	if n = addressed(c.q.Call); n != nil {
		return n
	}
	ast.Inspect(c.q.Func.Body, func(x ast.Node) bool {
		switch x := x.(type) {
		case *ast.CallExpr:
			if s, ok := x.Fun.(*ast.SelectorExpr); ok && s.Sel.Name == "Scan" && len(x.Args) == 1 && ast.Unparen(s.X) == c.q.Call {
				n = addressed(x)
			}
		case *ast.AssignStmt:
			if len(x.Rhs) == 1 && ast.Unparen(x.Rhs[0]) == c.q.Call {
				n = variable(x.Lhs[0])
			}
		}
		return n == nil
	})
	return n
}

// compared returns where n is compared with zero; an invalid place if it is
// used otherwise, or not at all.
func (c *checker) compared(n *types.Var) token.Pos {
	is := func(e ast.Expr) bool {
		id, ok := ast.Unparen(e).(*ast.Ident)
		return ok && c.pass.TypesInfo.Uses[id] == n
	}
	var at token.Pos
	uses := 0
	ast.Inspect(c.q.Func.Body, func(x ast.Node) bool {
		switch x := x.(type) {
		case *ast.Ident:
			if c.pass.TypesInfo.Uses[x] == n {
				uses++
			}
		case *ast.UnaryExpr:
			if x.Op == token.AND && is(x.X) {
				uses--
			}
		case *ast.AssignStmt:
			for _, left := range x.Lhs {
				if is(left) && x.Tok == token.ASSIGN {
					uses--
				}
			}
		case *ast.BinaryExpr:
			value := func(e ast.Expr) constant.Value { return c.pass.TypesInfo.Types[e].Value }
			if is(x.X) && againstZero(x.Op, value(x.Y)) || is(x.Y) && againstZero(mirrored[x.Op], value(x.X)) {
				uses--
				if !at.IsValid() {
					at = x.Pos()
				}
			}
		}
		return true
	})
	if uses > 0 {
		return token.NoPos
	}
	return at
}

// mirrored holds the operators that say the same with the sides changed.
var mirrored = map[token.Token]token.Token{token.LSS: token.GTR, token.EQL: token.EQL, token.NEQ: token.NEQ, token.GEQ: token.LEQ, token.LEQ: token.GEQ, token.GTR: token.LSS}

// againstZero reports whether count op value asks if there is a row.
func againstZero(op token.Token, value constant.Value) bool {
	if value == nil || value.Kind() != constant.Int {
		return false
	}
	switch n, _ := constant.Int64Val(value); n {
	case 0:
		return slices.Contains([]token.Token{token.GTR, token.EQL, token.NEQ, token.LEQ}, op)
	case 1:
		return op == token.GEQ || op == token.LSS
	}
	return false
}

package txspans

import (
	"go/ast"
	"go/token"
)

// underError reports whether a node stands in a branch that an error led
// to: if err != nil { … }, if err == nil { … } else { … }, and errors.Is.
func (u *unit) underError(s ast.Node) bool {
	found := false
	u.inspect(func(n ast.Node) {
		cond, ok := n.(*ast.IfStmt)
		if !ok || found || s.Pos() < cond.Pos() || cond.End() <= s.Pos() {
			return
		}
		in := func(b ast.Node) bool { return b != nil && b.Pos() <= s.Pos() && s.Pos() < b.End() }
		switch {
		case in(cond.Body):
			found = u.testsError(cond.Cond, token.NEQ)
		case cond.Else != nil && in(cond.Else):
			found = u.testsError(cond.Cond, token.EQL)
		}
	})
	return found
}

// testsError reports whether a condition holds only if there is an error: a
// comparison of an error with nil by op, alone or joined by &&, or by || with
// others of the kind.
func (u *unit) testsError(cond ast.Expr, op token.Token) bool {
	info := u.r.pass.TypesInfo
	switch x := ast.Unparen(cond).(type) {
	case *ast.BinaryExpr:
		switch x.Op {
		case token.LAND:
			return u.testsError(x.X, op) || u.testsError(x.Y, op)
		case token.LOR:
			return u.testsError(x.X, op) && u.testsError(x.Y, op)
		case op:
			return isError(info.TypeOf(x.X)) && info.Types[x.Y].IsNil()
		}
	case *ast.CallExpr:
		if fn := u.r.callee(x); fn != nil && op == token.NEQ {
			return fn.FullName() == "errors.Is" || fn.FullName() == "errors.As"
		}
	}
	return false
}

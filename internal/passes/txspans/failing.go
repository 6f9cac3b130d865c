package txspans

import (
	"go/ast"
	"go/token"
	"go/types"
	"slices"

	"github.com/sqlvet/sqlvet/internal/golang"
)

// A branch is taken only if there is an error: the body of if err != nil, the
// else of if err == nil, and of errors.Is.
type branch struct {
	pos, end token.Pos
	err      types.Object // that is tested; nil if it is no variable
}

// branches lists the branches of the body that errors lead to.
func (u *unit) branches() []branch {
	var out []branch
	add := func(b ast.Stmt, cond ast.Expr, op token.Token) {
		if x := u.testsError(cond, op); x != nil {
			p, ok := u.r.placeOf(x)
			if !ok || p.Fields != "" {
				p.Root = nil
			}
			out = append(out, branch{b.Pos(), b.End(), p.Root})
		}
	}
	u.inspect(func(n ast.Node) {
		if s, ok := n.(*ast.IfStmt); ok {
			add(s.Body, s.Cond, token.NEQ)
			if s.Else != nil {
				add(s.Else, s.Cond, token.EQL)
			}
		}
	})
	return out
}

// underError reports whether a node stands in a branch that an error led to.
func (u *unit) underError(n ast.Node) bool {
	return slices.ContainsFunc(u.fails, func(b branch) bool { return b.pos <= n.Pos() && n.Pos() < b.end })
}

// failedBy is underError of one error.
func (u *unit) failedBy(n ast.Node, err types.Object) bool {
	return slices.ContainsFunc(u.fails, func(b branch) bool { return b.err == err && b.pos <= n.Pos() && n.Pos() < b.end })
}

// testsError returns the error that there is if a condition holds: of a
// comparison of an error with nil by op, alone or joined by &&, or by || with
// others of the kind; nil if there may be none.
func (u *unit) testsError(cond ast.Expr, op token.Token) ast.Expr {
	info := u.r.pass.TypesInfo
	switch x := ast.Unparen(cond).(type) {
	case *ast.BinaryExpr:
		switch x.Op {
		case token.LAND:
			if y := u.testsError(x.X, op); y != nil {
				return y
			}
			return u.testsError(x.Y, op)
		case token.LOR:
			if u.testsError(x.X, op) == nil {
				return nil
			}
			return u.testsError(x.Y, op)
		case op:
			if golang.IsError(info.TypeOf(x.X)) && info.Types[x.Y].IsNil() {
				return x.X
			}
		}
	case *ast.CallExpr:
		if fn := u.r.callee(x); fn != nil && op == token.NEQ && (fn.FullName() == "errors.Is" || fn.FullName() == "errors.As") {
			return x.Args[0]
		}
	}
	return nil
}

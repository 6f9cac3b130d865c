package sqltext

import (
	"go/ast"
	"go/token"
)

// Strings returns what a string expression inside a declared function may
// evaluate to, wherever control reaches it: a hole if that is not known, nil
// if it does not stand in the function. decl is nil for one outside of
// functions. A struct that holds its text in a field String,
// as sql.NullString does, has that text.
func (p *Program) Strings(decl *ast.FuncDecl, e ast.Expr) []*Text {
	a := &asked{expr: e}
	if decl != nil && decl.Body != nil {
		fr, st := p.enter(decl, func(*ast.CallExpr, At) {})
		fr.asked = a
		fr.block(st, decl.Body)
	} else {
		a.look(&frame{prog: p}, newState(), e)
	}
	return dropEmpty(a.found)
}

// An asked is an expression whose value is wanted.
type asked struct {
	expr  ast.Expr
	found texts
}

// look evaluates the expression if it stands in e and not in a function
// literal there: that is interpreted for itself.
func (a *asked) look(fr *frame, st *state, e ast.Expr) {
	if a.expr.Pos() < e.Pos() || e.End() < a.expr.End() || inClosure(e, a.expr.Pos()) {
		return
	}
	switch v := fr.eval(st, a.expr).(type) {
	case texts:
		a.found = limit(union(a.found, v), maxAlternatives)
	case *record:
		if ts, ok := v.fields["String"].(texts); ok {
			a.found = limit(union(a.found, ts), maxAlternatives)
			return
		}
		a.unknown(fr)
	default:
		a.unknown(fr)
	}
}

func (a *asked) unknown(fr *frame) {
	a.found = union(a.found, texts{fr.hole(a.expr)})
}

// inClosure reports whether a function literal in e holds pos.
func inClosure(e ast.Expr, pos token.Pos) bool {
	in := false
	ast.Inspect(e, func(n ast.Node) bool {
		if lit, ok := n.(*ast.FuncLit); ok {
			in = in || lit.Body.Pos() <= pos && pos < lit.Body.End()
		}
		return !in
	})
	return in
}

package loops

import (
	"go/ast"
	"go/token"
	"go/types"
)

// ResultFeedsLoop reports whether the call's result decides whether the loop
// goes on, or what the call asks in the next iteration: the call pages.
func (r *Result) ResultFeedsLoop(loop *Loop, call *ast.CallExpr) bool {
	s, ok := loop.Node.(*ast.ForStmt)
	if !ok {
		return false
	}
	if loop.Bound == Data || loop.Bound == Constant {
		return false // it ends by its count or with its list
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	u := r.unit(call.Pos())
	if u == nil || !within(call, s) {
		return false
	}
	fed := u.resultsOf(call)
	if s.Cond != nil && within(call, s.Cond) {
		return true
	}
	for { // ends: variables are only added
		changed := false
		for obj, ws := range u.writes {
			if fed[obj] || isError(obj.Type()) {
				continue
			}
			for _, w := range ws {
				if w.rhs != nil && within(w.at, s) && !within(w.at, call) && u.mentionsAny(w.rhs, fed) {
					fed[obj], changed = true, true
				}
			}
		}
		if !changed {
			break
		}
	}
	if u.mentionsAny(s.Cond, fed) {
		return true
	}
	for _, a := range call.Args {
		if u.mentionsAny(a, fed) && !u.declaredHere(a, s.Body) {
			return true
		}
	}
	found := false
	u.exits(s.Body, func(cond ast.Expr, _ ast.Stmt) {
		found = found || cond != nil && u.mentionsAny(cond, fed)
	})
	return found
}

// declaredHere: the argument's variable is new in each iteration, so that it
// cannot carry anything over: a destination.
func (u *unit) declaredHere(a ast.Expr, body ast.Node) bool {
	if x, ok := ast.Unparen(a).(*ast.UnaryExpr); ok {
		a = x.X
	}
	obj := u.rootObj(a)
	return obj != nil && local(obj, body)
}

// resultsOf returns the variables that a call's result is assigned to, or
// written to through pointers.
func (u *unit) resultsOf(call *ast.CallExpr) map[types.Object]bool {
	set := make(map[types.Object]bool)
	n := ast.Node(call)
	for p := u.parent[n]; p != nil; n, p = p, u.parent[p] {
		if a, ok := p.(*ast.AssignStmt); ok {
			for _, l := range a.Lhs {
				if obj := u.rootObj(l); obj != nil && !isError(obj.Type()) {
					set[obj] = true
				}
			}
		}
		if c, ok := p.(*ast.CallExpr); ok && c.Fun != n {
			continue
		}
		if _, ok := p.(ast.Stmt); ok {
			break
		}
	}
	ast.Inspect(n, func(n ast.Node) bool {
		if x, ok := n.(*ast.UnaryExpr); ok && x.Op == token.AND {
			if obj := u.rootObj(x.X); obj != nil {
				set[obj] = true
			}
		}
		return true
	})
	return set
}

func (u *unit) mentionsAny(e ast.Expr, set map[types.Object]bool) bool {
	if e == nil {
		return false
	}
	found := false
	ast.Inspect(e, func(n ast.Node) bool {
		if id, ok := n.(*ast.Ident); ok && set[u.Info.Uses[id]] {
			found = true
		}
		return !found
	})
	return found
}

package loops

import (
	"go/ast"
	"go/types"

	"github.com/sqlvet/sqlvet/internal/golang"
)

// Remembered returns the map or cache that keeps what a call in a loop gets, "" if
// there is none: one that the loop asks first whether it has that, so that each
// thing is asked for once. Have: the call is made only where something lacks it.
func (r *Result) Remembered(l *Loop, call *ast.CallExpr) string {
	r.mu.Lock()
	defer r.mu.Unlock()
	u := r.unit(call.Pos())
	if u == nil {
		return ""
	}
	got := u.gets(l, call)
	kept := ""
	keeps := func(x ast.Expr) {
		if m, path, exact := u.fieldPath(x); x != nil && exact && m != nil && !local(m, l.Node) && u.looksInto(l, m, path, call) {
			kept = types.ExprString(x)
		}
	}
	inspect(l.Node, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.AssignStmt:
			for i, lhs := range n.Lhs {
				if ix, ok := ast.Unparen(lhs).(*ast.IndexExpr); ok && u.mentionsAny(valueAt(n.Rhs, i), got) {
					keeps(ix.X)
				}
			}
		case *ast.ExprStmt:
			if c, ok := n.X.(*ast.CallExpr); ok && len(c.Args) > 1 && u.mentionsAny(c, got) {
				keeps(recv(c)) // cache.Add(key, value)
			}
		}
		return kept == ""
	})
	return kept
}

// gets returns the variables that hold what a call gave, or what was made of it
// in the loop.
func (u *unit) gets(l *Loop, call *ast.CallExpr) map[types.Object]bool {
	var s ast.Node = call
	for s != l.Node {
		if _, ok := s.(ast.Stmt); ok {
			break
		}
		s = u.parent[s]
	}
	got := make(map[types.Object]bool)
	for more := true; more; {
		more = false
		for obj, ws := range u.writes {
			for _, w := range ws {
				if !got[obj] && golang.Within(w.at, l.Node) && w.at.Pos() >= s.Pos() && (golang.Within(w.at, s) || u.mentionsAny(w.rhs, got)) {
					got[obj], more = true, true
				}
			}
		}
	}
	return got
}

func (u *unit) mentionsAny(x ast.Expr, set map[types.Object]bool) bool {
	if x == nil {
		return false
	}
	for obj := range set {
		if u.mentions(x, obj) {
			return true
		}
	}
	return false
}

// looksInto: before it comes to a call the loop assigns what it finds in a map, or
// what a method of a cache says.
func (u *unit) looksInto(l *Loop, m types.Object, path string, call *ast.CallExpr) bool {
	found := false
	inspect(l.Node, func(n ast.Node) bool {
		a, ok := n.(*ast.AssignStmt)
		if !ok || found || len(a.Rhs) != 1 || a.Pos() > call.Pos() {
			return !found
		}
		var x ast.Expr
		switch rhs := ast.Unparen(a.Rhs[0]).(type) {
		case *ast.IndexExpr:
			x = rhs.X
		case *ast.CallExpr:
			x = recv(rhs)
		}
		if x != nil {
			obj, p, exact := u.fieldPath(x)
			found = exact && obj == m && p == path
		}
		return !found
	})
	return found
}

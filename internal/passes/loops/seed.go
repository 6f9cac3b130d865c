package loops

import (
	"go/ast"
	"go/token"
	"go/types"

	"github.com/sqlvet/sqlvet/internal/golang"
)

// This file says what changes with a loop by itself, before anything is made of
// it.

// seed marks what the loop itself changes.
func (t *taint) seed() {
	inherent := true // handles among the variables are another database each time
	switch t.loop.Kind {
	case Recursion, Resolver, Hook, Callback, Rows:
		inherent = t.loop.Bound == Handles
	}
	for _, v := range t.loop.Vars {
		switch {
		case t.u.ignored(v.Type()):
		case t.u.handle(v.Type()) == noHandle:
			t.data[v] = true
		case inherent:
			t.handles[v] = true
		}
	}
	switch n := t.loop.Node.(type) {
	case *ast.CallExpr:
		t.seedPointers(n)
	case *ast.ForStmt:
		t.seedFor(n)
	}
}

// seedPointers marks what a function with a callback may write to before it
// calls it: other arguments that are, or hold, &x.
func (t *taint) seedPointers(call *ast.CallExpr) {
	for _, a := range call.Args {
		inspect(a, func(n ast.Node) bool {
			if x, ok := n.(*ast.UnaryExpr); ok && x.Op == token.AND && !t.in(x) {
				t.markAt(x.X, mentioned{data: true})
			}
			return true
		})
	}
}

// seedFor marks where a for statement gets its next element from.
func (t *taint) seedFor(s *ast.ForStmt) {
	if s.Cond != nil {
		ast.Inspect(s.Cond, func(n ast.Node) bool {
			if call, ok := n.(*ast.CallExpr); ok {
				t.addSource(recv(call))
			}
			return true
		})
	}
	if s.Cond == nil || t.u.endless(s.Cond) {
		for _, call := range t.u.endsBy(s.Body) {
			t.addSource(recv(call))
		}
	}
}

// endsBy returns the calls of methods, of what the body takes values from, that
// say when a loop ends: in a condition to leave it, or by a result that such a
// condition asks for. A failure says so only at the end of the input, or where a
// library is called.
func (u *unit) endsBy(body *ast.BlockStmt) []*ast.CallExpr {
	ends := make(map[types.Object]bool) // variables of the conditions
	var list []*ast.CallExpr
	eof := false
	u.exits(body, func(cond ast.Expr, _ ast.Stmt) {
		if cond == nil {
			return
		}
		eof = eof || u.endOfInput(cond, body)
		ast.Inspect(cond, func(n ast.Node) bool {
			switch n := n.(type) {
			case *ast.CallExpr:
				if u.asksLocal(n) {
					list = append(list, n)
				}
			case *ast.Ident:
				ends[u.object(n)] = true
			}
			return true
		})
	})
	inspect(body, func(n ast.Node) bool {
		a, ok := n.(*ast.AssignStmt)
		if !ok || len(a.Rhs) != 1 {
			return true
		}
		call, ok := ast.Unparen(a.Rhs[0]).(*ast.CallExpr)
		if !ok || !u.asksLocal(call) {
			return true
		}
		own := u.ours(u.callee(call).Pkg())
		for _, l := range a.Lhs {
			if obj := u.object(l); obj != nil && ends[obj] && (!golang.IsError(obj.Type()) || eof || !own) {
				list = append(list, call)
			}
		}
		return true
	})
	return list
}

// addSource notes an expression that gives the next element.
func (t *taint) addSource(e ast.Expr) {
	switch ast.Unparen(e).(type) {
	case *ast.Ident, *ast.SelectorExpr:
	default:
		return
	}
	typ := t.u.Info.TypeOf(e)
	if typ == nil || t.u.ignored(typ) || t.u.handle(typ) != noHandle {
		return
	}
	if obj := t.u.rootObj(e); obj == nil || t.u.isGlobal(obj) {
		return
	}
	t.sources[types.ExprString(e)] = true
}

// ignored: values that change with the iteration without changing what is
// asked: contexts, errors, loggers, spans.
func (r *Result) ignored(t types.Type) bool {
	if t == nil || golang.IsError(t) || golang.IsContext(t) {
		return true
	}
	path, name := named(t)
	if name == "" {
		return false
	}
	if r.oursNamed(t) {
		iface, ok := t.Underlying().(*types.Interface)
		return ok && onlyTold(t, iface)
	}
	return speaks(name, "logger", "span") || path == "testing" || path == "sync" || path == "github.com/sirupsen/logrus" && name == "Entry"
}

// onlyTold: the methods of an interface return nothing, or another value of
// the interface: it is told things, and answers nothing.
func onlyTold(t types.Type, iface *types.Interface) bool {
	silent := false
	for m := range iface.Methods() {
		res := m.Signature().Results()
		switch {
		case res.Len() == 0:
			silent = true
		case res.Len() > 1 || !types.Identical(res.At(0).Type(), t):
			return false
		}
	}
	return silent
}

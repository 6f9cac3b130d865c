package rowspans

import (
	"go/ast"
	"go/token"
	"go/types"

	"github.com/sqlvet/sqlvet/internal/apis"
	"github.com/sqlvet/sqlvet/internal/golang"
)

// This file says what each mention of rows does to them.

// A use is what a node does to the rows that it mentions.
type use uint8

const (
	nothing  use = iota
	next         // Next: there is a row, or they are closed
	closes       // they are closed, or read to their end
	fails        // they are closed if an error comes back
	gives        // they get into other hands
	defers       // what is deferred closes them, or may
	errAsked     // somebody asks for the error that ended them
	escapes      // a literal has them: nothing is known of them at all
)

// uses maps the nodes of the body that mention v to what they do: calls,
// deferred statements, identifiers. It reports whether somebody asks for the
// rows' error, and whether they can be followed.
func (u *unit) uses(v *types.Var) (m map[ast.Node]use, asked, ok bool) {
	m, ok = make(map[ast.Node]use), true
	ast.PreorderStack(u.body, nil, func(n ast.Node, stack []ast.Node) bool {
		id, isIdent := n.(*ast.Ident)
		if !isIdent || u.r.pass.TypesInfo.Uses[id] != v {
			return true
		}
		at, what := u.use(append(stack, n))
		switch {
		case what == escapes:
			ok = false
		case what == errAsked:
			asked = true
		case what != nothing:
			m[at] = what
		}
		return true
	})
	return m, asked, ok
}

// use classifies one mention: the last node of the stack.
func (u *unit) use(stack []ast.Node) (ast.Node, use) {
	above := func(i int) ast.Node {
		if len(stack) <= i {
			return nil
		}
		return stack[len(stack)-1-i]
	}
	id := stack[len(stack)-1]
	at, what := id, gives
	i := 1
	for {
		if _, ok := above(i).(*ast.ParenExpr); !ok {
			break
		}
		i++
	}
	switch p := above(i).(type) {
	case *ast.SelectorExpr:
		at, what = u.selected(p, above(i+1))
	case *ast.CallExpr:
		at, what = p, u.r.given(p, id.(*ast.Ident))
	case *ast.BinaryExpr:
		what = nothing // compared with nil
	case *ast.AssignStmt:
		if len(p.Rhs) == 1 && ast.Unparen(p.Rhs[0]) == id && blank(p.Lhs[0]) {
			what = nothing // _ = rows
		}
		for _, l := range p.Lhs {
			if l == id {
				what = nothing // a new value: see flow.assigned
			}
		}
	}
	// Where it stands: in a literal, in what is deferred, in a goroutine.
	var deferred ast.Node
	for i := len(stack) - 2; i >= 0; i-- {
		switch n := stack[i].(type) {
		case *ast.FuncLit:
			if what == errAsked || what == nothing {
				return at, what
			}
			if i >= 2 && (what == closes || what == gives) {
				if d, ok := stack[i-2].(*ast.DeferStmt); ok && ast.Unparen(d.Call.Fun) == n {
					return d, defers
				}
			}
			return at, escapes // also what it defers: nobody knows when it runs
		case *ast.GoStmt:
			return at, escapes
		case *ast.DeferStmt:
			if what != closes && what != gives {
				return at, what
			}
			deferred = n
		}
	}
	if deferred != nil {
		return deferred, defers
	}
	return at, what
}

// selected classifies a method or field of the rows; parent is the node around.
func (u *unit) selected(sel *ast.SelectorExpr, parent ast.Node) (ast.Node, use) {
	fn, ok := u.r.pass.TypesInfo.Uses[sel.Sel].(*types.Func)
	if !ok {
		return sel, gives // the rows inside
	}
	call, _ := parent.(*ast.CallExpr)
	called := call != nil && ast.Unparen(call.Fun) == sel
	api, _ := u.r.apis.Lookup(fn)
	sig := fn.Signature()
	switch {
	case fn.Name() == "Err" && sig.Params().Len() == 0 && sig.Results().Len() == 1:
		return sel, errAsked
	case api.Closes == apis.CloseAlways || (fn.Name() == "Close" || fn.Name() == "Release") && sig.Params().Len() == 0:
		if called {
			return call, closes
		}
		return sel, gives
	case fn.Name() == "Next" && sig.Params().Len() == 0:
		if called {
			return call, next
		}
		return sel, gives
	case lent(u.r.pass.TypesInfo.TypeOf(sel.X)) && sig.Results().Len() > 0 && apis.HandleOf(sig.Results().At(0).Type()) == apis.ConnHandle:
		return sel, gives // what is inside, perhaps for good
	case api.Closes == apis.CloseFailed && called:
		return call, fails
	case sig.Results().Len() > 0 && isBool(sig.Results().At(0).Type()) && sig.Params().Len() == 0:
		return sel, gives // NextResultSet
	}
	return sel, nothing
}

func isBool(t types.Type) bool {
	b, ok := t.Underlying().(*types.Basic)
	return ok && b.Kind() == types.Bool
}

// given classifies a call that is handed the rows.
func (r *Result) given(call *ast.CallExpr, id *ast.Ident) use {
	at := -1
	for i, a := range call.Args {
		if ast.Unparen(a) == id {
			at = i
		}
	}
	fn := golang.Callee(r.pass.TypesInfo, call)
	if fn == nil || at < 0 {
		return gives
	}
	if api, ok := r.apis.Lookup(fn); ok && api.Library != "" {
		switch {
		case api.Closes == apis.CloseNever:
			return nothing
		case api.Role == apis.ScanStruct:
			return closes
		}
		return gives
	}
	params := fn.Signature().Params()
	if at >= params.Len() {
		return gives
	}
	if apis.IsRow(r.pass.TypesInfo.TypeOf(id)) {
		return gives // which scans it, most likely
	}
	if t := params.At(at).Type(); types.IsInterface(t) && apis.IsRow(t) {
		return nothing // Scan alone
	} else if iface, ok := t.Underlying().(*types.Interface); ok && !iface.Empty() && lacks(iface, "Close") && lacks(iface, "Next") {
		return nothing
	}
	for _, t := range r.takes(fn) {
		if t.Index == at {
			if t.Closes {
				return closes
			}
			return nothing
		}
	}
	return gives
}

func lacks(iface *types.Interface, method string) bool {
	for m := range iface.Methods() {
		if m.Name() == method {
			return false
		}
	}
	return true
}

// assigns returns the call whose error a statement puts into a variable.
func (u *unit) assigns(n ast.Node, v types.Object) (*ast.CallExpr, bool) {
	a, ok := n.(*ast.AssignStmt)
	if !ok {
		return nil, false
	}
	for _, l := range a.Lhs {
		if id, ok := l.(*ast.Ident); ok && golang.Object(u.r.pass.TypesInfo, id) == v && v != nil {
			call, _ := ast.Unparen(a.Rhs[0]).(*ast.CallExpr)
			return call, true
		}
	}
	return nil, false
}

// aboutError: what looks at an error decides nothing about what was found.
func (u *unit) aboutError(cond ast.Expr) bool {
	c, ok := cond.(*ast.BinaryExpr)
	if ok && (c.Op == token.EQL || c.Op == token.NEQ) {
		return golang.IsError(u.r.pass.TypesInfo.TypeOf(c.X)) || golang.IsError(u.r.pass.TypesInfo.TypeOf(c.Y))
	}
	call, ok := cond.(*ast.CallExpr)
	if !ok {
		return false
	}
	fn := golang.Callee(u.r.pass.TypesInfo, call)
	return fn != nil && (fn.FullName() == "errors.Is" || fn.FullName() == "errors.As")
}

package funceffects

import (
	"go/ast"
	"go/token"
	"go/types"

	"github.com/sqlvet/sqlvet/internal/apis"
	"github.com/sqlvet/sqlvet/internal/golang"
)

// This file finds what a body does only now and then, whatever it is given:
// it empties a buffer that is full, or fills one that is empty; it loads a
// table once, or when the last load is old. What tells when is state that
// outlives the call: of the receiver, of the package, or captured.

// seldom says how often the code at hand runs, seen from many calls of its
// body.
type seldom uint8

const (
	eachTime seldom = iota
	onLoad          // while something has no value yet, or an old one
	onFull          // when enough came together
)

// guards says what an if statement makes of its branch, and, if that leaves,
// of the code after it.
func (w *walker) guards(s *ast.IfStmt) (then, after seldom) {
	if w.body == nil || !w.g.modules.Own {
		return eachTime, eachTime
	}
	out := leaves(s.Body)
	w.conditions(s.Cond, func(cond ast.Expr) {
		if cmp, ok := cond.(*ast.BinaryExpr); ok {
			if full, under := w.fills(cmp); full {
				then = onFull
			} else if under && out {
				after = onFull
			}
		}
		x, unset, set := w.loaded(cond)
		switch {
		case x == nil || w.depends(s.Cond):
		case unset && w.sets(s.Body, x):
			then = max(then, onLoad)
		case set && out && w.sets(w.body, x):
			after = max(after, onLoad)
		}
	})
	return then, after
}

// conditions visits the operands of && and ||.
func (w *walker) conditions(cond ast.Expr, visit func(ast.Expr)) {
	cond = ast.Unparen(cond)
	if b, ok := cond.(*ast.BinaryExpr); ok && (b.Op == token.LAND || b.Op == token.LOR) {
		w.conditions(b.X, visit)
		w.conditions(b.Y, visit)
		return
	}
	visit(cond)
}

// fills: a comparison of the size of a buffer that the body adds to, with its
// limit. full: that is reached if it holds; under: if it does not.
func (w *walker) fills(cmp *ast.BinaryExpr) (full, under bool) {
	if golang.IsZero(w.g.info, cmp.Y) {
		return false, false
	}
	x := ast.Unparen(cmp.X)
	if call, ok := x.(*ast.CallExpr); ok {
		if size := w.sized(call); size == nil || !w.grows(size) {
			return false, false
		}
	} else if !w.isState(x) || !w.counts(x) {
		return false, false
	}
	switch cmp.Op {
	case token.GEQ, token.GTR, token.EQL:
		return true, false
	case token.LSS, token.LEQ, token.NEQ:
		return false, true
	}
	return false, false
}

// sized returns the x of len(x) and x.Len(), if that is state.
func (w *walker) sized(call *ast.CallExpr) ast.Expr {
	var x ast.Expr
	switch f := ast.Unparen(call.Fun).(type) {
	case *ast.Ident:
		if b, ok := w.g.info.Uses[f].(*types.Builtin); ok && b.Name() == "len" && len(call.Args) == 1 {
			x = call.Args[0]
		}
	case *ast.SelectorExpr:
		if f.Sel.Name == "Len" || f.Sel.Name == "Size" || f.Sel.Name == "NumberOfActions" {
			x = f.X
		}
	}
	if x == nil || !w.isState(x) {
		return nil
	}
	return ast.Unparen(x)
}

// grows: the body appends to x, sets an element of it, or calls one of its
// methods for the effect.
func (w *walker) grows(x ast.Expr) bool {
	text, found := types.ExprString(x), false
	ast.Inspect(w.body, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.AssignStmt:
			for i, l := range n.Lhs {
				if ix, ok := ast.Unparen(l).(*ast.IndexExpr); ok && types.ExprString(ix.X) == text {
					found = true
				}
				if i < len(n.Rhs) && types.ExprString(l) == text {
					call, ok := ast.Unparen(n.Rhs[i]).(*ast.CallExpr)
					found = found || ok && types.ExprString(call.Fun) == "append"
				}
			}
		case *ast.ExprStmt:
			if call, ok := n.X.(*ast.CallExpr); ok {
				if sel, ok := call.Fun.(*ast.SelectorExpr); ok && types.ExprString(sel.X) == text {
					found = true
				}
			}
		}
		return !found
	})
	return found
}

// counts: the body steps x.
func (w *walker) counts(x ast.Expr) bool {
	text, found := types.ExprString(x), false
	ast.Inspect(w.body, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.IncDecStmt:
			found = found || types.ExprString(n.X) == text
		case *ast.AssignStmt:
			found = found || n.Tok == token.ADD_ASSIGN && types.ExprString(n.Lhs[0]) == text
		}
		return !found
	})
	return found
}

// loaded returns the state that a condition asks whether it has a value, and
// whether the condition holds if not, or if so. Of the age of something both
// may hold.
func (w *walker) loaded(cond ast.Expr) (x ast.Expr, unset, set bool) {
	switch c := cond.(type) {
	case *ast.Ident, *ast.SelectorExpr:
		x, set = cond, true
	case *ast.UnaryExpr:
		if c.Op == token.NOT {
			x, set, unset = w.loaded(ast.Unparen(c.X))
			return x, unset, set
		}
	case *ast.BinaryExpr:
		if age := w.age(cond); age != nil {
			return age, true, true
		}
		x = ast.Unparen(c.X)
		if call, ok := x.(*ast.CallExpr); ok {
			x = w.sized(call)
		}
		if !golang.IsZero(w.g.info, c.Y) {
			return nil, false, false
		}
		unset, set = c.Op == token.EQL, c.Op == token.NEQ || c.Op == token.GTR
	case *ast.CallExpr:
		if age := w.age(cond); age != nil {
			return age, true, true
		}
	}
	if x == nil || !w.isState(x) {
		return nil, false, false
	}
	return x, unset, set
}

// age returns the state whose time is compared with now.
func (w *walker) age(cond ast.Expr) ast.Expr {
	var (
		x     ast.Expr
		timed bool
	)
	ast.Inspect(cond, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.CallExpr:
			if fn := golang.Callee(w.g.info, n); fn != nil && fn.Pkg() != nil && fn.Pkg().Path() == "time" {
				timed = true
			}
		case *ast.SelectorExpr:
			if apis.TypeName(w.g.info.TypeOf(n)) == "time.Time" && w.isState(n) {
				x = n
			}
		}
		return true
	})
	if !timed {
		return nil
	}
	return x
}

// isState reports whether x is a variable, or a field of one, that outlives a
// run of the body and is not handed in.
func (w *walker) isState(x ast.Expr) bool {
	obj := w.root(x)
	return obj != nil && !w.isLocal(obj)
}

// root returns the variable that x is, or is a field of.
func (w *walker) root(x ast.Expr) types.Object {
	for {
		switch y := ast.Unparen(x).(type) {
		case *ast.Ident:
			v, ok := w.g.info.Uses[y].(*types.Var)
			if !ok {
				return nil
			}
			return v
		case *ast.StarExpr:
			x = y.X
		case *ast.SelectorExpr:
			if w.g.info.Selections[y] == nil {
				v, ok := w.g.info.Uses[y.Sel].(*types.Var)
				if !ok {
					return nil
				}
				return v
			}
			x = y.X
		default:
			return nil
		}
	}
}

// isLocal: declared in the body, as a parameter or as a result.
func (w *walker) isLocal(obj types.Object) bool {
	if w.body.Pos() <= obj.Pos() && obj.Pos() < w.body.End() {
		return true
	}
	for _, list := range [...]*types.Tuple{w.n.sig.Params(), w.n.sig.Results()} {
		for v := range list.Variables() {
			if v == obj {
				return true
			}
		}
	}
	return false
}

// depends reports whether x mentions what the body is given for this run:
// parameters other than contexts, and locals.
func (w *walker) depends(x ast.Expr) bool {
	found := false
	ast.Inspect(x, func(n ast.Node) bool {
		if id, ok := n.(*ast.Ident); ok {
			v, ok := w.g.info.Uses[id].(*types.Var)
			found = found || ok && !v.IsField() && apis.TypeName(v.Type()) != "context.Context" && w.isLocal(v)
		}
		return !found
	})
	return found
}

// sets reports whether code assigns to x, itself or in a function of this
// package that it calls.
func (w *walker) sets(body ast.Node, x ast.Expr) bool {
	var field types.Object
	if sel, ok := ast.Unparen(x).(*ast.SelectorExpr); ok {
		field = w.g.info.Uses[sel.Sel]
	}
	text, found := types.ExprString(x), false
	ast.Inspect(body, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.AssignStmt:
			for _, l := range n.Lhs {
				found = found || n.Tok == token.ASSIGN && types.ExprString(l) == text
			}
		case *ast.CallExpr:
			if fn := golang.Callee(w.g.info, n); fn != nil && field != nil {
				found = found || w.g.setters()[fn][field]
			}
		}
		return !found
	})
	return found
}

// setters returns the fields and package variables that the functions of this
// package assign to.
func (g *graph) setters() map[*types.Func]map[types.Object]bool {
	if g.assigns != nil {
		return g.assigns
	}
	g.assigns = make(map[*types.Func]map[types.Object]bool)
	for _, f := range g.pass.Files {
		for _, d := range f.Decls {
			d, ok := d.(*ast.FuncDecl)
			if !ok || d.Body == nil {
				continue
			}
			set := make(map[types.Object]bool)
			inspectBody(d.Body, func(n ast.Node) {
				if a, ok := n.(*ast.AssignStmt); ok {
					for _, l := range a.Lhs {
						if sel, ok := ast.Unparen(l).(*ast.SelectorExpr); ok {
							set[g.info.Uses[sel.Sel]] = true
						}
					}
				}
			})
			if fn, ok := g.info.Defs[d.Name].(*types.Func); ok && len(set) > 0 {
				g.assigns[fn] = set
			}
		}
	}
	return g.assigns
}

// isRare reports whether a call runs only now and then, by what is around it:
// what is loaded must not depend on what the body is given.
func (w *walker) isRare(call *ast.CallExpr) bool {
	switch w.seldom {
	case onFull:
		return true
	case onLoad:
		for _, a := range call.Args {
			if w.depends(a) {
				return false
			}
		}
		sel, ok := ast.Unparen(call.Fun).(*ast.SelectorExpr)
		return !ok || !w.depends(sel.X)
	}
	return false
}

// isStable reports whether what a call finds in its receiver, or in the
// package, is the same in the next run of the body.
func (w *walker) isStable(call *ast.CallExpr) bool {
	sel, ok := golang.Unindex(ast.Unparen(call.Fun)).(*ast.SelectorExpr)
	if !ok {
		_, named := golang.Unindex(ast.Unparen(call.Fun)).(*ast.Ident)
		return named && golang.Callee(w.g.info, call) != nil
	}
	if w.g.info.Selections[sel] == nil {
		return true // a function of another package
	}
	return w.body != nil && w.isState(sel.X)
}

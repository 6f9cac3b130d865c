package funceffects

import (
	"go/ast"
	"go/token"
	"go/types"
	"slices"

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
// of the code after it; and in what variable the state is that it asks.
func (w *walker) guards(s *ast.IfStmt) (then, after seldom, keeper *types.Var) {
	if w.body == nil || !w.g.modules.Own {
		return eachTime, eachTime, nil
	}
	note := func(x ast.Expr) {
		if v, ok := w.root(x).(*types.Var); ok {
			keeper = v
		}
	}
	judge := func(holds bool, runs ast.Node, kept func(x ast.Expr) bool) (often seldom) {
		clauses := golang.Clauses(s.Cond, holds, w.given)
		free := !slices.ContainsFunc(clauses, func(any []golang.Test) bool { return slices.ContainsFunc(any, w.onRun) })
		for _, t := range slices.Concat(clauses...) {
			if w.fills(t) {
				often = onFull
				note(t.X)
			}
			switch x := w.unset(t); {
			case x == nil:
			case w.fromContext(x):
				if kept(x) {
					often = max(often, onLoad)
				}
			case free && w.sets(runs, x):
				often = max(often, onLoad)
				note(x)
			}
		}
		return often
	}
	then = judge(true, s.Body, func(x ast.Expr) bool { return w.sets(s.Body, x) })
	if leaves(s.Body) {
		after = judge(false, w.body, func(ast.Expr) bool {
			ret := returned(s.Body)
			return ret != nil && len(ret.Results) > 0 && w.fromContext(ret.Results[0])
		})
	}
	return then, after, keeper
}

// given returns the condition that a local variable was given, and has no other
// value.
func (w *walker) given(id *ast.Ident) ast.Expr {
	return w.conds[w.g.info.Uses[id]]
}

// condition notes the variables that hold a condition.
func (w *walker) condition(s *ast.AssignStmt) {
	for i, l := range s.Lhs {
		id, ok := ast.Unparen(l).(*ast.Ident)
		if !ok || w.conds == nil {
			continue
		}
		if obj := w.g.info.Defs[id]; obj != nil && len(s.Lhs) == len(s.Rhs) {
			if b, ok := ast.Unparen(s.Rhs[i]).(*ast.BinaryExpr); ok && golang.IsBool(w.g.info.TypeOf(b)) {
				w.conds[obj] = b
			}
		} else {
			delete(w.conds, w.g.info.Uses[id])
		}
	}
}

// fills: the size of a buffer that the body adds to has come to its limit.
func (w *walker) fills(t golang.Test) bool {
	if t.Y == nil || golang.IsZero(w.g.info, t.Y) || t.Op != token.GEQ && t.Op != token.GTR && t.Op != token.EQL {
		return false
	}
	x := ast.Unparen(t.X)
	if call, ok := x.(*ast.CallExpr); ok {
		size := w.sized(call)
		return size != nil && w.grows(size)
	}
	return w.isState(x) && w.counts(x)
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

// unset returns the state that has no value where a test holds, or an old one.
func (w *walker) unset(t golang.Test) ast.Expr {
	if age := w.age(t); age != nil {
		return age
	}
	x := ast.Unparen(t.X)
	switch {
	case t.Y == nil:
		switch x.(type) {
		case *ast.Ident, *ast.SelectorExpr:
		default:
			return nil
		}
		if t.Op != token.NOT {
			return nil
		}
	case t.Op != token.EQL && t.Op != token.LEQ || !golang.IsZero(w.g.info, t.Y):
		return nil
	}
	if call, ok := x.(*ast.CallExpr); ok {
		x = w.sized(call)
	}
	if x == nil || !w.isState(x) && !w.fromContext(x) {
		return nil
	}
	return x
}

// fromContext: a local variable whose value is what a context carries, and
// nothing else: a logger, a transaction, a user.
func (w *walker) fromContext(x ast.Expr) bool {
	id, ok := ast.Unparen(x).(*ast.Ident)
	return ok && w.carried[w.g.info.Uses[id]]
}

// carries reports whether an expression is what a context carries: ctx.Value(k),
// or what a function returns that is given contexts and constants alone.
func (w *walker) carries(x ast.Expr) bool {
	x = ast.Unparen(x)
	if t, ok := x.(*ast.TypeAssertExpr); ok {
		x = ast.Unparen(t.X)
	}
	call, ok := x.(*ast.CallExpr)
	if !ok {
		return false
	}
	if recv := golang.Receiver(w.g.info, call); recv != nil {
		return golang.IsContext(w.g.info.TypeOf(recv))
	}
	given := false
	for _, a := range call.Args {
		isContext := golang.IsContext(w.g.info.TypeOf(a))
		given = given || isContext
		if !isContext && w.g.info.Types[a].Value == nil {
			return false
		}
	}
	return given && golang.Callee(w.g.info, call) != nil
}

// age returns the state whose time is compared with now.
func (w *walker) age(t golang.Test) ast.Expr {
	var (
		x     ast.Expr
		timed bool
	)
	t.Inspect(func(n ast.Node) bool {
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
		case *ast.CallExpr:
			if x = w.sized(y); x == nil {
				return nil
			}
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

// onRun reports whether a test mentions what the body is given for this run:
// parameters other than contexts, and locals.
func (w *walker) onRun(t golang.Test) bool {
	found := false
	t.Inspect(func(n ast.Node) bool {
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
			golang.Inspect(d.Body, func(n ast.Node) {
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

// isRare reports whether an edge runs only now and then, by what is around it:
// what is loaded must not depend on what the body is given.
func (g *graph) isRare(e *edge) bool {
	if e.seldom != onLoad {
		return e.seldom == onFull
	}
	in := g.anything(e.in, e)
	if !in.Known {
		return false
	}
	return !slices.ContainsFunc(in.List, func(in Input) bool { return !in.Receiver() && (in.v == nil || !golang.IsContext(in.v.Type())) })
}

// keeper returns where the state is that decides whether a rare edge runs.
func (n *node) keeper(v *types.Var) Input {
	if v == nil || v.Pkg() != nil && v.Parent() == v.Pkg().Scope() {
		return Input{} // of the package
	}
	return n.input(v, "")
}

// kept returns where the state of a callee's effect is, as the body sees it;
// false if each run of the body has a state of its own.
func (g *graph) kept(n *node, e *edge, keeper Input) (Input, bool) {
	if keeper.From == 0 && keeper.v == nil {
		return keeper, true
	}
	f := g.flowOf(n)
	if f == nil {
		return Input{}, false
	}
	if keeper.From == receiver && e.call != nil && golang.Receiver(g.info, e.call) == nil {
		return Input{}, false
	}
	qs, ok := g.passed(f, e, keeper)
	if !ok || len(qs) != 1 {
		return Input{}, false
	}
	q := qs[0]
	if q.v != nil {
		return n.input(q.v, ""), f.given[q.v]
	}
	x, fields := f.source(q)
	if x == nil {
		return Input{}, false
	}
	switch p, exact := golang.PathOf(g.info, x); {
	case !exact:
		return Input{}, false
	case f.given[p.Root]:
		return n.input(p.Root, cutFields(golang.Join(p.Fields, fields))), true
	default:
		return Input{}, !f.local(p.Root)
	}
}

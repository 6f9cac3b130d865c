package sqltext

import (
	"go/ast"
	"go/types"

	"github.com/sqlvet/sqlvet/internal/golang"
)

// carries reports whether t is a struct type of the package, or a pointer to
// one, with a field that holds a statement under construction: a query object
// of the program's own.
func (p *Program) carries(t types.Type) bool {
	named, ok := types.Unalias(golang.Deref(t)).(*types.Named)
	if !ok || named.Obj().Pkg() != p.pkg {
		return false
	}
	st, ok := named.Underlying().(*types.Struct)
	for i := 0; ok && i < st.NumFields(); i++ {
		if p.building(st.Field(i).Type()) != nil {
			return true
		}
	}
	return false
}

// carried returns the struct that an expression is if a statement under
// construction is known to be in it.
func (fr *frame) carried(st *state, e ast.Expr) *record {
	if !fr.prog.carries(fr.typeOf(e)) {
		return nil
	}
	rec, ok := fr.eval(st, e).(*record)
	if !ok {
		return nil
	}
	for _, v := range rec.fields {
		if cs, ok := v.(chains); ok && len(cs) > 0 && len(cs[0].parts) > 0 {
			return rec
		}
	}
	return nil
}

// carry interprets a method of a struct that carries a statement: its result is
// kept, and what it leaves in a local variable. It returns the state as it was
// before.
func (fr *frame) carry(st *state, call *ast.CallExpr) *state {
	for _, a := range call.Args {
		if fr.pointed(st, a) != nil {
			return st.clone()
		}
	}
	x := receiver(call)
	if x == nil {
		return st
	}
	fn := fr.prog.callee(call)
	decl := fr.prog.decls[fn]
	if decl == nil || decl.Body == nil || decl.Recv == nil || fr.prog.active[fn] || fr.depth >= maxDepth || fr.prog.budget <= 0 {
		return st
	}
	if fr.carried(st, x) == nil {
		return st
	}
	before := st.clone()
	in := newState()
	fr.results(in, fn.Signature())
	fr.bindParams(st, in, decl.Type, call)
	v := fr.bindReceiver(st, in, decl, call)
	fr.numberParams(st, in, decl, call)
	in.when = st.when
	fr.prog.active[fn] = true
	defer delete(fr.prog.active, fn)
	var (
		end    *state
		result value
		n      int
	)
	sub := fr.inner(call.Pos(), frame{targs: fr.instantiated(call), depth: fr.depth + 1})
	sub.returns = func(st *state, results []ast.Expr) {
		end = fr.prog.merge(end, st.clone())
		var r value
		if len(results) > 0 {
			r = tagged(sub.eval(st, results[0]), st.when.beyond(in.when))
		}
		if n++; n == 1 {
			result = r
		} else {
			result = join(result, r)
		}
	}
	end = fr.prog.merge(end, sub.block(in.clone(), decl.Body))
	delete(fr.built, call)
	if result != nil {
		fr.keepBuilt(call, result)
	}
	root := ast.Unparen(x)
	if u, ok := root.(*ast.UnaryExpr); ok {
		root = ast.Unparen(u.X)
	}
	if id, ok := root.(*ast.Ident); ok && v != nil && isPointer(v.Type()) {
		w, ok := fr.prog.info.Uses[id].(*types.Var)
		if left, known := end.vars[v]; ok && known {
			st.vars[w] = left
		} else if ok {
			delete(st.vars, w)
		}
	}
	return before
}

func (fr *frame) keepBuilt(call *ast.CallExpr, v value) {
	if fr.built == nil {
		fr.built = make(map[*ast.CallExpr]value)
	}
	fr.built[call] = v
}

// dropCarried forgets the statements in a struct that a function may have
// changed through a pointer.
func (r *record) dropCarried() *record {
	out := &record{fields: make(map[string]value, len(r.fields)), rest: r.rest, typ: r.typ}
	for k, v := range r.fields {
		if _, ok := v.(chains); !ok {
			out.fields[k] = v
		}
	}
	return out
}

// field is the value that a literal gives a field: a handle of which nothing is
// known is a statement without clauses.
func (fr *frame) field(st *state, e ast.Expr) value {
	if v := fr.eval(st, e); v != nil {
		return v
	}
	t := fr.typeOf(e)
	lib := fr.prog.building(t)
	if lib == nil || fr.begun(e) || fr.continues(e) {
		return nil
	}
	if verb, handle, ok := lib.Builder(t); ok && handle {
		return chains{{lib: lib, verb: verb}}
	}
	return nil
}

// pointed returns the local variable whose address an argument is, if it holds
// a statement under construction.
func (fr *frame) pointed(st *state, a ast.Expr) *types.Var {
	u, ok := ast.Unparen(a).(*ast.UnaryExpr)
	if !ok {
		return nil
	}
	id, ok := ast.Unparen(u.X).(*ast.Ident)
	if !ok {
		return nil
	}
	v, _ := fr.prog.info.Uses[id].(*types.Var)
	if cs, ok := st.vars[v].(chains); ok && len(cs) > 0 {
		return v
	}
	return nil
}

// throughPointer gives a local variable what a function of the package leaves
// of it, whose address is the call's i-th argument; it reports whether that is
// known.
func (fr *frame) throughPointer(st *state, call *ast.CallExpr, i int) bool {
	fn := fr.prog.callee(call)
	if fr.prog.decls[fn] == nil {
		return false
	}
	args := make([]value, len(call.Args))
	for j, b := range call.Args {
		args[j] = fr.eval(st, b)
	}
	_, left := fr.enterValue(call.Pos(), function{fn: fn}, args, i)
	cs, ok := left.(chains)
	if ok {
		st.vars[fr.pointed(st, call.Args[i])] = cs
	}
	return ok
}

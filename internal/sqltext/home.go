package sqltext

import (
	"go/ast"
	"go/types"
)

// keepResult notes what a function returns that may change the statements it is
// given: it is the same statement, and not one that is changed twice.
func (fr *frame) keepResult(st *state, call *ast.CallExpr) {
	if lib := fr.prog.building(fr.typeOf(call)); lib == nil || !lib.Chain.InPlace {
		return
	}
	if _, ok := fr.step(call); ok {
		return
	}
	delete(fr.built, call)
	if cs, ok := fr.eval(st, call).(chains); ok && len(cs) > 0 {
		fr.keepBuilt(call, cs)
	}
}

// handOver notes what a function does to the statements that it is given,
// where methods change their receiver.
func (fr *frame) handOver(st *state, call *ast.CallExpr) {
	if fn := fr.prog.callee(call); fr.visit != nil && fn != nil && fr.prog.decls[fn] != nil {
		return // Have: enterHelper does it, and visits what the function sends.
	}
	fr.keepResult(st, call)
	for i, a := range call.Args {
		id, ok := ast.Unparen(a).(*ast.Ident)
		if !ok {
			continue
		}
		v, ok := fr.prog.info.Uses[id].(*types.Var)
		if !ok {
			continue
		}
		cs, ok := st.vars[v].(chains)
		if !ok || len(cs) == 0 || !cs[0].lib.Chain.InPlace || cs[0].home == nil {
			continue
		}
		f, _ := fr.eval(st, call.Fun).(function)
		args := make([]value, len(call.Args))
		for j, b := range call.Args {
			args[j] = fr.eval(st, b)
		}
		_, left := fr.enterValue(call.Pos(), f, args, i)
		after, ok := left.(chains)
		if !ok {
			after = cs.unsure(exprName(call.Fun))
		}
		st.change(cs[0].home, after)
	}
}

// touch notes that a call may have changed the structs that it is given a
// pointer to, or is a method of; carried says that it is known what it did to
// the latter.
func (fr *frame) touch(st *state, call *ast.CallExpr, carried bool) {
	fr.forgets(st, call)
	look := func(e ast.Expr) {
		e = ast.Unparen(e)
		if u, ok := e.(*ast.UnaryExpr); ok {
			e = ast.Unparen(u.X)
		}
		id, ok := e.(*ast.Ident)
		if !ok {
			return
		}
		v, ok := fr.prog.info.Uses[id].(*types.Var)
		if !ok {
			return
		}
		rec, ok := st.vars[v].(*record)
		if s, ok := st.vars[v].(shape); ok && isList(s.typ) {
			delete(st.vars, v) // Have: what a call is given the address of may have elements.
		}
		switch {
		case !ok:
		case !carried && fr.prog.carries(v.Type()):
			st.vars[v] = rec.dropCarried()
		case rec.lit != nil:
			st.vars[v] = &record{fields: rec.fields, rest: rec.rest, typ: rec.typ}
		}
	}
	s, step := fr.step(call)
	for i, a := range call.Args {
		if look(a); step {
			fr.escape(st, a)
		}
		if s.reads() && i == s.effect.Dest-1 {
			fr.readTo(st, a)
		}
	}
	if x := receiver(call); x != nil {
		look(x)
	}
}

// reads reports whether a step sends a SELECT that gives rows of the table.
func (s step) reads() bool {
	switch s.effect.Finish {
	case "select", "first", "last", "one":
		return true
	}
	return false
}

// readTo notes that a local variable, of which the address is an argument, has
// a row of a table.
func (fr *frame) readTo(st *state, a ast.Expr) {
	u, ok := ast.Unparen(a).(*ast.UnaryExpr)
	if !ok {
		return
	}
	if id, ok := ast.Unparen(u.X).(*ast.Ident); ok && isNamedStruct(fr.typeOf(u.X)) {
		if v, ok := fr.prog.info.Uses[id].(*types.Var); ok && !fr.prog.packageLevel(v) {
			st.vars[v] = shape{typ: v.Type(), read: true}
		}
	}
}

// change gives the variables that hold the statement of a home its new value.
func (st *state) change(home *types.Var, cs chains) {
	for v, old := range st.vars {
		if held, ok := old.(chains); ok && len(held) > 0 && held[0].home == home {
			st.vars[v] = cs
		}
	}
}

// build notes the value of a call that a statement under construction passes
// through, and changes the variable that holds it where methods change their
// receiver.
func (fr *frame) build(st *state, call *ast.CallExpr) {
	s, ok := fr.step(call)
	if !ok {
		return
	}
	delete(fr.built, call)
	if s.effect.Finish != "" || s.makesValue() {
		return
	}
	cs, ok := fr.chained(st, s, 0).(chains)
	if !ok {
		return
	}
	fr.keepBuilt(call, cs)
	if s.lib.Chain.InPlace && len(cs) > 0 && cs[0].home != nil {
		st.change(cs[0].home, cs)
	} else if sel := fr.heldIn(call); sel != nil && !s.fresh() {
		fr.setField(st, sel, cs)
	}
}

// heldIn returns the field of a struct that holds the statement which a call
// changes where it is; nil if none does.
func (fr *frame) heldIn(call *ast.CallExpr) *ast.SelectorExpr {
	x := receiver(call)
	for range maxTouch {
		inner, ok := ast.Unparen(x).(*ast.CallExpr)
		if !ok {
			break
		}
		if s, ok := fr.step(inner); !ok || s.fresh() {
			return nil
		}
		x = receiver(inner)
	}
	sel, ok := ast.Unparen(x).(*ast.SelectorExpr)
	if !ok {
		return nil
	}
	if v, ok := fr.prog.info.Uses[sel.Sel].(*types.Var); !ok || !v.IsField() || !fr.prog.isBuilder(v.Type()) {
		return nil
	}
	if lib := fr.prog.building(fr.typeOf(sel)); !lib.Chain.InPlace {
		return nil
	}
	return sel
}

// fresh reports whether a step returns another statement than its receiver.
func (s step) fresh() bool {
	return s.effect.Verb != "" || s.effect.Mode == "new" || s.effect.Mode == "copy" || s.effect.Mode == "begin" || s.copies()
}

// finished empties the statement that a call has sent, where the library
// does.
func (fr *frame) finished(st *state, call *ast.CallExpr) {
	s, ok := fr.step(call)
	if !ok || !s.lib.Chain.Resets || s.effect.Finish == "" || receiver(call) == nil {
		return
	}
	cs, ok := fr.eval(st, receiver(call)).(chains)
	if ok && len(cs) > 0 && cs[0].home != nil {
		st.change(cs[0].home, chains{{lib: s.lib, verb: s.verb, home: cs[0].home}})
	}
}

// atHome gives statements that methods change in place the variable that
// holds them first.
func atHome(val value, v *types.Var) value {
	cs, ok := val.(chains)
	if !ok || len(cs) == 0 || !cs[0].lib.Chain.InPlace || cs[0].home != nil {
		return val
	}
	out := make(chains, len(cs))
	for i, c := range cs {
		d := *c
		d.home = v
		out[i] = &d
	}
	return out
}

// moved is atHome for what is handed to a function.
func moved(val value, v *types.Var) value {
	if cs, ok := val.(chains); ok && len(cs) > 0 && cs[0].lib.Chain.InPlace {
		return cs.at(v)
	}
	return val
}

// setPair notes m[key] = value of a local map; it reports whether m is one
// that is followed.
func (fr *frame) setPair(st *state, ix *ast.IndexExpr, rhs ast.Expr) bool {
	id, ok := ast.Unparen(ix.X).(*ast.Ident)
	if !ok {
		return false
	}
	v, ok := fr.prog.info.Uses[id].(*types.Var)
	if !ok {
		return false
	}
	m, ok := st.vars[v].(maps)
	if !ok {
		return false
	}
	key, val := fr.texts(st, ix.Index), fr.compared(st, rhs)
	out := make(maps, len(m))
	for i, p := range m {
		out[i] = p.with(key, val)
	}
	st.vars[v] = out
	return true
}

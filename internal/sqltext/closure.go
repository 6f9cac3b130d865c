package sqltext

import (
	"go/ast"
	"go/types"
)

// closure interprets a function literal where it stands. It may run later or
// not at all, so what it assigns is one more alternative.
func (fr *frame) closure(st *state, lit *ast.FuncLit) {
	in := st.clone()
	for _, f := range lit.Type.Params.List {
		for _, name := range f.Names {
			if v, ok := fr.prog.info.Defs[name].(*types.Var); ok {
				delete(in.vars, v)
				in.setNum(v, fr.prog.nums.opaque(fr.prog.nums.epoch(fr.epoch, lit.Pos(), 0), v.Pos()))
			}
		}
	}
	sub := fr.inner(lit.Pos(), frame{decl: fr.decl, targs: fr.targs, visit: fr.visit, asked: fr.asked, depth: fr.depth})
	out := sub.block(in, lit.Body)
	if out.dead {
		return // every path returns; what it assigned before is not followed
	}
	for v, before := range st.vars {
		if after := out.vars[v]; !equalValues(before, after) {
			if j := join(before, after); j != nil {
				st.vars[v] = j
			} else {
				delete(st.vars, v)
			}
		}
	}
}

// enterClosure interprets the body of a closure held by a local variable once
// more for a call of it, with the arguments of that call.
func (fr *frame) enterClosure(st *state, call *ast.CallExpr) {
	if fr.visit == nil || fr.depth >= maxDepth {
		return
	}
	if fr.enterHelper(st, call) {
		return
	}
	id, ok := ast.Unparen(call.Fun).(*ast.Ident)
	if !ok {
		return
	}
	v, ok := fr.prog.info.Uses[id].(*types.Var)
	if !ok {
		return
	}
	held, _ := st.vars[v].(function)
	lit := held.lit
	if lit == nil || fr.prog.active[lit] {
		return
	}
	in := st.clone()
	if !fr.bindParams(st, in, lit.Type, call) {
		return
	}
	fr.numberArgs(st, in, lit.Type, call)
	fr.prog.active[lit] = true
	defer delete(fr.prog.active, lit)
	sub := fr.inner(call.Pos(), frame{decl: fr.decl, targs: fr.targs, visit: fr.visit, asked: fr.asked, depth: fr.depth + 1})
	sub.block(in, lit.Body)
}

// bindParams gives the parameters of a function the arguments of a call. It
// reports false if none of them is a string.
func (fr *frame) bindParams(st, in *state, ft *ast.FuncType, call *ast.CallExpr) bool {
	i, some := 0, false
	for _, f := range ft.Params.List {
		_, variadic := f.Type.(*ast.Ellipsis)
		for _, name := range f.Names {
			v, ok := fr.prog.info.Defs[name].(*types.Var)
			if !ok {
				i++
				continue
			}
			switch {
			case variadic && isStringSlice(v.Type()) && !call.Ellipsis.IsValid():
				l := list{}
				for _, a := range call.Args[min(i, len(call.Args)):] {
					l.elems = append(l.elems, fr.texts(st, a))
				}
				in.vars[v] = lists{l}
				some = true
			case i < len(call.Args) && !variadic:
				val := fr.eval(st, call.Args[i])
				if val != nil {
					in.vars[v] = atHome(val, v)
					some = true
				} else if types.IsInterface(v.Type()) && !types.IsInterface(fr.typeOf(call.Args[i])) {
					in.vars[v] = shape{typ: fr.subst(fr.typeOf(call.Args[i])), fresh: isFresh(fr, call.Args[i])}
				} else {
					delete(in.vars, v)
				}
			default:
				delete(in.vars, v)
			}
			i++
		}
		if len(f.Names) == 0 {
			i++
		}
	}
	return some
}

// enterHelper interprets a function of this package once more for a call that
// hands it a statement under construction: what it finishes is then known
// whole. It reports whether the call names such a function.
func (fr *frame) enterHelper(st *state, call *ast.CallExpr) bool {
	fn := fr.prog.callee(call)
	decl, ok := fr.prog.decls[fn]
	if !ok || decl.Body == nil || fr.prog.active[fn] || !fr.handsOver(st, fn, call) && !fr.prog.asksCaller(fn) {
		return ok
	}
	if fr.prog.budget -= 100; fr.prog.budget <= 0 {
		return true
	}
	fr.keepResult(st, call)
	in := newState()
	fr.results(in, fn.Signature())
	fr.bindParams(st, in, decl.Type, call)
	fr.bindReceiver(st, in, decl, call)
	fr.numberParams(st, in, decl, call)
	in.when = st.when
	fr.prog.active[fn] = true
	defer delete(fr.prog.active, fn)
	sub := fr.inner(call.Pos(), frame{decl: decl, targs: fr.instantiated(call), visit: fr.visit, depth: fr.depth + 1})
	out := sub.block(in, decl.Body)
	fr.leave(st, out, decl, call)
	return true
}

// handsOver reports whether an argument of a call is a statement under
// construction.
func (fr *frame) handsOver(st *state, fn *types.Func, call *ast.CallExpr) bool {
	if x := receiver(call); x != nil && fr.carried(st, x) != nil {
		return true
	}
	for i := range fn.Signature().Params().Len() {
		if i >= len(call.Args) {
			break
		}
		if fr.carried(st, call.Args[i]) != nil {
			return true
		}
		if t := fn.Signature().Params().At(i).Type(); fr.prog.building(t) == nil && !types.IsInterface(t) {
			continue
		}
		if _, ok := fr.eval(st, call.Args[i]).(chains); ok {
			return true
		}
	}
	return false
}

// leave gives the variables that were handed to a function what it made of
// them, where methods change their receiver.
func (fr *frame) leave(st, out *state, decl *ast.FuncDecl, call *ast.CallExpr) {
	if out == nil {
		return
	}
	i := 0
	for _, f := range decl.Type.Params.List {
		for _, name := range f.Names {
			v, _ := fr.prog.info.Defs[name].(*types.Var)
			if i < len(call.Args) && v != nil {
				if cs, ok := out.vars[v].(chains); ok && len(cs) > 0 && cs[0].lib.Chain.InPlace && cs[0].home != nil {
					st.change(cs[0].home, cs)
				}
			}
			i++
		}
	}
}

package sqltext

import (
	"go/ast"
	"go/token"
	"go/types"

	"golang.org/x/tools/go/types/typeutil"

	"github.com/sqlvet/sqlvet/internal/golang"
)

// result returns the i-th result of a call, or the value of any other
// expression for i = 0.
func (fr *frame) result(st *state, e ast.Expr, i int) value {
	call, ok := ast.Unparen(e).(*ast.CallExpr)
	if !ok {
		if i != 0 {
			// The comma-ok form of a map lookup or assertion: its second
			// value is no text.
			return nil
		}
		return fr.eval(st, e)
	}
	if fr.isVerbatim(call) || fr.isBuilding(call) {
		return fr.eval(st, call.Args[0])
	}
	if v, ok := fr.built[call]; ok && i == 0 {
		return v
	}
	if s, ok := fr.step(call); ok {
		return fr.chained(st, s, i)
	}
	if s, ok := fr.stepBehind(st, call); ok {
		return fr.chained(st, s, i)
	}
	switch callee := typeutil.Callee(fr.prog.info, call).(type) {
	case *types.Builtin:
		return fr.builtin(st, callee.Name(), call)
	case *types.Func:
		if v, ok := fr.standard(st, callee.Origin(), call, i); ok {
			return v
		}
		return fr.function(st, fr.prog.callee(call), call, i)
	}
	if i == 0 && fr.prog.building(fr.typeOf(call)) != nil {
		return fr.closureResult(st, call)
	}
	return nil
}

// closureResult returns the statement that a function held by a variable makes.
func (fr *frame) closureResult(st *state, call *ast.CallExpr) value {
	args := make([]value, len(call.Args))
	for i, a := range call.Args {
		args[i] = fr.field(st, a)
	}
	f, known := fr.eval(st, call.Fun).(function)
	if known {
		if v := fr.invoke(call.Pos(), f, args); v != nil {
			return v
		}
	}
	return fr.passed(st, call, fr.typeOf(call))
}

func (fr *frame) builtin(st *state, name string, call *ast.CallExpr) value {
	switch name {
	case "append":
		return fr.appended(st, call)
	case "make":
		if t := fr.typeOf(call); isPairs(t) {
			return maps{new(pairs)}
		}
		if fr.prog.gathers(fr.typeOf(call)) {
			return chains{}
		}
		if len(call.Args) > 0 && (isStringSlice(fr.typeOf(call)) || fr.prog.building(fr.typeOf(call)) != nil) {
			// make([]string, 0, n) is an empty list; with a length the
			// elements are set one by one, which is not followed.
			if len(call.Args) > 1 {
				if n, ok := fr.constantValue(call.Args[1]); ok && n == "0" {
					return lists{{}}
				}
			}
		}
	case "new":
		if isBuilder(fr.typeOf(call)) {
			return texts{&Text{}}
		}
		if ptr, ok := types.Unalias(fr.typeOf(call)).(*types.Pointer); ok && isNamedStruct(ptr.Elem()) {
			return zero(ptr.Elem())
		}
	}
	return nil
}

func (fr *frame) appended(st *state, call *ast.CallExpr) value {
	lib := fr.prog.building(fr.typeOf(call))
	if len(call.Args) == 0 || !isStringSlice(fr.typeOf(call)) && lib == nil {
		return nil
	}
	if fr.prog.gathers(fr.typeOf(call)) {
		old := fr.eval(st, call.Args[0])
		if isNil(fr.prog.info, call.Args[0]) {
			old = chains{}
		}
		return fr.gathered(st, old, call.Args[1:]...)
	}
	old, ok := fr.eval(st, call.Args[0]).(lists)
	if !ok {
		if !isNil(fr.prog.info, call.Args[0]) {
			return nil
		}
		old = lists{{}}
	}
	var more lists
	if call.Ellipsis.IsValid() {
		more, ok = fr.eval(st, call.Args[1]).(lists)
		if !ok {
			more = lists{{open: true}}
		}
	} else {
		l := list{}
		for _, a := range call.Args[1:] {
			if lib != nil {
				l.elems = append(l.elems, fr.expression(st, lib, a))
				continue
			}
			l.elems = append(l.elems, fr.texts(st, a))
		}
		more = lists{l}
	}
	var out lists
	for _, a := range old {
		for _, b := range more {
			l := list{open: a.open || b.open}
			var ok bool
			if l.when, ok = a.when.and(b.when); !ok {
				continue
			}
			l.elems = append(append(l.elems, a.elems...), b.elems...)
			out = append(out, l)
		}
	}
	return joinLists(nil, out)
}

func isNil(info *types.Info, e ast.Expr) bool {
	tv, ok := info.Types[e]
	return ok && tv.IsNil()
}

// function evaluates a call of any other function.
func (fr *frame) function(st *state, fn *types.Func, call *ast.CallExpr, i int) value {
	p := fr.prog
	if n, ok := p.oracle.Rewrites(fn); ok {
		if i == 0 && n < len(call.Args) {
			return fr.eval(st, call.Args[n])
		}
		return nil
	}
	if i >= fn.Signature().Results().Len() {
		return nil
	}
	t := fn.Signature().Results().At(i).Type()
	if typeParam(t) != nil && fn.Signature().Results().Len() == 1 {
		t = fr.subst(fr.typeOf(call))
	}
	if !isString(t) {
		if p.building(t) == nil && !isPairs(t) && !isStringSlice(t) && !p.carries(t) {
			return nil
		}
		if decl, ok := p.decls[fn]; ok {
			if v := fr.inline(st, fn, decl, call, i); v != nil {
				return v
			}
			return fr.passed(st, call, t)
		}
		if sums := p.oracle.Builds(fn); i == 0 && len(sums) > 0 {
			if sums[0].Given == applied {
				return function{made: call, sums: sums, env: st.clone()}
			}
			if cs, ok := fr.expandChains(st, sums, call); ok {
				return cs
			}
		}
		if sums := p.oracle.Returns(fn); i == 0 && len(sums) > 0 {
			return expand(sums, nil, call)
		}
		return nil
	}
	if kind, ok := p.oracle.Quotes(fn); ok {
		return texts{fr.gap(kind, call)}
	}
	if decl, ok := p.decls[fn]; ok {
		if v := fr.inline(st, fn, decl, call, i); v != nil {
			return v
		}
	} else if i == 0 {
		if sums := p.oracle.Returns(fn); len(sums) > 0 {
			args := func(n int) texts {
				if n < len(call.Args) && !call.Ellipsis.IsValid() {
					return fr.texts(st, call.Args[n])
				}
				return texts{fr.gap(unknownHole, call)}
			}
			return expand(sums, args, call)
		}
	}
	return texts{fr.gap(kindOf(fn.Signature().Results().At(i).Type()), call)}
}

// inline evaluates a call of a function of this package by interpreting its
// body with the arguments of the call.
func (fr *frame) inline(st *state, fn *types.Func, decl *ast.FuncDecl, call *ast.CallExpr, i int) value {
	p := fr.prog
	if decl.Body == nil || fr.depth >= maxDepth || p.active[fn] || p.budget <= 0 {
		return nil
	}
	in := newState()
	fr.bindParams(st, in, decl.Type, call)
	fr.bindReceiver(st, in, decl, call)
	fr.numberParams(st, in, decl, call)
	in.when = st.when
	return fr.body(in, call.Pos(), fn, decl, i, fr.instantiated(call))
}

// passed returns the statement that a function is given and may have added to,
// where it returns one of the same type and what it does is not followed; nil
// if it is given none.
func (fr *frame) passed(st *state, call *ast.CallExpr, t types.Type) value {
	for _, a := range call.Args {
		if fr.prog.building(t) == nil || !types.Identical(fr.typeOf(a), t) {
			continue
		}
		if cs, ok := fr.eval(st, a).(chains); ok {
			return cs.unsure(exprName(call.Fun))
		}
	}
	return nil
}

// body interprets the body of a function of this package and returns its i-th
// result.
func (fr *frame) body(in *state, at token.Pos, fn *types.Func, decl *ast.FuncDecl, i int, targs map[*types.TypeParam]types.Type) value {
	p := fr.prog
	p.active[fn] = true
	defer delete(p.active, fn)
	var (
		out  value
		lost bool
		text = isString(fn.Signature().Results().At(i).Type())
	)
	sub := fr.inner(at, frame{targs: targs, depth: fr.depth + 1})
	entered := in.when
	sub.returns = func(st *state, results []ast.Expr) {
		var v value
		switch {
		case len(results) > i && len(results) == fn.Signature().Results().Len():
			if text {
				v = sub.texts(st, results[i])
			} else if v = sub.eval(st, results[i]); isNil(p.info, results[i]) && len(results) > 1 {
				return // beside an error
			}
		case len(results) == 1:
			v = sub.result(st, results[0], i)
		case len(results) == 0:
			v = st.vars[fn.Signature().Results().At(i)]
		}
		v = tagged(v, st.when.beyond(entered))
		switch {
		case v == nil:
			lost = true
		case out == nil:
			out = v
		default:
			if out = join(out, v); out == nil {
				lost = true
			}
		}
	}
	fr.results(in, fn.Signature())
	sub.block(in, decl.Body)
	if lost || out == nil || p.budget < 0 {
		return nil
	}
	ts, ok := out.(texts)
	switch {
	case !ok || !text:
		return out
	case fn.Signature().Results().Len() > 1:
		ts = dropEmpty(ts)
	}
	return limit(ts, maxElements)
}

// inlineResult returns the first result of a function without arguments.
func (fr *frame) inlineResult(fn *types.Func, decl *ast.FuncDecl) value {
	return fr.body(newState(), decl.Pos(), fn, decl, 0, nil)
}

// bindReceiver gives a method the statement under construction that it is
// called on, or the struct that carries one. It returns the receiver's
// variable; nil if it has none.
func (fr *frame) bindReceiver(st, in *state, decl *ast.FuncDecl, call *ast.CallExpr) *types.Var {
	x := receiver(call)
	if x == nil || decl.Recv == nil || len(decl.Recv.List) == 0 || len(decl.Recv.List[0].Names) == 0 {
		return nil
	}
	v, ok := fr.prog.info.Defs[decl.Recv.List[0].Names[0]].(*types.Var)
	if ok && (fr.prog.building(v.Type()) != nil || fr.prog.carries(v.Type())) {
		if val := fr.eval(st, x); val != nil {
			in.vars[v] = val
		}
	} else if ok {
		// Have: the method of an embedded struct sees a part of the receiver.
		x = fr.prog.whole(x)
		if s, isShape := fr.eval(st, x).(shape); isShape {
			in.vars[v] = s
		} else if of := golang.Named(fr.typeOf(x)); of != nil && golang.Named(v.Type()) != of && !types.IsInterface(of) {
			in.vars[v] = shape{typ: of}
		}
	}
	return v
}

// dropEmpty removes the empty string from alternatives that have others: it
// is what functions return beside an error.
func dropEmpty(ts texts) texts {
	if len(ts) < 2 {
		return ts
	}
	var out texts
	for _, t := range ts {
		if len(t.pieces) > 0 {
			out = append(out, t)
		}
	}
	return out
}

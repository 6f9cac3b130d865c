package sqltext

import (
	"go/ast"
	"go/types"
	"slices"

	"github.com/sqlvet/sqlvet/internal/apis"
)

// A step is one call that a library's data knows: what it does to the
// statement under construction that it is called on.
type step struct {
	lib    *apis.Library
	effect apis.Effect
	verb   string // of the receiver's type
	fn     *types.Func
	call   *ast.CallExpr
}

// step returns what the catalogue says of a call.
func (fr *frame) step(call *ast.CallExpr) (step, bool) {
	fn := fr.prog.callee(call)
	if fn == nil || fn.Pkg() == nil {
		return step{}, false
	}
	lib := fr.prog.oracle.Library(fn)
	if lib == nil {
		if fn = fr.prog.standsFor(fn); fn.Pkg() == nil {
			return step{}, false
		}
		if lib = fr.prog.oracle.Library(fn); lib == nil {
			return step{}, false
		}
	}
	e, verb, ok := lib.Effect(fn)
	return step{lib, e, verb, fn, call}, ok
}

// stepBehind is step for a method of an interface of the program that holds a
// statement under construction.
func (fr *frame) stepBehind(st *state, call *ast.CallExpr) (step, bool) {
	fn := fr.prog.callee(call)
	x := receiver(call)
	if fn == nil || x == nil || fn.Signature().Recv() == nil || !types.IsInterface(fn.Signature().Recv().Type()) {
		return step{}, false
	}
	cs, ok := fr.eval(st, x).(chains)
	if !ok || len(cs) == 0 {
		return step{}, false
	}
	if method := fr.methodOf(fr.subst(fr.typeOf(x)), fn); method != nil {
		e, verb, ok := cs[0].lib.Effect(method)
		return step{cs[0].lib, e, verb, method, call}, ok
	}
	e, ok := cs[0].lib.Chain.Calls["."+fn.Name()]
	return step{cs[0].lib, e, cs[0].verb, fn, call}, ok
}

// methodOf returns the method by which a type that a caller gives a type parameter
// implements one of its constraint; nil if the type is not known.
func (fr *frame) methodOf(t types.Type, fn *types.Func) *types.Func {
	if types.IsInterface(t) {
		return nil
	}
	obj, _, _ := types.LookupFieldOrMethod(t, true, fn.Pkg(), fn.Name())
	method, _ := obj.(*types.Func)
	return method
}

// standsFor is apis.StandsFor, remembered.
func (p *Program) standsFor(fn *types.Func) *types.Func {
	m, ok := p.stands[fn]
	if !ok {
		m = apis.StandsFor(fn)
		p.stands[fn] = m
	}
	return m
}

// receiver returns the expression that a method is called on.
func receiver(call *ast.CallExpr) ast.Expr {
	fun := ast.Unparen(call.Fun)
	if ix, ok := fun.(*ast.IndexExpr); ok {
		fun = ix.X
	}
	if sel, ok := fun.(*ast.SelectorExpr); ok {
		return sel.X
	}
	return nil
}

// at is where what the call itself adds stands: its name.
func (s step) at() origin {
	fun := ast.Unparen(s.call.Fun)
	if sel, ok := fun.(*ast.SelectorExpr); ok {
		return origin{pos: sel.Sel.Pos(), end: sel.Sel.End(), made: true}
	}
	return origin{pos: fun.Pos(), end: fun.End(), made: true}
}

// begun reports whether a handle of which nothing is known is a field that the
// package puts statements under construction into.
func (fr *frame) begun(x ast.Expr) bool {
	sel, ok := ast.Unparen(x).(*ast.SelectorExpr)
	if !ok {
		return false
	}
	v, ok := fr.prog.info.Uses[sel.Sel].(*types.Var)
	if !ok || !v.IsField() {
		return false
	}
	for _, set := range fr.prog.sets[v.Origin()] {
		call, ok := ast.Unparen(set.rhs).(*ast.CallExpr)
		if set.rhs == nil || !ok {
			continue
		}
		if s, ok := fr.step(call); ok && (s.effect.Clause != "" || s.effect.Form == "apply") {
			return true
		}
	}
	return false
}

// continues reports whether an expression is a call that is given a statement
// under construction, or functions of one: what it returns is one that was
// begun.
func (fr *frame) continues(x ast.Expr) bool {
	call, ok := ast.Unparen(x).(*ast.CallExpr)
	if !ok {
		return false
	}
	for _, a := range call.Args {
		if inner, ok := ast.Unparen(a).(*ast.CallExpr); ok && fr.prog.building(fr.typeOf(inner)) != nil || fr.prog.options(fr.typeOf(a)) {
			return true
		}
	}
	return false
}

// options reports whether t is a function of a statement under construction, or
// a list of them.
func (p *Program) options(t types.Type) bool {
	if t == nil {
		return false
	}
	if s, ok := t.Underlying().(*types.Slice); ok {
		t = s.Elem()
	}
	sig, ok := t.Underlying().(*types.Signature)
	return ok && sig.Params().Len() > 0 && p.building(sig.Params().At(0).Type()) != nil
}

// copies reports whether a step returns another statement than its receiver
// although the library's methods change theirs.
func (s step) copies() bool {
	recv := s.fn.Signature().Recv()
	return recv != nil && slices.Contains(s.lib.Chain.Copies, s.lib.NameOf(recv.Type()))
}

// makesValue reports whether a step makes an expression of its own and adds
// nothing to its receiver.
func (s step) makesValue() bool { return s.effect.Expr != "" && s.effect.Clause == "" }

package sqltext

import (
	"go/ast"
	"go/constant"
	"go/token"
	"go/types"
	"slices"
)

// maxDepth bounds how deep helper functions and closures are entered.
const maxDepth = 4

// calls visits the calls of an expression in order of evaluation, arguments
// before the call itself, and applies what they do to local variables.
func (fr *frame) calls(st *state, e ast.Expr) {
	if e == nil {
		return
	}
	if fr.asked != nil && fr.visit != nil {
		fr.asked.look(fr, st, e)
	}
	var lits []*ast.FuncLit
	ast.Inspect(e, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.FuncLit:
			lits = append(lits, n)
			return false
		case *ast.CallExpr:
			fr.calls(st, n.Fun)
			for _, a := range n.Args {
				fr.calls(st, a)
			}
			before := fr.carry(st, n)
			fr.build(st, n)
			if fr.visit != nil {
				fr.visit(n, At{fr, st})
			}
			fr.effects(st, n)
			fr.finished(st, n)
			fr.touch(st, n, before != st)
			fr.enterClosure(before, n)
			return false
		}
		return true
	})
	for _, lit := range lits {
		fr.closure(st, lit)
	}
}

// texts returns the alternatives for a string expression; a hole if nothing
// is known.
func (fr *frame) texts(st *state, e ast.Expr) texts {
	if ts, ok := fr.eval(st, e).(texts); ok && len(ts) > 0 {
		return ts
	}
	return texts{fr.hole(e)}
}

// eval returns the value of an expression.
func (fr *frame) eval(st *state, e ast.Expr) value {
	p := fr.prog
	switch e := e.(type) {
	case *ast.ParenExpr:
		return fr.eval(st, e.X)
	case *ast.BasicLit:
		if s, ok := litValue(e); ok {
			return texts{known(s, origin{lit: e, file: p.fileOf(e.Pos())})}
		}
		return nil
	case *ast.BinaryExpr:
		if e.Op == token.ADD && isString(fr.typeOf(e)) {
			return product(fr.texts(st, e.X), fr.texts(st, e.Y))
		}
		return nil
	case *ast.Ident:
		return fr.oneOf(st, e, fr.object(st, e, p.info.Uses[e]))
	case *ast.SelectorExpr:
		if fn, ok := p.info.Uses[e.Sel].(*types.Func); ok {
			return function{fn: fn.Origin()}
		}
		return fr.oneOf(st, e, fr.selector(st, e))
	case *ast.CallExpr:
		return fr.result(st, e, 0)
	case *ast.IndexExpr:
		return fr.oneOf(st, e, fr.index(st, e))
	case *ast.CompositeLit:
		return fr.composite(st, e)
	case *ast.FuncLit:
		if fr.prog.building(fr.typeOf(e)) != nil {
			return function{lit: e, env: st.clone()}
		}
		return function{lit: e}
	case *ast.SliceExpr:
		// A part of a text is not followed; a list may lose elements at
		// either end.
		if isBytes(fr.typeOf(e)) || !isStringSlice(fr.typeOf(e)) || e.High != nil {
			return nil
		}
		if e.Low != nil {
			return fr.behindIndex(st, e)
		}
		return fr.eval(st, e.X)
	case *ast.UnaryExpr:
		if e.Op == token.AND {
			return fr.eval(st, e.X)
		}
		return nil
	case *ast.StarExpr:
		v := fr.eval(st, e.X)
		if _, ok := v.(*record); ok || isBuilder(fr.typeOf(e)) {
			return v
		}
		if cs, ok := v.(chains); ok {
			return cs
		}
		return nil
	case *ast.TypeAssertExpr:
		if cs, ok := fr.eval(st, e.X).(chains); ok {
			return cs
		}
		return nil
	}
	return nil
}

// oneOf says of the texts that an expression may be when it is which: what reads
// it twice reads the same twice.
func (fr *frame) oneOf(st *state, e ast.Expr, v value) value {
	ts, ok := v.(texts)
	if !ok || len(ts) < 2 || !slices.ContainsFunc(ts, func(t *Text) bool { return len(t.when) == 0 }) {
		return v
	}
	n := fr.number(st, e)
	return restrict(ts, func(t *Text) *Text {
		if len(t.pieces) > 1 {
			return t // Have: what is put together says by its parts when it is one.
		}
		s, ok := t.literal()
		if !ok {
			return t
		}
		c := fr.prog.nums.compare(n, token.EQL, fr.prog.nums.constant(constant.MakeString(s)), 0)
		if c == condFalse {
			return t
		}
		return t.under(guard{}.add(c))
	})
}

// object returns the value of a named constant or variable.
func (fr *frame) object(st *state, id *ast.Ident, obj types.Object) value {
	switch obj := obj.(type) {
	case *types.Const:
		return fr.constant(id, obj)
	case *types.Var:
		if v, ok := st.vars[obj]; ok {
			return seen(v, st.when)
		}
		if fr.prog.packageLevel(obj) {
			return fr.prog.packageVar(id, obj)
		}
	case *types.Func:
		return function{fn: obj.Origin()}
	}
	return nil
}

// constant returns a string constant, from its declaration if that is in this
// package.
func (fr *frame) constant(id ast.Expr, c *types.Const) value {
	p := fr.prog
	if c.Val().Kind() != constant.String {
		return nil
	}
	if decl, ok := p.consts[c]; ok && !p.active[c] {
		p.active[c] = true
		defer delete(p.active, c)
		if ts, ok := fr.eval(newState(), decl).(texts); ok && len(ts) == 1 {
			// A conversion or another form that is not followed would show
			// as a difference from the value the compiler found.
			if s, ok := ts[0].literal(); ok && s == constant.StringVal(c.Val()) {
				return texts{ts[0].mark(p.uses[c] > 1, false)}
			}
		}
	}
	return texts{known(constant.StringVal(c.Val()), origin{pos: id.Pos(), end: id.End()})}
}

// constantValue returns the text of a constant expression of any basic type,
// as fmt's %v prints it.
func (fr *frame) constantValue(e ast.Expr) (string, bool) {
	tv, ok := fr.prog.info.Types[e]
	if !ok || tv.Value == nil {
		return "", false
	}
	if named, ok := types.Unalias(tv.Type).(*types.Named); ok && named.NumMethods() > 0 {
		return "", false // may have a String method
	}
	switch tv.Value.Kind() {
	case constant.String:
		return constant.StringVal(tv.Value), true
	case constant.Int, constant.Bool:
		return tv.Value.ExactString(), true
	}
	return "", false
}

// constantInt returns the text of a constant whole number, as fmt's %d prints it.
func (fr *frame) constantInt(e ast.Expr) (string, bool) {
	tv := fr.prog.info.Types[e]
	if tv.Value == nil || tv.Value.Kind() != constant.Int {
		return "", false
	}
	if format, _, _ := types.LookupFieldOrMethod(tv.Type, true, nil, "Format"); format != nil {
		return "", false // may be a fmt.Formatter
	}
	return tv.Value.ExactString(), true
}

// selector returns the value of x.f.
func (fr *frame) selector(st *state, e *ast.SelectorExpr) value {
	switch obj := fr.prog.info.Uses[e.Sel].(type) {
	case *types.Const:
		return fr.constant(e, obj)
	case *types.Var:
		if !obj.IsField() {
			return fr.prog.packageVar(e, obj)
		}
		if rec, ok := fr.eval(st, e.X).(*record); ok {
			if v, ok := rec.fields[obj.Name()]; ok {
				return seen(v, st.when)
			}
		}
		switch {
		case isString(obj.Type()):
			return fr.prog.settings(obj, fr.owner(st, e), fr.number(st, e.X))
		case isStringSlice(obj.Type()):
			return fr.prog.listSettings(obj)
		case fr.prog.building(obj.Type()) != nil:
			v := fr.prog.settings(obj, fr.owner(st, e), fr.number(st, e.X))
			if cs, ok := v.(chains); ok {
				return fr.touched(obj, cs)
			}
			return v
		}
	}
	return nil
}

// composite returns the value of a composite literal.
func (fr *frame) composite(st *state, lit *ast.CompositeLit) value {
	t := fr.typeOf(lit)
	if isBuilder(t) && len(lit.Elts) == 0 {
		return texts{&Text{}}
	}
	if lib := fr.prog.building(t); lib != nil {
		if v, ok := fr.valueLit(st, lib, t, lit); ok {
			return v
		}
	}
	switch u := t.Underlying().(type) {
	case *types.Slice, *types.Array:
		switch {
		case isStringSlice(t):
			return fr.listLit(st, lit)
		case fr.prog.gathers(t):
			return fr.gathered(st, chains{}, lit.Elts...)
		}
	case *types.Map:
		if isString(u.Elem()) {
			return fr.mapLit(st, lit)
		}
		if isString(u.Key()) && types.IsInterface(u.Elem()) {
			return fr.pairsLit(st, lit)
		}
	case *types.Struct:
		return fr.structLit(st, lit, u)
	}
	return nil
}

func (fr *frame) mapLit(st *state, lit *ast.CompositeLit) value {
	rec := &record{fields: make(map[string]value)}
	for _, e := range lit.Elts {
		kv, ok := e.(*ast.KeyValueExpr)
		if !ok {
			return nil
		}
		ts := fr.texts(st, kv.Value)
		rec.rest = limit(union(rec.rest, ts), maxElements)
		if k, ok := fr.constantValue(kv.Key); ok {
			rec.fields[k] = ts
		}
	}
	return rec
}

func (fr *frame) structLit(st *state, lit *ast.CompositeLit, s *types.Struct) value {
	rec := &record{fields: make(map[string]value), lit: lit, typ: fr.typeOf(lit)}
	for i, e := range lit.Elts {
		if kv, ok := e.(*ast.KeyValueExpr); ok {
			if id, ok := kv.Key.(*ast.Ident); ok {
				rec.fields[id.Name] = fr.field(st, kv.Value)
			}
			continue
		}
		if i < s.NumFields() {
			rec.fields[s.Field(i).Name()] = fr.field(st, e)
		}
	}
	for i := range s.NumFields() {
		f := s.Field(i)
		if _, ok := rec.fields[f.Name()]; !ok {
			rec.fields[f.Name()] = zero(f.Type())
		}
	}
	return rec
}

// isVerbatim reports whether a conversion keeps the bytes of a text.
func (fr *frame) isVerbatim(call *ast.CallExpr) bool {
	tv, ok := fr.prog.info.Types[call.Fun]
	if !ok || !tv.IsType() || len(call.Args) != 1 {
		return false
	}
	from := fr.typeOf(call.Args[0])
	return (isString(tv.Type) || isBytes(tv.Type)) && (isString(from) || isBytes(from))
}

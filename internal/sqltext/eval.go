package sqltext

import (
	"go/ast"
	"go/constant"
	"go/token"
	"go/types"
	"slices"

	"github.com/sqlvet/sqlvet/internal/golang"
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

// packageVar returns the value of a package-level variable: what its
// declaration and the assignments in this package give it.
func (p *Program) packageVar(at ast.Expr, v *types.Var) value {
	if v.Pkg() != p.pkg {
		if sums := p.oracle.Holds(v); len(sums) > 0 {
			return expand(sums, nil, at)
		}
		if sums := p.oracle.Builds(v); len(sums) > 0 {
			fr := &frame{prog: p}
			if cs, ok := fr.expandChains(newState(), sums, &ast.CallExpr{Fun: at}); ok {
				return cs
			}
		}
		return nil
	}
	if em, ok := p.embeds[v]; ok {
		if !isString(v.Type()) && !isBytes(v.Type()) {
			return nil // an embed.FS is read by name
		}
		if len(em.patterns) == 1 {
			if t, ok := p.embedded(em, em.patterns[0]); ok {
				return texts{t.mark(true, false)}
			}
		}
		return nil
	}
	return p.settings(v, nil, nil)
}

// settings returns the union of all that the package assigns to a
// package-level variable or field, without regard to where; nil if one of
// the values cannot be followed. Where values of the type owner, which embeds
// the field's struct, get their own, only those count: each of the types around
// a common struct gives it what it needs.
//
// Of a field, x is the number of the struct: fields that one literal gives belong
// together.
func (p *Program) settings(v *types.Var, owner *types.Named, x *num) value {
	v = v.Origin()
	sets := p.sets[v]
	if owner != nil {
		own := slices.DeleteFunc(slices.Clone(sets), func(s setting) bool { return s.owner == nil || s.owner.Origin() != owner.Origin() })
		if len(own) > 0 && v.Pkg() == p.pkg && !isDirect(owner, v) {
			sets = own
		}
	}
	if len(sets) == 0 || p.active[v] {
		return nil
	}
	p.active[v] = true
	defer delete(p.active, v)
	var (
		out value
		fr  = &frame{prog: p, depth: 1}
	)
	for i, s := range sets {
		if s.rhs == nil {
			return nil
		}
		val := fr.result(newState(), s.rhs, s.result)
		if ts, ok := val.(texts); ok {
			marked := make(texts, len(ts))
			for i, t := range ts {
				marked[i] = t.mark(len(sets) > 1 || p.uses[v] > 1, false)
			}
			val = marked
		}
		if x != nil && len(sets) > 1 {
			val = tagged(val, p.madeBy(x, s.lit))
		}
		switch _, text := val.(texts); {
		case val == nil:
			return nil
		case !text && len(sets) > 1 && s.lit == nil:
			return nil // Have: what is assigned may go on from what was there.
		case i == 0:
			out = val
		default:
			old, ok := out.(texts)
			more, both := val.(texts)
			if ok && both {
				out = limit(union(old, more), maxElements)
			} else if out = join(out, val); out == nil {
				return nil
			}
		}
	}
	return out
}

// madeBy returns when the struct with the number x is what a literal makes: its
// fields belong together.
func (p *Program) madeBy(x *num, lit *ast.CompositeLit) guard {
	for x.kind == lostNum || x.kind == changedNum || x.kind == fieldNum && x.obj == nil {
		x = x.x
	}
	if lit == nil || x.kind == literalNum {
		return nil
	}
	from := p.nums.num(numKey{kind: callNum, x: x, text: "literal"})
	return guard{p.nums.comparison(from, token.EQL, constant.MakeInt64(int64(lit.Pos())))}
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

// owner returns the type of the whole value whose field a selector denotes, as
// far as a caller makes it known.
func (fr *frame) owner(st *state, sel *ast.SelectorExpr) *types.Named {
	x := fr.prog.whole(sel.X)
	if s, ok := fr.eval(st, x).(shape); ok {
		return golang.Named(s.typ)
	}
	return golang.Named(fr.typeOf(x))
}

// isDirect reports whether a field is one of a struct's own, and none of
// another struct that it embeds.
func isDirect(owner *types.Named, field *types.Var) bool {
	st, ok := owner.Underlying().(*types.Struct)
	if !ok {
		return true
	}
	for i := range st.NumFields() {
		if st.Field(i).Origin() == field {
			return true
		}
	}
	return false
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

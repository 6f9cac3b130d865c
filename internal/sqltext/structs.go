package sqltext

import (
	"go/ast"
	"go/types"

	"github.com/sqlvet/sqlvet/internal/apis"
	"github.com/sqlvet/sqlvet/internal/models"
)

// structCondition is the condition that the columns of a struct literal have
// its values. Fields that it does not give are zero, and so left out.
func (fr *frame) structCondition(st *state, lib *apis.Library, rec *record, e ast.Expr, negated string, only []ast.Expr) texts {
	op := "eq"
	if negated != "" {
		op = negated
	}
	if rec.lit == nil || fr.prog.building(fr.typeOf(e)) != nil {
		return nil // Have: what the library has of its own is no model.
	}
	m := models.Of(lib.Chain.Naming, fr.typeOf(e), fr.prog)
	if m == nil {
		return nil
	}
	at := origin{pos: e.Pos(), end: e.End()}
	given := make(map[string]ast.Expr)
	for _, el := range rec.lit.Elts {
		kv, ok := el.(*ast.KeyValueExpr)
		if !ok {
			return nil
		}
		if id, ok := kv.Key.(*ast.Ident); ok {
			given[id.Name] = kv.Value
		}
	}
	named := make(map[string]bool)
	for _, a := range only {
		name, ok := fr.constantValue(a)
		if !ok {
			return nil
		}
		named[name] = true
	}
	out := texts{{}}
	n := 0
	for _, col := range m.Columns {
		v, ok := given[col.Field]
		if len(only) > 0 && !named[col.Name] && !named[col.Field] || len(only) == 0 && !ok {
			continue
		}
		val := operand{texts: texts{paramText(at)}} // the zero value
		if ok {
			val = fr.operand(st, v)
		}
		if n++; n > 1 {
			out = product(out, texts{known(" AND ", at)})
		}
		out = product(out, fr.comparison(qualified(texts{known(quoteName(col.Name), at)}, at), val, op, at))
	}
	if n == 0 {
		return texts{{}}
	}
	return out
}

// TableName returns what a method without arguments returns, if that is one
// known string.
func (p *Program) TableName(fn *types.Func) (string, bool) {
	fn = fn.Origin()
	if decl, ok := p.decls[fn]; ok && decl.Body != nil && !p.active[fn] {
		fr := &frame{prog: p, depth: 1}
		ts, _ := fr.inlineResult(fn, decl).(texts)
		if len(ts) == 1 {
			return ts[0].literal()
		}
		return "", false
	}
	sums := p.oracle.Returns(fn)
	if len(sums) != 1 || len(sums[0].Pieces) != 1 || sums[0].Pieces[0].Hole {
		return "", false
	}
	return sums[0].Pieces[0].Text, true
}

// modelPart is the model that an argument names: a value of its type, a
// pointer to one or a slice of them. One that may be a row of the table has
// the mode row; a literal without a key is none.
func (fr *frame) modelPart(st *state, s step, e ast.Expr) part {
	val := fr.eval(st, e)
	p := part{clause: s.effect.Clause, typ: fr.dynamic(e, val)}
	if h, ok := val.(handed); ok {
		p.sub = h.param
	}
	rec, ok := val.(*record)
	if !isFresh(fr, e) && (!ok || rec.lit == nil) {
		p.mode = "row"
	}
	if s, ok := val.(shape); ok && s.fresh && (types.IsInterface(fr.typeOf(e)) || isList(s.typ)) {
		p.mode = ""
	}
	if ok && rec.lit != nil {
		p.lit = rec.lit
		if m := models.Of(s.lib.Chain.Naming, p.typ, fr.prog); m != nil && hasKey(m, rec.lit) {
			p.mode = "row"
		}
	}
	return p
}

// dynamic is the type of an expression: that of the value, where the program
// has it as an interface.
func (fr *frame) dynamic(e ast.Expr, v value) types.Type {
	t := fr.subst(fr.typeOf(e))
	if _, param := types.Unalias(t).(*types.TypeParam); param || !types.IsInterface(t) {
		return t
	}
	switch v := v.(type) {
	case *record:
		if v.typ != nil {
			return v.typ
		}
	case shape:
		return v.typ
	}
	return t
}

// isFresh reports whether an expression makes a new value: a literal, new(T),
// a nil pointer.
func isFresh(fr *frame, e ast.Expr) bool {
	switch e := ast.Unparen(e).(type) {
	case *ast.UnaryExpr:
		return isFresh(fr, e.X)
	case *ast.CompositeLit:
		return true
	case *ast.CallExpr:
		if tv, ok := fr.prog.info.Types[e.Fun]; ok && (tv.IsType() || tv.IsBuiltin()) {
			return true
		}
	}
	return false
}

func hasKey(m *models.Model, lit *ast.CompositeLit) bool {
	for _, e := range lit.Elts {
		if kv, ok := e.(*ast.KeyValueExpr); ok {
			if id, ok := kv.Key.(*ast.Ident); ok {
				if c, ok := m.Column(id.Name); ok && c.Key {
					return true
				}
				// Have: the fields of an embedded struct are columns, those of a relation are not.
				if _, other := m.Relation(id.Name); !other {
					if inner := compositeOf(kv.Value); inner != nil && hasKey(m, inner) {
						return true
					}
				}
			}
		}
	}
	return false
}

// typeArgument is the model that a type argument names.
func (fr *frame) typeArgument(s step) part {
	fun := ast.Unparen(s.call.Fun)
	var id *ast.Ident
	switch f := fun.(type) {
	case *ast.IndexExpr:
		fun = f.X
	case *ast.IndexListExpr:
		fun = f.X
	}
	switch f := fun.(type) {
	case *ast.Ident:
		id = f
	case *ast.SelectorExpr:
		id = f.Sel
	}
	if inst, ok := fr.prog.info.Instances[id]; ok && inst.TypeArgs.Len() > 0 {
		return part{clause: s.effect.Clause, typ: fr.subst(inst.TypeArgs.At(0))}
	}
	return part{clause: "unknown", text: fr.hole(s.call)}
}

// structSet returns the assignments that a struct literal gives: those of the
// fields that are not zero.
func (fr *frame) structSet(st *state, s step, rec *record, e ast.Expr) ([]part, bool) {
	m := models.Of(s.lib.Chain.Naming, fr.typeOf(e), fr.prog)
	if m == nil || rec.lit == nil {
		return nil, false
	}
	at := origin{pos: e.Pos(), end: e.End()}
	given := make(map[string]ast.Expr)
	for _, el := range rec.lit.Elts {
		kv, ok := el.(*ast.KeyValueExpr)
		if !ok {
			return nil, false
		}
		if id, ok := kv.Key.(*ast.Ident); ok {
			given[id.Name] = kv.Value
		}
	}
	ps := []part{{clause: "set fields"}}
	for _, c := range m.Columns {
		v, ok := given[c.Field]
		if !ok || c.Key {
			continue
		}
		if ts := fr.operand(st, v).texts; len(ts) > 0 {
			ps = append(ps, part{clause: s.effect.Clause, text: concat(known(quoteName(c.Name)+" = ", at), ts[0])})
		}
	}
	return ps, true
}

package sqltext

import (
	"go/ast"
	"go/token"
	"go/types"

	"github.com/sqlvet/sqlvet/internal/golang"
)

func (fr *frame) declare(st *state, s *ast.DeclStmt) {
	d, ok := s.Decl.(*ast.GenDecl)
	if !ok {
		return
	}
	for _, spec := range d.Specs {
		spec, ok := spec.(*ast.ValueSpec)
		if !ok || d.Tok != token.VAR {
			continue
		}
		for _, e := range spec.Values {
			fr.calls(st, e)
		}
		for i, name := range spec.Names {
			v, ok := fr.prog.info.Defs[name].(*types.Var)
			switch {
			case !ok:
			case len(spec.Values) == len(spec.Names):
				fr.put(st, v, fr.eval(st, spec.Values[i]))
				st.setNum(v, fr.number(st, spec.Values[i]))
				continue
			case len(spec.Values) == 1:
				fr.put(st, v, fr.result(st, spec.Values[0], i))
				st.setNum(v, fr.prog.nums.opaque(fr.epoch, name.Pos()))
				continue
			case fr.prog.isBuilder(v.Type()):
				fr.put(st, v, chains{}) // Have: a nil one is not used, others join it.
			default:
				fr.put(st, v, fr.zero(v.Type()))
			}
			if v != nil {
				st.setNum(v, fr.zeroNum(name.Pos(), v.Type()))
			}
		}
	}
}

// zero is the function of the same name, and knows empty lists of what
// statements are built from.
func (fr *frame) zero(t types.Type) value {
	if fr.prog.gathers(t) {
		return chains{}
	}
	if s, ok := t.Underlying().(*types.Slice); ok && !isStringSlice(t) && fr.prog.building(s.Elem()) != nil {
		return lists{{}}
	}
	return zero(t)
}

// zero returns the value of a variable that is declared without one.
func zero(t types.Type) value {
	switch {
	case isString(t):
		return texts{&Text{}}
	case isBuilder(t):
		return texts{&Text{}}
	case isModel(t):
		return &record{fields: make(map[string]value), lit: new(ast.CompositeLit), typ: t}
	case isStringSlice(t):
		if _, ok := t.Underlying().(*types.Slice); ok {
			return lists{{}}
		}
	case isNamedStruct(t):
		return &record{fields: make(map[string]value), lit: new(ast.CompositeLit), typ: t}
	}
	if s, ok := t.Underlying().(*types.Slice); ok && isModel(golang.Deref(s.Elem())) {
		return shape{typ: t, fresh: true}
	}
	return nil
}

// isModel reports whether t is a struct type with a name.
func isModel(t types.Type) bool {
	_, named := types.Unalias(t).(*types.Named)
	_, ok := t.Underlying().(*types.Struct)
	return named && ok
}

func (fr *frame) assign(st *state, s *ast.AssignStmt) {
	for _, e := range s.Rhs {
		fr.calls(st, e)
	}
	for _, e := range s.Lhs {
		fr.calls(st, e)
	}
	if s.Tok == token.ADD_ASSIGN {
		if isString(fr.typeOf(s.Lhs[0])) {
			sum := product(fr.texts(st, s.Lhs[0]), fr.texts(st, s.Rhs[0]))
			fr.bind(st, s.Lhs[0], sum)
		}
		fr.renumber(st, s.Lhs[0], nil)
		return
	}
	if s.Tok != token.ASSIGN && s.Tok != token.DEFINE {
		fr.renumber(st, s.Lhs[0], nil)
		return
	}
	// All right sides are evaluated before any variable changes.
	vals, nums := make([]value, len(s.Lhs)), make([]*num, len(s.Lhs))
	if ix, ok := ast.Unparen(s.Lhs[0]).(*ast.IndexExpr); ok && len(s.Lhs) == 1 && len(s.Rhs) == 1 && fr.setPair(st, ix, s.Rhs[0]) {
		fr.renumber(st, ix, nil)
		return
	}
	for i := range s.Lhs {
		if len(s.Rhs) == len(s.Lhs) {
			vals[i], nums[i] = fr.field(st, s.Rhs[i]), fr.number(st, s.Rhs[i])
		} else {
			vals[i] = fr.result(st, s.Rhs[0], i)
		}
	}
	for i, lhs := range s.Lhs {
		fr.bind(st, lhs, vals[i])
		fr.renumber(st, lhs, nums[i])
	}
}

// bind assigns to a local variable, or to a part of one.
func (fr *frame) bind(st *state, lhs ast.Expr, v value) {
	switch lhs := lhs.(type) {
	case nil:
	case *ast.ParenExpr:
		fr.bind(st, lhs.X, v)
	case *ast.Ident:
		obj := fr.prog.info.Defs[lhs]
		if obj == nil {
			obj = fr.prog.info.Uses[lhs]
		}
		if w, ok := obj.(*types.Var); ok {
			fr.put(st, w, v)
		}
	case *ast.StarExpr:
		if id, ok := ast.Unparen(lhs.X).(*ast.Ident); ok && fr.prog.building(fr.typeOf(lhs)) != nil {
			if w, ok := fr.prog.info.Uses[id].(*types.Var); ok {
				fr.put(st, w, v) // Have: a pointer stands for what it points to.
				return
			}
		}
		fr.forget(st, lhs.X)
	case *ast.IndexExpr:
		if id, ok := ast.Unparen(lhs.X).(*ast.Ident); ok && fr.prog.gathers(fr.typeOf(lhs.X)) {
			if w, ok := fr.prog.info.Uses[id].(*types.Var); ok {
				all, isChains := st.vars[w].(chains)
				if cs, known := v.(chains); isChains && known {
					fr.put(st, w, unionChains(all, cs.at(nil)))
					return
				}
			}
		}
		fr.forget(st, lhs.X)
	case *ast.SelectorExpr:
		fr.setField(st, lhs, v)
	}
}

// setField assigns to a field of a local struct variable.
func (fr *frame) setField(st *state, sel *ast.SelectorExpr, v value) {
	id, ok := ast.Unparen(sel.X).(*ast.Ident)
	if !ok {
		return
	}
	w, ok := fr.prog.info.Uses[id].(*types.Var)
	if !ok {
		return
	}
	old, ok := st.vars[w].(*record)
	if !ok {
		return
	}
	rec := &record{fields: make(map[string]value, len(old.fields)), rest: old.rest, typ: old.typ} // Have: no literal any more
	for k, f := range old.fields {
		rec.fields[k] = f
	}
	rec.fields[sel.Sel.Name] = v
	st.vars[w] = rec
}

func (fr *frame) put(st *state, v *types.Var, val value) {
	if fr.prog.packageLevel(v) {
		return
	}
	if val == nil {
		delete(st.vars, v)
		return
	}
	st.vars[v] = atHome(val, v)
}

// forget makes the variable that e denotes unknown.
func (fr *frame) forget(st *state, e ast.Expr) {
	if id, ok := ast.Unparen(e).(*ast.Ident); ok {
		if v, ok := fr.prog.info.Uses[id].(*types.Var); ok {
			delete(st.vars, v)
		}
	}
}

package sqltext

import (
	"go/ast"
	"go/types"
	"strings"

	"golang.org/x/tools/go/types/typeutil"

	"github.com/sqlvet/sqlvet/internal/apis"
)

// callee returns the function that a call names; its origin if generic.
func (p *Program) callee(call *ast.CallExpr) *types.Func {
	fn, _ := typeutil.Callee(p.info, call).(*types.Func)
	if fn == nil {
		return nil
	}
	return fn.Origin()
}

// building returns the library whose statement a value of type t is a part
// of: a statement under construction, a condition, or a list of them; nil if
// none is.
func (p *Program) building(t types.Type) *apis.Library {
	t = types.Unalias(t)
	switch u := t.(type) {
	case *types.Pointer:
		return p.building(u.Elem())
	case *types.Slice:
		return p.building(u.Elem())
	case *types.Named:
		if lib := p.oracle.LibraryAt(u.Obj().Pkg()); lib != nil {
			if _, _, ok := lib.Builder(t); ok {
				return lib
			}
			if _, ok := lib.Value(t); ok || types.IsInterface(u) && lib.Covers(u.Obj().Pkg()) {
				return lib
			}
		}
		switch s := u.Underlying().(type) {
		case *types.Slice:
			return p.building(s.Elem())
		case *types.Signature:
			return p.building(s)
		}
	case *types.Signature:
		if u.Params().Len() > 0 {
			return p.building(u.Params().At(0).Type())
		}
	}
	return nil
}

// invoke returns the first result of a function that is a value, called with
// the given arguments; nil if it is not known.
func (fr *frame) invoke(f function, args []value) value {
	p := fr.prog
	var (
		in   *state
		ft   *ast.FuncType
		body *ast.BlockStmt
		key  any
	)
	switch {
	case f.lit != nil:
		in, ft, body, key = newState(), f.lit.Type, f.lit.Body, f.lit
		if f.env != nil {
			in = f.env.clone()
		}
	case f.fn != nil:
		decl, ok := p.decls[f.fn]
		if !ok || decl.Body == nil {
			return fr.invokeFact(f.fn, args)
		}
		in, ft, body, key = newState(), decl.Type, decl.Body, f.fn
	default:
		return nil
	}
	if fr.depth >= maxDepth || p.active[key] || p.budget <= 0 {
		return nil
	}
	i := 0
	var first *types.Var
	for _, field := range ft.Params.List {
		for _, name := range field.Names {
			v, _ := p.info.Defs[name].(*types.Var)
			if i < len(args) && v != nil && args[i] != nil {
				in.vars[v] = moved(args[i], v)
			}
			if i == 0 {
				first = v
			}
			i++
		}
	}
	p.active[key] = true
	defer delete(p.active, key)
	out, lost := value(nil), false
	sub := &frame{prog: p, depth: fr.depth + 1}
	sub.returns = func(st *state, results []ast.Expr) {
		if len(results) == 0 {
			return
		}
		v := sub.eval(st, results[0])
		switch {
		case v == nil:
			lost = true
		case out == nil:
			out = v
		default:
			out = join(out, v)
		}
	}
	end := sub.block(in, body)
	if ft.Results == nil && first != nil && end != nil && !end.dead {
		return end.vars[first] // what a function without results leaves of its argument
	}
	if lost {
		return nil
	}
	return out
}

// applied applies the functions that a step is given to a statement.
func (fr *frame) applied(st *state, s step, in chains) chains {
	for _, a := range s.call.Args[min(s.effect.Arg, len(s.call.Args)):] {
		f, _ := fr.eval(st, a).(function)
		out, ok := fr.invoke(f, []value{in}).(chains)
		if !ok {
			unknown := part{clause: "where", text: holeText(hole{kind: fragmentHole, name: exprName(a), repeat: true})}
			out = make(chains, len(in))
			for i, c := range in {
				out[i] = c.with(unknown)
			}
			in = out
			continue
		}
		in = out
	}
	return in
}

// isBuilding reports whether a conversion keeps what a value is in a
// statement.
func (fr *frame) isBuilding(call *ast.CallExpr) bool {
	tv, ok := fr.prog.info.Types[call.Fun]
	return ok && tv.IsType() && len(call.Args) == 1 && fr.prog.building(tv.Type) != nil
}

// isPairs reports whether t is a map from strings to values of any type.
func isPairs(t types.Type) bool {
	m, ok := t.Underlying().(*types.Map)
	return ok && isString(m.Key()) && types.IsInterface(m.Elem())
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
	if s.effect.Finish != "" || s.effect.Expr != "" && s.effect.Clause == "" {
		return
	}
	cs, ok := fr.chained(st, s, 0).(chains)
	if !ok {
		return
	}
	if fr.built == nil {
		fr.built = make(map[*ast.CallExpr]value)
	}
	fr.built[call] = cs
	if s.lib.Chain.InPlace && len(cs) > 0 && cs[0].home != nil {
		if _, held := st.vars[cs[0].home]; held {
			st.vars[cs[0].home] = cs
		}
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
	key, val := fr.texts(st, ix.Index), fr.operand(st, rhs)
	out := make(maps, len(m))
	for i, p := range m {
		out[i] = p.with(key, val)
	}
	st.vars[v] = out
	return true
}

// valueLit evaluates a literal of a type that is a part of statements.
func (fr *frame) valueLit(st *state, lib *apis.Library, t types.Type, lit *ast.CompositeLit) (value, bool) {
	effect, listed := lib.Value(t)
	switch t.Underlying().(type) {
	case *types.Map:
		if listed {
			return fr.pairsLit(st, lit), true
		}
	case *types.Slice:
		return fr.exprList(st, lib, lit), true
	case *types.Struct:
		if listed && effect.Expr != "" {
			return fr.filled(st, lib, effect, t, lit), true
		}
	}
	return nil, false
}

// filled fills the template of a struct type with the fields of a literal.
func (fr *frame) filled(st *state, lib *apis.Library, effect apis.Effect, t types.Type, lit *ast.CompositeLit) texts {
	at := origin{pos: lit.Pos(), end: lit.End()}
	field := func(name string) ast.Expr {
		for i, e := range lit.Elts {
			if kv, ok := e.(*ast.KeyValueExpr); ok {
				if id, ok := kv.Key.(*ast.Ident); ok && id.Name == name {
					return kv.Value
				}
			} else if st := structOf(t); st != nil && i < st.NumFields() && st.Field(i).Name() == name {
				return e
			}
		}
		return nil
	}
	return fr.fill(effect.Expr, at, func(name, form string) texts {
		e := field(name)
		switch {
		case e == nil:
			return texts{{}}
		case form == "name":
			return fr.names(st, e)
		case form == "word":
			return product(texts{known(" ", at)}, fr.texts(st, e))
		case form == "columns":
			return fr.columnNames(st, e, at)
		case form == "sql":
			return product(texts{known(" ", at)}, fr.expression(st, lib, e))
		case form == "text":
			if v := field("Vars"); v != nil {
				if vals, ok := ast.Unparen(v).(*ast.CompositeLit); ok {
					return fr.boundText(st, lib, e, vals.Elts, false)
				}
			}
			return fr.boundText(st, lib, e, nil, false)
		case len(form) > 2 && form[:2] == "if":
			if tv := fr.prog.info.Types[e]; tv.Value != nil && tv.Value.String() == "true" {
				return texts{known(form[2:], at)}
			}
			return texts{{}}
		}
		return fr.operand(st, e).texts
	})
}

// fill fills the slots {name} and {name:form} of a template.
func (fr *frame) fill(template string, at origin, slot func(name, form string) texts) texts {
	out := texts{{}}
	for template != "" {
		before, rest, ok := strings.Cut(template, "{")
		if before != "" {
			out = product(out, texts{known(before, at)})
		}
		if !ok {
			break
		}
		inner, after, _ := strings.Cut(rest, "}")
		name, form, _ := strings.Cut(inner, ":")
		out = product(out, slot(name, form))
		template = after
	}
	return out
}

// invokeFact returns the statement that a function of another package makes
// of the one it is given.
func (fr *frame) invokeFact(fn *types.Func, args []value) value {
	sums := fr.prog.oracle.Builds(fn)
	cs, ok := args[0].(chains)
	if len(sums) == 0 || !ok {
		return nil
	}
	var out chains
	for _, s := range sums {
		if s.Given > 1 {
			return nil
		}
		for _, c := range cs {
			d, ok := fr.expandParts(newState(), c, s, &ast.CallExpr{Fun: ast.NewIdent(fn.Name())})
			if !ok {
				return nil
			}
			out = append(out, d...)
		}
	}
	return limitChains(out, maxAlternatives)
}

// columnNames is a list of columns in brackets.
func (fr *frame) columnNames(st *state, e ast.Expr, at origin) texts {
	lit, ok := ast.Unparen(e).(*ast.CompositeLit)
	if !ok {
		return texts{holeText(hole{kind: fragmentHole, name: exprName(e)})}
	}
	out := texts{known("(", at)}
	for i, el := range lit.Elts {
		if i > 0 {
			out = product(out, texts{known(", ", at)})
		}
		out = product(out, fr.names(st, el))
	}
	return product(out, texts{known(")", at)})
}

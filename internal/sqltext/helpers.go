package sqltext

import (
	"go/ast"
	"go/types"
	"strconv"
	"strings"

	"github.com/sqlvet/sqlvet/internal/apis"
	"github.com/sqlvet/sqlvet/internal/golang"
)

// callee returns the function that a call names; its origin if generic.
func (p *Program) callee(call *ast.CallExpr) *types.Func {
	return golang.Callee(p.info, call)
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

// isBuilder reports whether t is a pointer to a statement under construction.
func (p *Program) isBuilder(t types.Type) bool {
	lib := p.building(t)
	if lib == nil || !isPointer(t) {
		return false
	}
	_, handle, ok := lib.Builder(t)
	return ok && !handle
}

// invoke returns the first result of a function that is a value, called with
// the given arguments; nil if it is not known. The result of a function
// without results is what it leaves of its first argument.
func (fr *frame) invoke(f function, args []value) value {
	result, left := fr.enterValue(f, args, 0)
	if result == nil && f.lit != nil && f.lit.Type.Results == nil {
		return left
	}
	if decl := fr.prog.decls[f.fn]; result == nil && decl != nil && decl.Type.Results == nil {
		return left
	}
	return result
}

// enterValue is invoke, and returns what the function leaves of an argument
// besides.
func (fr *frame) enterValue(f function, args []value, watched int) (result, left value) {
	p := fr.prog
	if f.made != nil {
		result = fr.expandOnto(f, args)
		return result, result
	}
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
			if len(args) == 0 || watched > 0 {
				return nil, nil
			}
			// Have: what a function returns of a statement is what it leaves.
			result = fr.invokeFact(f.fn, args)
			return result, result
		}
		in, ft, body, key = newState(), decl.Type, decl.Body, f.fn
	default:
		return nil, nil
	}
	if fr.depth >= maxDepth || p.active[key] || p.budget <= 0 {
		return nil, nil
	}
	i := 0
	var watch *types.Var
	for _, field := range ft.Params.List {
		for _, name := range field.Names {
			v, _ := p.info.Defs[name].(*types.Var)
			if i < len(args) && v != nil && args[i] != nil {
				in.vars[v] = moved(args[i], v)
			}
			if i == watched {
				watch = v
			}
			i++
		}
	}
	p.active[key] = true
	defer delete(p.active, key)
	var (
		end  *state
		lost bool
	)
	sub := fr.inner(frame{targs: fr.targs, depth: fr.depth + 1})
	sub.returns = func(st *state, results []ast.Expr) {
		end = merge(end, st.clone())
		if len(results) == 0 {
			return
		}
		v := sub.eval(st, results[0])
		switch {
		case v == nil:
			lost = true
		case result == nil:
			result = v
		default:
			result = join(result, v)
		}
	}
	end = merge(end, sub.block(in, body))
	if watch != nil && end != nil {
		left = end.vars[watch]
	}
	if lost {
		result = nil
	}
	return result, left
}

// applied applies the functions that a step is given to a statement.
func (fr *frame) applied(st *state, s step, in chains) chains {
	for _, a := range s.call.Args[min(s.effect.Arg, len(s.call.Args)):] {
		f, _ := fr.eval(st, a).(function)
		out, ok := fr.invoke(f, []value{in}).(chains)
		if !ok {
			out = in.unsure(exprName(a))
		}
		in = out
	}
	return in
}

// unsure returns statements to which something that is not known may have
// been added.
func (cs chains) unsure(name string) chains {
	more := part{clause: "where", text: holeText(hole{kind: fragmentHole, name: name, repeat: true, why: WhyCall})}
	out := make(chains, len(cs))
	for i, c := range cs {
		out[i] = c.with(more)
	}
	return out
}

// grouped is the condition that a function's conditions make.
func (fr *frame) grouped(st *state, s step) texts {
	args := s.call.Args[s.effect.Arg:]
	if len(args) < 2 {
		return texts{{}}
	}
	f, _ := fr.eval(st, args[1]).(function)
	cs, ok := fr.invoke(f, []value{chains{{lib: s.lib}}}).(chains)
	if !ok {
		return texts{fr.some(args[1])}
	}
	var out texts
	for _, c := range cs {
		r := &rendering{fr: fr, c: c, at: s.at()}
		r.conditions("", c.of("where"))
		out = union(out, texts{{pieces: r.out}})
	}
	return limit(out, maxAlternatives)
}

// relationOf is the relation that a path names, with what a function adds to
// its statement.
func (fr *frame) relationOf(st *state, s step, args []ast.Expr) [][]part {
	inner := chains{nil}
	if len(args) > 1 {
		f, _ := fr.eval(st, args[1]).(function)
		empty := chains{{lib: s.lib, verb: "select"}}
		cs, ok := fr.invoke(f, []value{empty}).(chains)
		if !ok {
			cs = empty.unsure(exprName(args[1]))
		}
		inner = cs
	}
	var out [][]part
	for _, t := range fr.texts(st, args[0]) {
		for _, c := range inner {
			out = append(out, []part{{clause: s.effect.Clause, text: t, inner: c}})
		}
	}
	return out[:min(len(out), maxAlternatives)]
}

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
		_, left := fr.enterValue(f, args, i)
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
	_, step := fr.step(call)
	for _, a := range call.Args {
		if look(a); step {
			fr.escape(st, a)
		}
	}
	if x := receiver(call); x != nil {
		look(x)
	}
}

// isNamedStruct reports whether t is a struct type with a name.
func isNamedStruct(t types.Type) bool {
	_, ok := types.Unalias(t).(*types.Named)
	return ok && structOf(t) != nil && !isPointer(t)
}

func isPointer(t types.Type) bool {
	_, ok := t.Underlying().(*types.Pointer)
	return ok
}

// change gives the variables that hold the statement of a home its new value.
func (st *state) change(home *types.Var, cs chains) {
	for v, old := range st.vars {
		if held, ok := old.(chains); ok && len(held) > 0 && held[0].home == home {
			st.vars[v] = cs
		}
	}
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
	}
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

// valueLit evaluates a literal of a type that is a part of statements.
func (fr *frame) valueLit(st *state, lib *apis.Library, t types.Type, lit *ast.CompositeLit) (value, bool) {
	effect, listed := lib.Value(t)
	switch t.Underlying().(type) {
	case *types.Map:
		if listed {
			v := fr.pairsLit(st, lit)
			if m, ok := v.(maps); ok {
				m[0].op = effect.Op
			}
			return v, true
		}
	case *types.Slice:
		return fr.exprList(st, lib, lit), true
	case *types.Struct, *types.Array:
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
		if n, err := strconv.Atoi(name); err == nil {
			if n < len(lit.Elts) {
				return lit.Elts[n]
			}
			return nil
		}
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
		form, def, _ := strings.Cut(form, " or ")
		switch {
		case e == nil && form == "text":
			return texts{fr.hole(lit)} // a zero value: nothing, or set later
		case e == nil && def != "":
			return texts{known(def, at)}
		case e == nil:
			return texts{{}}
		case form == "name":
			return fr.names(st, e)
		case form == "word":
			return fr.boundText(st, lib, e, nil, false)
		case form == "columns":
			return fr.columnNames(st, e, at)
		case form == "and" || form == "list":
			sep := map[string]string{"and": " AND ", "list": ", "}[form]
			ls, ok := fr.eval(st, e).(lists)
			if !ok {
				return texts{fr.some(e)}
			}
			return fr.listed(ls, apis.Effect{Op: sep}, e)
		case form == "where":
			return product(texts{known(" WHERE ", at)}, fr.expression(st, lib, e))
		case form == "constraint":
			return product(texts{known("ON CONSTRAINT ", at)}, fr.texts(st, e))
		case form == "sql":
			return product(texts{known(" ", at)}, fr.expression(st, lib, e))
		case form == "cond":
			return fr.expression(st, lib, e)
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
	for _, s := range sums {
		if s.Given > 1 || s.Given == applied {
			return nil
		}
	}
	return fr.expandOnto(function{made: &ast.CallExpr{Fun: ast.NewIdent(fn.Name())}, sums: sums, env: newState()}, args)
}

// expandOnto returns the statement that summaries make of the one that is the
// first argument.
func (fr *frame) expandOnto(f function, args []value) value {
	if len(f.sums) == 0 || len(args) == 0 {
		return nil
	}
	cs, ok := args[0].(chains)
	if !ok {
		return nil
	}
	var out chains
	for _, s := range f.sums {
		for _, c := range cs {
			d, ok := fr.expandParts(f.env, c, s, f.made)
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
		return texts{fr.gap(fragmentHole, e)}
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

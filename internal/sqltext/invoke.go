package sqltext

import (
	"go/ast"
	"go/token"
	"go/types"
	"slices"
)

// invoke returns the first result of a function that is a value, called with
// the given arguments; nil if it is not known. The result of a function
// without results is what it leaves of its first argument.
func (fr *frame) invoke(at token.Pos, f function, args []value) value {
	result, left := fr.enterValue(at, f, args, 0)
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
func (fr *frame) enterValue(at token.Pos, f function, args []value, watched int) (result, left value) {
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
			if v != nil {
				in.setNum(v, p.nums.opaque(p.nums.epoch(fr.epoch, at, 0), v.Pos()))
			}
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
	sub := fr.inner(at, frame{targs: fr.targs, depth: fr.depth + 1})
	entered := in.when
	sub.returns = func(st *state, results []ast.Expr) {
		end = p.merge(end, st.clone())
		if len(results) == 0 {
			return
		}
		v := tagged(sub.eval(st, results[0]), st.when.beyond(entered))
		switch {
		case v == nil:
			lost = true
		case result == nil:
			result = v
		default:
			result = join(result, v)
		}
	}
	end = p.merge(end, sub.block(in, body))
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
		out, ok := fr.invoke(a.Pos(), f, []value{in}).(chains)
		if !ok {
			out = in.unsure(exprName(a))
		}
		in = out
	}
	return in
}

// unsure returns statements to which something that is not known may have
// been added: a function of a statement adds conditions, joins, an order.
func (cs chains) unsure(name string) chains {
	out := slices.Clone(cs)
	for _, clause := range [...]string{"join", "where", "suffix"} {
		for i, c := range out {
			if last, ok := c.last(clause); ok && last.text != nil && last.perhaps() {
				continue
			}
			out[i] = c.with(part{clause: clause, repeat: clause != "where", text: holeText(hole{kind: fragmentHole, name: name, repeat: true, why: WhyCall})})
		}
	}
	return out
}

// isUnsure reports whether something may have been added that is not known.
func (c *chain) isUnsure() bool {
	last, ok := c.last("suffix")
	return ok && last.text != nil && last.perhaps() && last.text.Why() == WhyCall
}

// grouped is the condition that a function's conditions make.
func (fr *frame) grouped(st *state, s step) texts {
	last := s.call.Args[len(s.call.Args)-1]
	f, _ := fr.eval(st, last).(function)
	cs, ok := fr.invoke(last.Pos(), f, []value{chains{{lib: s.lib}}}).(chains)
	if !ok {
		return texts{fr.some(last)}
	}
	var out texts
	for _, c := range cs {
		r := &rendering{fr: fr, c: c, at: s.at()}
		r.conditions("", c.of("where"))
		out = union(out, texts{{pieces: r.out, when: c.when}})
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
		cs, ok := fr.invoke(args[1].Pos(), f, []value{empty}).(chains)
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

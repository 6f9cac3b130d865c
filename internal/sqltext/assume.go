package sqltext

import (
	"go/ast"
	"go/token"
	"go/types"
)

// assume notes what holds in the branch of a condition, and drops the
// alternatives of local variables that it rules out: in the branch of
// len(conds) > 0, conds is not empty.
func (fr *frame) assume(st *state, e ast.Expr, holds bool) {
	c := fr.prog.nums.holds(fr.number(st, e), 0)
	if !holds {
		c = fr.prog.nums.not(c)
	}
	if fr.prog.suppose(st, c); !st.never {
		fr.narrow(st, e, holds)
	}
}

// narrow drops the alternatives that a condition rules out by what they are.
func (fr *frame) narrow(st *state, cond ast.Expr, holds bool) {
	b, ok := ast.Unparen(cond).(*ast.BinaryExpr)
	if !ok {
		if n, ok := ast.Unparen(cond).(*ast.UnaryExpr); ok && n.Op == token.NOT {
			fr.narrow(st, n.X, !holds)
		}
		return
	}
	switch b.Op {
	case token.LAND, token.LOR:
		// Of "a && b" that holds, and of "a || b" that does not, both parts
		// are known.
		if (b.Op == token.LAND) == holds {
			fr.narrow(st, b.X, holds)
			fr.narrow(st, b.Y, holds)
		}
	case token.GTR, token.NEQ:
		fr.narrowTo(st, b, !holds)
	case token.EQL:
		fr.narrowTo(st, b, holds)
	}
}

// narrowTo handles comparisons with a constant: of len(x) with 0, of a text.
func (fr *frame) narrowTo(st *state, b *ast.BinaryExpr, equals bool) {
	to, ok := fr.constantValue(b.Y)
	if !ok {
		return
	}
	x := ast.Unparen(b.X)
	if call, ok := x.(*ast.CallExpr); ok && len(call.Args) == 1 && to == "0" {
		id, ok := call.Fun.(*ast.Ident)
		if !ok || fr.prog.info.Uses[id] != types.Universe.Lookup("len") {
			return
		}
		x, to = ast.Unparen(call.Args[0]), ""
	} else if b.Op == token.GTR {
		return
	}
	id, ok := x.(*ast.Ident)
	if !ok {
		return
	}
	v, ok := fr.prog.info.Uses[id].(*types.Var)
	if !ok {
		return
	}
	// Have: a hole may be anything.
	keep := func(is, known bool) bool { return !known || is == equals }
	var left value
	var when []guard
	switch old := seen(st.vars[v], st.when).(type) {
	case texts:
		left = restrict(old, func(t *Text) *Text {
			s, known := t.literal()
			return kept(t, keep(s == to, known || to == "" && t.Len() > 0), t.when, &when)
		})
	case maps:
		left = restrict(old, func(p *pairs) *pairs {
			return kept(p, keep(len(p.keys) == 0, !p.open || len(p.keys) > 0), p.when, &when)
		})
	case lists:
		var out lists
		for _, l := range old {
			if kept(&l, keep(len(l.elems) == 0, !l.open || len(l.elems) > 0), l.when, &when) != nil {
				out = append(out, l)
			}
		}
		if left = out; len(out) == 0 {
			left = old
		}
	default:
		return
	}
	st.vars[v] = left
	fr.supposeAny(st, when)
}

// kept returns an alternative that a condition leaves, and notes when it is one.
func kept[E any](e *E, ok bool, when guard, all *[]guard) *E {
	if ok {
		*all = append(*all, when)
		return e
	}
	return nil
}

// supposeAny notes what holds where one of several guards does.
func (fr *frame) supposeAny(st *state, when []guard) {
	if len(when) == 0 {
		return
	}
	all := when[0]
	for _, g := range when[1:] {
		all = all.common(g)
	}
	for _, c := range all {
		fr.prog.suppose(st, c)
	}
}

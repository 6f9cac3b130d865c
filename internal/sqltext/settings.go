package sqltext

import (
	"go/ast"
	"go/constant"
	"go/token"
	"go/types"
	"slices"

	"github.com/sqlvet/sqlvet/internal/golang"
)

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

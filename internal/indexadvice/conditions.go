package indexadvice

import (
	"github.com/sqlvet/sqlvet/internal/sqlmodel"
)

// conditions places the conditions of l, and of the levels pulled up into it.
func (b *block) conditions(l *sqlmodel.Level) {
	for _, c := range l.Conditions {
		if c.Place != sqlmodel.PlaceWhere && c.Place != sqlmodel.PlaceOn {
			continue
		}
		for _, x := range c.Conjuncts() {
			b.conjunct(l, x, c)
		}
	}
	for _, m := range l.Relations {
		if sub := b.a.pulled[m]; sub != nil {
			b.conditions(sub)
		}
	}
}

// conjunct places the condition x, which is a conjunct of on.
func (b *block) conjunct(l *sqlmodel.Level, x, on *sqlmodel.Condition) {
	if x.Or {
		b.or(l, x, on)
		return
	}
	p := &x.Predicate
	if b.sublink(l, p) {
		return
	}
	if p.Op == sqlmodel.OpEq && p.OpText == "using" {
		b.using(l, p, on)
		return
	}
	if p.Op == sqlmodel.OpEq && b.edge(l, p.Left, p.Right) {
		return
	}
	c := comparison{b, l, p}
	r, terms, ok := c.terms()
	if !ok {
		b.unplaced++
		return
	}
	if b.restricts(r, on) {
		r.terms = append(r.terms, terms...)
	}
}

// restricts reports whether a condition of on narrows what is read of r: in
// the ON of an outer join only the nullable side is.
func (b *block) restricts(r *rel, on *sqlmodel.Condition) bool {
	if len(on.Nullable) == 0 {
		return true
	}
	if on.Join == "full" {
		return false
	}
	for _, m := range on.Nullable {
		if b.under(m, r) {
			return true
		}
	}
	return false
}

// under reports whether r is m or was pulled up from it.
func (b *block) under(m *sqlmodel.Relation, r *rel) bool {
	if b.a.rels[m] == r {
		return true
	}
	if l := b.a.pulled[m]; l != nil {
		for _, x := range l.Relations {
			if b.under(x, r) {
				return true
			}
		}
	}
	return false
}

// edge adds the equality of two relations' keys.
func (b *block) edge(l *sqlmodel.Level, left, right *sqlmodel.Expr) bool {
	if left == nil || right == nil {
		return false
	}
	x, ok1 := b.side(l, left)
	y, ok2 := b.side(l, right)
	if !ok1 || !ok2 || x.rel == y.rel {
		return false
	}
	b.edges = append(b.edges, &edge{x, y})
	return true
}

// using adds the edge of a column of USING, whose left side may be any
// relation before.
func (b *block) using(l *sqlmodel.Level, p *sqlmodel.Predicate, on *sqlmodel.Condition) {
	if p.Right == nil || p.Right.Rel == nil {
		return
	}
	if p.Left.Rel != nil {
		b.edge(l, p.Left, p.Right)
		return
	}
	for _, m := range l.Relations {
		if m == p.Right.Rel {
			return
		}
		left := *p.Left
		left.Rel, left.Qualifier = m, "using"
		right := *p.Right
		right.Qualifier = "using"
		if b.edge(l, &left, &right) {
			return
		}
	}
}

// sublink makes the subselect of EXISTS or IN a part of the join, as the
// planner does.
func (b *block) sublink(l *sqlmodel.Level, p *sqlmodel.Predicate) bool {
	a := b.a
	switch {
	case p.Op == sqlmodel.OpExists && p.Left != nil && p.Left.Level != nil:
		sub := p.Left.Level
		if a.home[sub] != nil || sub.Kind != sqlmodel.Select || sub.SetOp != "" || sub.Aggregates || len(sub.Group) > 0 || len(sub.Relations) == 0 {
			return false
		}
		b.pullSemi(sub, p.Negated)
		return true
	case p.Op == sqlmodel.OpIn && !p.Negated && p.Right != nil && p.Right.Kind == sqlmodel.ExprSub && p.Right.Level != nil:
		sub := p.Right.Level
		if a.home[sub] != nil || !plain(sub) || len(sub.Projections) != 1 || sub.Projections[0].Star {
			return b.inDerived(l, p)
		}
		b.pullSemi(sub, false)
		left, ok1 := b.side(l, p.Left)
		right, ok2 := b.side(sub, sub.Projections[0].Expr)
		if ok1 && ok2 && left.rel != right.rel {
			b.edges = append(b.edges, &edge{left, right})
		}
		return true
	}
	return false
}

// pullSemi adds the relations of sub as a semi or anti join.
func (b *block) pullSemi(sub *sqlmodel.Level, anti bool) {
	b.relations(sub, &rel{semi: !anti, anti: anti})
	b.conditions(sub)
}

// inDerived joins x IN (SELECT …) with a subselect that stays on its own.
func (b *block) inDerived(l *sqlmodel.Level, p *sqlmodel.Predicate) bool {
	left, ok := b.side(l, p.Left)
	if !ok {
		return false
	}
	sub := p.Right.Level
	r := &rel{block: b, rows: derivedRows(sub), semi: true}
	b.rels = append(b.rels, r)
	b.edges = append(b.edges, &edge{left, side{r, key{text: "?"}}})
	return true
}

// derivedRows estimates the rows of a subselect from its LIMIT.
func derivedRows(l *sqlmodel.Level) float64 {
	if n := limitOf(l); n > 0 {
		return n
	}
	return defaultRows
}

// or places a disjunction whose arms are all about one relation.
func (b *block) or(l *sqlmodel.Level, x, on *sqlmodel.Condition) {
	var r *rel
	var arms [][]*term
	optional := false
	for _, arm := range x.Args {
		terms, of, given, ok := b.arm(l, arm)
		if given {
			optional = true // $1 IS NULL OR …: the value decides whether the filter is there
			continue
		}
		if !ok || r != nil && of != r {
			b.unplaced++
			return
		}
		r = of
		arms = append(arms, terms)
	}
	if r == nil || !b.restricts(r, on) {
		return
	}
	if len(arms) == 1 {
		for _, t := range arms[0] {
			t.optional = optional
			t.canon = ""
			r.terms = append(r.terms, t)
		}
		return
	}
	if optional {
		r.terms = append(r.terms, &term{kind: termOther, share: 0.5})
		return
	}
	if t := sameKey(arms); t != nil {
		r.terms = append(r.terms, t)
		return
	}
	r.ors = append(r.ors, &orTerm{arms})
}

// arm returns the terms of one arm. given is set if the arm depends on no
// relation.
func (b *block) arm(l *sqlmodel.Level, x *sqlmodel.Condition) (out []*term, r *rel, given, ok bool) {
	given = true
	for _, y := range x.Conjuncts() {
		if y.Or {
			return nil, nil, false, false
		}
		c := comparison{b, l, &y.Predicate}
		of, terms, placed := c.terms()
		if !placed {
			if known, _ := c.given(y.Predicate.Left); known && y.Predicate.Op != sqlmodel.OpExists {
				if right := y.Predicate.Right; right == nil {
					continue
				} else if known, _ := c.given(right); known {
					continue
				}
			}
			return nil, nil, false, false
		}
		given = false
		if r != nil && of != r {
			return nil, nil, false, false
		}
		r = of
		out = append(out, terms...)
	}
	return out, r, given, r != nil
}

// sameKey joins arms that are one equality each on the same key: x = 1 OR
// x = 2 is x IN (1, 2).
func sameKey(arms [][]*term) *term {
	out := &term{kind: termIn, op: "in", literal: true}
	for i, arm := range arms {
		if len(arm) != 1 || arm[0].kind != termEq && arm[0].kind != termIn || i > 0 && arm[0].key.text != out.key.text {
			return nil
		}
		out.key = arm[0].key
		out.share += arm[0].share
		out.outer = out.outer || arm[0].outer
		out.literal = out.literal && arm[0].literal
		out.values = append(out.values, arm[0].values...)
	}
	out.share = min(out.share, 1)
	return out
}

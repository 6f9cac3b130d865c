package indexadvice

import (
	"fmt"
	"slices"
	"strings"

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
	if rows(p) && b.joins(l, p) {
		for i := range p.Left.Args {
			part := *x
			part.Predicate.Left, part.Predicate.Right = p.Left.Args[i], p.Right.Args[i]
			b.conjunct(l, &part, on)
		}
		return
	}
	if b.sublink(l, p) {
		return
	}
	if p.Op == sqlmodel.OpEq && p.OpText == "using" {
		b.using(l, p, on)
		return
	}
	if p.Op == sqlmodel.OpEq && b.edge(l, p.Left, p.Right, p.Range) {
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

// rows reports whether p compares two rows of one length for equality.
func rows(p *sqlmodel.Predicate) bool {
	return p.Op == sqlmodel.OpEq && !p.Negated && p.Left != nil && p.Right != nil && p.Left.Kind == sqlmodel.ExprRow &&
		p.Right.Kind == sqlmodel.ExprRow && len(p.Left.Args) == len(p.Right.Args)
}

// joins reports whether both sides of p depend on relations of the block.
func (b *block) joins(l *sqlmodel.Level, p *sqlmodel.Predicate) bool {
	return len(b.use(l, p.Left).rels) > 0 && len(b.use(l, p.Right).rels) > 0
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
func (b *block) edge(l *sqlmodel.Level, left, right *sqlmodel.Expr, at sqlmodel.Range) bool {
	if left == nil || right == nil {
		return false
	}
	x, ok1 := b.side(l, left)
	y, ok2 := b.side(l, right)
	if !ok1 || !ok2 || x.rel == y.rel {
		return false
	}
	b.edges = append(b.edges, &edge{x, y, at})
	return true
}

// using adds the edge of a column of USING, whose left side may be any
// relation before.
func (b *block) using(l *sqlmodel.Level, p *sqlmodel.Predicate, on *sqlmodel.Condition) {
	if p.Right == nil || p.Right.Rel == nil {
		return
	}
	if p.Left.Rel != nil {
		b.edge(l, p.Left, p.Right, p.Range)
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
		if b.edge(l, &left, &right, p.Range) {
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
		lefts := elements(p.Left)
		if a.home[sub] != nil || !plain(sub) || len(sub.Projections) != len(lefts) || hasStar(sub) {
			return b.inDerived(l, p)
		}
		b.pullSemi(sub, false)
		for i, e := range lefts {
			left, ok1 := b.side(l, e)
			right, ok2 := b.side(sub, sub.Projections[i].Expr)
			if ok1 && ok2 && left.rel != right.rel {
				b.edges = append(b.edges, &edge{left, right, p.Range})
			}
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

// elements are those of a row, or the one expression.
func elements(e *sqlmodel.Expr) []*sqlmodel.Expr {
	if e.Kind == sqlmodel.ExprRow {
		return e.Args
	}
	return []*sqlmodel.Expr{e}
}

func hasStar(l *sqlmodel.Level) bool {
	return slices.ContainsFunc(l.Projections, func(p sqlmodel.Projection) bool { return p.Star })
}

// inDerived joins x IN (SELECT …) with a subselect that stays on its own.
func (b *block) inDerived(l *sqlmodel.Level, p *sqlmodel.Predicate) bool {
	r := &rel{block: b, rows: b.a.derivedRows(p.Right.Level), semi: true}
	placed := false
	for i, e := range elements(p.Left) {
		if left, ok := b.side(l, e); ok {
			b.edges = append(b.edges, &edge{left, side{r, key{text: fmt.Sprint("?", i)}}, p.Range})
			placed = true
		}
	}
	if placed {
		b.rels = append(b.rels, r)
	}
	return placed
}

// derivedRows estimates the rows of a subselect: an aggregate has one, LIMIT
// bounds the others.
func (a *analysis) derivedRows(l *sqlmodel.Level) float64 {
	switch n := a.limitOf(l); {
	case n > 0:
		return n
	case l.Aggregates && len(l.Group) == 0 && l.SetOp == "":
		return 1
	}
	return defaultRows
}

// or places a disjunction whose arms are all about one relation.
func (b *block) or(l *sqlmodel.Level, x, on *sqlmodel.Condition) {
	if x.Case && b.guarded(l, x) {
		// PostgreSQL takes a branch when it plans, or leaves the CASE alone.
		if r, terms, ok := (comparison{b, l, &x.Predicate}).opaque(x.Predicate.Left); !ok {
			b.unplaced++
		} else if b.restricts(r, on) {
			r.terms = append(r.terms, terms...)
		}
		return
	}
	x = b.factor(l, x, on)
	if x == nil {
		return
	}
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
	if t := sameLiterals(arms); t != nil {
		r.terms = append(r.terms, t)
	}
}

// guarded reports whether something else than parameters decides which branch
// of a CASE is taken.
func (b *block) guarded(l *sqlmodel.Level, x *sqlmodel.Condition) bool {
	for _, arm := range x.Args {
		for _, y := range arm.Args {
			if y.Guard && !b.settled(l, y) {
				return true
			}
		}
	}
	return false
}

// settled reports whether a condition depends on no relation.
func (b *block) settled(l *sqlmodel.Level, x *sqlmodel.Condition) bool {
	if x.And || x.Or {
		return !slices.ContainsFunc(x.Args, func(y *sqlmodel.Condition) bool { return !b.settled(l, y) })
	}
	p := &x.Predicate
	return p.Op != sqlmodel.OpExists && !slices.ContainsFunc(append([]*sqlmodel.Expr{p.Left, p.Right, p.High}, p.List...), func(e *sqlmodel.Expr) bool {
		given, outer := (comparison{b, l, p}).given(e)
		return !given || outer
	})
}

// factor takes out the comparisons that all arms of a disjunction hold, as
// the planner does, and returns what is left; nil if that is nothing.
func (b *block) factor(l *sqlmodel.Level, x, on *sqlmodel.Condition) *sqlmodel.Condition {
	count := make(map[string]int)
	for _, arm := range x.Args {
		seen := make(map[string]bool)
		for _, y := range arm.Conjuncts() {
			if s := spell(y); s != "" && !seen[s] {
				seen[s] = true
				count[s]++
			}
		}
	}
	rest := &sqlmodel.Condition{Or: true, Place: x.Place}
	empty := false
	for i, arm := range x.Args {
		and := &sqlmodel.Condition{And: true, Place: x.Place}
		for _, y := range arm.Conjuncts() {
			switch s := spell(y); {
			case s == "" || count[s] < len(x.Args):
				and.Args = append(and.Args, y)
			case i == 0:
				b.conjunct(l, y, on)
			}
		}
		empty = empty || len(and.Args) == 0
		rest.Args = append(rest.Args, and)
	}
	if empty {
		return nil // a OR (a AND b) is a
	}
	return rest
}

// spell writes a comparison down so that equal ones can be told; "" for what
// is not written down.
func spell(c *sqlmodel.Condition) string {
	p := &c.Predicate
	if c.And || c.Or || p.Op == sqlmodel.OpExists {
		return ""
	}
	var s strings.Builder
	ok := true
	var put func(e *sqlmodel.Expr)
	put = func(e *sqlmodel.Expr) {
		if e == nil {
			return
		}
		if e.Hole || e.Level != nil || e.Kind == sqlmodel.ExprCase || e.Kind == sqlmodel.ExprHole {
			ok = false
			return
		}
		fmt.Fprintf(&s, "%d %q.%q %q(", e.Kind, e.Qualifier, e.Name, e.Const)
		for _, a := range e.Args {
			put(a)
		}
		s.WriteByte(')')
	}
	fmt.Fprintf(&s, "%d %q %v ", p.Op, p.OpText, p.Negated)
	put(p.Left)
	put(p.Right)
	put(p.High)
	for _, e := range p.List {
		put(e)
	}
	if !ok {
		return ""
	}
	return s.String()
}

// sameLiterals returns what all arms say together of a key that each compares
// with literals, nil if there is none: (s = 'a' AND …) OR (s = 'b' AND …)
// proves s IN ('a', 'b').
func sameLiterals(arms [][]*term) *term {
	for _, first := range arms[0] {
		out := &term{kind: termIn, op: "in", key: first.key, literal: true}
		for _, arm := range arms {
			i := slices.IndexFunc(arm, func(t *term) bool {
				return t.key.text == first.key.text && t.literal && (t.kind == termEq || t.kind == termIn)
			})
			if i < 0 || out.key.text == "" {
				out = nil
				break
			}
			for _, v := range arm[i].values {
				if !slices.Contains(out.values, v) {
					out.values = append(out.values, v)
					out.share += arm[i].share / float64(len(arm[i].values))
				}
			}
		}
		if out != nil {
			out.share = min(out.share, 1)
			if len(out.values) == 1 {
				out.kind = termEq
			}
			out.spell()
			return out
		}
	}
	return nil
}

// arm returns the terms of one arm. given is set if the arm depends on no
// relation.
func (b *block) arm(l *sqlmodel.Level, x *sqlmodel.Condition) (out []*term, r *rel, given, ok bool) {
	given = true
	for _, y := range x.Conjuncts() {
		if y.Or {
			if b.settled(l, y) {
				continue
			}
			return nil, nil, false, false
		}
		c := comparison{b, l, &y.Predicate}
		of, terms, placed := c.terms()
		if !placed {
			if b.settled(l, y) {
				continue
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
	out.spell()
	return out
}

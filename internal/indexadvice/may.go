package indexadvice

import (
	"slices"

	"github.com/sqlvet/sqlvet/internal/schema"
	"github.com/sqlvet/sqlvet/internal/sqlmodel"
)

// A mentions is all that a query says of a table, whatever connectives stand
// around it: what an index could be of use for in some plan. It is for the
// question whether an index may go, where cost is for what it would save.
type mentions struct {
	terms []*term // also those of joins, and of what a parameter can switch off
	// loose are the columns in conditions of which it is not known what index
	// could answer them, special those where it is none of the ordered kinds.
	loose, special map[string]bool
	ordered        []string  // the texts of keys that rows are sorted or grouped by
	nearest        []nearest // ORDER BY key op value
}

type nearest struct{ key, op string }

// mentions collects what the query says of its tables.
func (q *query) mentions() map[*table]*mentions {
	if q.said == nil {
		q.said = make(map[*table]*mentions)
		for _, l := range q.analysis.pending {
			if b := q.analysis.home[l]; b != nil {
				m := mentioner{q.said, b, l}
				for i := range l.Predicates {
					m.predicate(&l.Predicates[i])
				}
				m.orders()
			}
		}
	}
	return q.said
}

// A mentioner collects what a level of a block says.
type mentioner struct {
	said  map[*table]*mentions
	b     *block
	level *sqlmodel.Level
}

func (m mentioner) of(t *table) *mentions {
	s := m.said[t]
	if s == nil {
		s = &mentions{loose: make(map[string]bool), special: make(map[string]bool)}
		m.said[t] = s
	}
	return s
}

// predicate notes one comparison.
func (m mentioner) predicate(p *sqlmodel.Predicate) {
	c := comparison{m.b, m.level, p}
	r, terms, ok := c.terms()
	ok = ok && r.table != nil && !slices.ContainsFunc(terms, func(t *term) bool { return t.key.text == "" })
	switch {
	case ok && p.Right == nil && p.Op == sqlmodel.OpOther: // IS TRUE
		m.columns(p.Left, func(s *mentions, col string) { s.loose[col] = true })
	case ok:
		s := m.of(r.table)
		for _, t := range terms {
			s.terms = append(s.terms, t)
			for _, k := range t.row {
				s.terms = append(s.terms, &term{kind: termRange, op: t.op, key: k})
			}
		}
	case p.Op == sqlmodel.OpEq && p.Right != nil, p.Op == sqlmodel.OpIn && p.Right != nil:
		// A join, or a subselect.
		sides := elements(p.Left)
		if p.Op == sqlmodel.OpEq || p.Right.Kind == sqlmodel.ExprSub {
			sides = slices.Concat(sides, elements(p.Right))
		}
		for _, e := range sides {
			if s, is := m.b.side(m.level, e); is && s.rel.table != nil {
				of := m.of(s.rel.table)
				of.terms = append(of.terms, &term{kind: termEq, op: "=", key: s.key})
			} else if bare(e) {
				m.columns(e, func(s *mentions, col string) { s.loose[col] = true })
			}
		}
	default:
		m.unclear(p)
	}
}

// unclear notes the columns of a condition that is no term.
func (m mentioner) unclear(p *sqlmodel.Predicate) {
	note := func(s *mentions, col string) { s.loose[col] = true }
	sides := append([]*sqlmodel.Expr{p.Left, p.Right, p.High}, p.List...)
	switch p.Op {
	case sqlmodel.OpEq, sqlmodel.OpLt, sqlmodel.OpLe, sqlmodel.OpGt, sqlmodel.OpGe, sqlmodel.OpIn, sqlmodel.OpBetween:
		sides = slices.DeleteFunc(sides, func(e *sqlmodel.Expr) bool { return !bare(e) })
	case sqlmodel.OpNe, sqlmodel.OpNotIn, sqlmodel.OpNotLike, sqlmodel.OpNotILike, sqlmodel.OpExists:
		return // beyond every index
	case sqlmodel.OpOther:
		note = func(s *mentions, col string) { s.special[col] = true }
	case sqlmodel.OpBool:
		if p.Left != nil && p.Left.Kind == sqlmodel.ExprFunc && p.Left.Name != "starts_with" {
			note = func(s *mentions, col string) { s.special[col] = true }
		}
	}
	for _, e := range sides {
		m.columns(e, note)
	}
}

// bare reports whether e is a column, or a row of columns, and no more than
// converted: what is computed of a column no index on it can look for.
func bare(e *sqlmodel.Expr) bool {
	switch {
	case e == nil:
		return false
	case e.Kind == sqlmodel.ExprCast && len(e.Args) == 1:
		return bare(e.Args[0])
	case e.Kind == sqlmodel.ExprRow:
		return slices.ContainsFunc(e.Args, bare)
	}
	return e.Kind == sqlmodel.ExprColumn
}

// orders notes what the level's rows are sorted, grouped or told apart by.
func (m mentioner) orders() {
	l := m.level
	keys := slices.Concat(l.Group, l.DistinctOn)
	for _, k := range l.Sort {
		keys = append(keys, k.Expr)
	}
	for _, p := range l.Projections {
		if l.Distinct && !p.Star {
			keys = append(keys, p.Expr)
		}
		walk(p.Expr, func(e *sqlmodel.Expr) {
			if e.Aggregate {
				keys = append(append(keys, e.Args...), e.More...)
			}
		})
	}
	for _, e := range keys {
		m.order(e)
	}
}

func (m mentioner) order(e *sqlmodel.Expr) {
	if m.level == m.b.level {
		if s, is := m.b.sortSide(e); is && s.rel.table != nil {
			of := m.of(s.rel.table)
			of.ordered = append(of.ordered, s.key.text)
		}
	}
	if e == nil {
		return
	}
	if e.Kind == sqlmodel.ExprColumn {
		// Where it is not plain which column it is, it may be the table's.
		m.columns(e, func(s *mentions, col string) { s.ordered = append(s.ordered, schema.Quote(col)) })
		return
	}
	if e.Kind != sqlmodel.ExprOp || len(e.Args) != 2 {
		return
	}
	for i, arg := range e.Args {
		s, is := m.b.side(m.level, arg)
		if !is || s.rel.table == nil {
			continue
		}
		op := e.Name
		if i > 0 {
			op = s.rel.table.cat.turn(op, s.key.typ)
		}
		of := m.of(s.rel.table)
		of.nearest = append(of.nearest, nearest{s.key.text, op})
	}
}

// columns calls f for the columns in e, and the tables that they are of or may
// be.
func (m mentioner) columns(e *sqlmodel.Expr, f func(*mentions, string)) {
	depth := 0
	var visit func(l *sqlmodel.Level, e *sqlmodel.Expr)
	visit = func(l *sqlmodel.Level, e *sqlmodel.Expr) {
		walk(e, func(x *sqlmodel.Expr) {
			if x.Kind != sqlmodel.ExprColumn {
				return
			}
			t, ok := m.b.a.resolve(l, x)
			switch {
			case ok && t.expr != nil && depth < maxResolve:
				depth++
				visit(t.level, t.expr)
				depth--
			case ok && t.rel != nil:
				if t.rel.table != nil {
					f(m.of(t.rel.table), x.Name)
				}
			default:
				for _, b := range m.b.a.blocks {
					for _, r := range b.rels {
						if r.table != nil && r.table.Column(x.Name) != nil {
							f(m.of(r.table), x.Name)
						}
					}
				}
			}
		})
	}
	visit(m.level, e)
}

// mayUse reports whether some plan of the query could read x.
func (q *query) mayUse(x *index) bool {
	s := q.mentions()[x.table]
	if s == nil || slices.ContainsFunc(x.pred, func(p *term) bool { return !s.mayImply(p) }) {
		return false
	}
	if len(x.pred) > 0 {
		return true
	}
	if x.method == "btree" && slices.Contains(s.ordered, x.keys[0].text) {
		return true
	}
	// Also those behind the first: all of an index is less to read than the table.
	return slices.ContainsFunc(x.keys, func(k ikey) bool { return s.mayUse(x, k) })
}

func (s *mentions) mayUse(x *index, k ikey) bool {
	class := x.class(k)
	plain := x.method == "btree" || x.method == "hash"
	for _, col := range k.reads(x) {
		if s.loose[col] || s.special[col] && !(plain && class != nil) {
			return true
		}
	}
	if slices.ContainsFunc(s.terms, func(t *term) bool { return t.key.text == k.text && x.mayHold(k, class, t) }) {
		return true
	}
	return slices.ContainsFunc(s.nearest, func(n nearest) bool {
		return n.key == k.text && !plain && (class == nil || slices.Contains(class.orders, n.op))
	})
}

// mayHold reports whether an index with the key k could look for t, given the
// values that no one knows.
func (x *index) mayHold(k ikey, class *opclass, t *term) bool {
	switch {
	case x.method == "btree" && (t.kind == termOther && t.pattern || t.op == "~"):
		return true // a pattern that may fix how the value starts
	case x.method == "btree":
		return t.indexable()
	case x.method == "hash":
		return t.kind == termEq || t.kind == termIn
	case class == nil:
		return true
	case t.kind == termIn:
		return slices.Contains(class.ops, "=")
	}
	return t.kind == termNull || t.kind == termNotNull || class.has(t)
}

// reads returns the columns that the key is made of.
func (k ikey) reads(x *index) []string {
	if k.col != nil {
		return []string{k.col.Name}
	}
	for _, i := range x.source.Keys {
		if i.Expr != "" && (k.text == "?"+i.Expr || x.table.expression(i.Expr) == k.text) {
			return i.Reads
		}
	}
	return nil
}

// mayImply reports whether the predicate p could follow from what the query
// says, if its parameters have the right values.
func (s *mentions) mayImply(p *term) bool {
	if implied(p, s.terms) {
		return true
	}
	for _, t := range s.terms {
		if t.key.text == p.key.text && !t.literal && t.kind != termOther {
			return true
		}
	}
	return p.key.col != nil && s.loose[p.key.col.Name]
}

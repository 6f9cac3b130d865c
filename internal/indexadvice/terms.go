package indexadvice

import (
	"strings"

	"github.com/sqlvet/sqlvet/internal/pgwords"
	"github.com/sqlvet/sqlvet/internal/priors"
	"github.com/sqlvet/sqlvet/internal/sqlmodel"
)

// termKind is what a condition asks of a key.
type termKind uint8

const (
	termOther   termKind = iota // no index can answer it
	termEq                      // key = one value
	termIn                      // key = one of several values
	termRange                   // key < value, BETWEEN
	termPrefix                  // key LIKE 'x%'
	termNull                    // key IS NULL
	termNotNull                 // key IS NOT NULL
	termNe                      // key <> value
	termPattern                 // trigrams: ILIKE, LIKE '%x%', ~
	termContain                 // @>, ?, &&, @@ and the like: see op
)

// A term is a condition on one relation whose other side is known before the
// relation is read.
type term struct {
	kind termKind
	key  key
	op   string // "<", "@>", …
	// values are the literals, known if all of them are literals of the text.
	values  []string
	literal bool
	// canon is the canonical text, by which conditions are compared; "" if
	// the condition cannot be a part of an index's predicate. where is how
	// the query spells it.
	canon string
	// share is the estimated share of rows that satisfy it.
	share float64
	outer bool // the other side is a column of a block around
	// pattern is set for LIKE, ILIKE and regular expressions.
	pattern bool
	// optional is set for $1 IS NULL OR key = $1.
	optional bool
	// sometimes is set if the call that sends the statement sends others
	// without the condition.
	sometimes bool
	// row holds the keys of the row comparison that the term stands for.
	row []key
	// at is the condition's place in the statement's text; empty for what the
	// text does not hold.
	at sqlmodel.Range
}

// An orTerm is a disjunction all arms of which are about one relation.
type orTerm struct {
	arms [][]*term // each arm a conjunction
}

// indexable reports whether an ordered index on the term's key narrows what is
// read.
func (t *term) indexable() bool {
	switch t.kind {
	case termEq, termIn, termRange, termPrefix, termNull, termNotNull:
		return true
	}
	return false
}

// fixes reports whether the term leaves one value of its key.
func (t *term) fixes() bool { return t.kind == termEq || t.kind == termNull }

// comparison is a leaf condition in the level where it stands.
type comparison struct {
	b     *block
	level *sqlmodel.Level
	p     *sqlmodel.Predicate
}

// terms returns what the leaf asks of one relation. ok is false if the leaf is
// none that concerns one relation alone; then it may be an edge.
func (c comparison) terms() (r *rel, out []*term, ok bool) {
	r, out, ok = c.take()
	for _, t := range out {
		t.at = c.p.Range
	}
	return r, out, ok
}

func (c comparison) take() (r *rel, out []*term, ok bool) {
	p := c.p
	switch p.Op {
	case sqlmodel.OpEq, sqlmodel.OpLt, sqlmodel.OpLe, sqlmodel.OpGt, sqlmodel.OpGe, sqlmodel.OpNe:
		return c.compare()
	case sqlmodel.OpIn, sqlmodel.OpNotIn:
		return c.in()
	case sqlmodel.OpBetween:
		return c.between()
	case sqlmodel.OpIsNull, sqlmodel.OpIsNotNull:
		return c.null()
	case sqlmodel.OpBool:
		return c.call()
	case sqlmodel.OpLike, sqlmodel.OpILike, sqlmodel.OpRegex:
		return c.pattern()
	case sqlmodel.OpOther:
		return c.other()
	}
	return c.opaque(p.Left, p.Right)
}

// given reports whether e is known before any relation of the block is read,
// and whether it comes from a block around.
func (c comparison) given(e *sqlmodel.Expr) (given, outer bool) {
	u := c.b.use(c.level, e)
	return len(u.rels) == 0 && !u.unknown && !u.volatile, u.outer
}

// literals returns the values of constants that are compared with what has the
// type typ, "" if that is not known; ok is false if one is none. A parameter
// that the program binds to constants has the values of all of them.
func (a *analysis) literals(typ string, list ...*sqlmodel.Expr) (values []string, ok bool) {
	for _, e := range list {
		for e != nil && e.Kind == sqlmodel.ExprCast && len(e.Args) == 1 {
			if priors.IsTime(priors.CanonicalType(e.Name)) && e.Args[0].ConstKind == sqlmodel.ConstString && timeWord(e.Args[0].Const) {
				return nil, false
			}
			e = e.Args[0]
		}
		switch {
		case e == nil || e.Hole:
			return nil, false
		case e.Kind == sqlmodel.ExprParam && len(a.bound.Values(e.Number)) > 0:
			for _, v := range a.bound.Values(e.Number) {
				values = append(values, a.literal(typ, v))
			}
		case e.Kind != sqlmodel.ExprConst || e.ConstKind == sqlmodel.ConstNull:
			return nil, false
		default:
			values = append(values, constant(e))
		}
	}
	return values, len(values) > 0
}

// literal writes a text as a constant of a type.
func (a *analysis) literal(typ, text string) string {
	kind := sqlmodel.ConstString
	if base := a.cat.BaseType(typ); base == "boolean" || priors.IsNumber(base) {
		kind = sqlmodel.ConstInt
	}
	return constant(&sqlmodel.Expr{Kind: sqlmodel.ExprConst, ConstKind: kind, Const: text})
}

// opaque places a condition that no index answers.
func (c comparison) opaque(list ...*sqlmodel.Expr) (*rel, []*term, bool) {
	var r *rel
	for _, e := range list {
		if e == nil {
			continue
		}
		u := c.b.use(c.level, e)
		if u.unknown || len(u.rels) > 1 {
			return nil, nil, false
		}
		for x := range u.rels {
			if r != nil && r != x {
				return nil, nil, false
			}
			r = x
		}
	}
	if r == nil {
		return nil, nil, false
	}
	return r, []*term{{kind: termOther, share: 1.0 / 3}}, true
}

var mirrored = map[sqlmodel.Op]string{
	sqlmodel.OpEq: "=", sqlmodel.OpNe: "<>", sqlmodel.OpLt: ">", sqlmodel.OpLe: ">=", sqlmodel.OpGt: "<", sqlmodel.OpGe: "<=",
}

var straight = map[sqlmodel.Op]string{
	sqlmodel.OpEq: "=", sqlmodel.OpNe: "<>", sqlmodel.OpLt: "<", sqlmodel.OpLe: "<=", sqlmodel.OpGt: ">", sqlmodel.OpGe: ">=",
}

// compare is for = <> < <= > >=.
func (c comparison) compare() (*rel, []*term, bool) {
	p := c.p
	if p.Right == nil || p.Negated {
		return c.opaque(p.Left)
	}
	if p.Left.Kind == sqlmodel.ExprRow && p.Right.Kind == sqlmodel.ExprRow && len(p.Left.Args) == len(p.Right.Args) {
		return c.rows()
	}
	if ok, outer := c.given(p.Right); ok {
		if s, is := c.b.side(c.level, p.Left); is {
			return c.against(s, straight[p.Op], outer, p.Right)
		}
	}
	if ok, outer := c.given(p.Left); ok {
		if s, is := c.b.side(c.level, p.Right); is {
			return c.against(s, mirrored[p.Op], outer, p.Left)
		}
	}
	return c.opaque(p.Left, p.Right)
}

// against makes the term s op value.
func (c comparison) against(s side, op string, outer bool, value *sqlmodel.Expr) (*rel, []*term, bool) {
	if s.rel.table != nil && s.key.typ != "" && !s.rel.table.cat.btree(s.key.typ) && op != "=" && op != "<>" {
		return c.opaque(c.p.Left, c.p.Right)
	}
	values, literal := c.b.a.literals(s.key.typ, value)
	if base := baseTypeOf(s); base == "boolean" && (op == "=" || op == "<>") && literal && len(values) == 1 && (values[0] == "true" || values[0] == "false") {
		return s.rel, []*term{s.flag((values[0] == "true") == (op == "="))}, true
	}
	t := &term{key: s.key, op: op, outer: outer}
	if c.coerced(s, value) {
		t.kind, t.share = termOther, 1.0/3
		return s.rel, []*term{t}, true
	}
	t.values, t.literal = values, literal && (len(values) == 1 || op == "=")
	switch op {
	case "=":
		t.kind = termEq
	case "<>":
		t.kind = termNe
	default:
		t.kind = termRange
	}
	switch {
	case op == "=":
		t.spell()
	case t.literal:
		t.canon = s.key.text + " " + op + " " + t.values[0]
	}
	t.share = s.share(t)
	if t.kind == termRange && clocked(value) && s.rel.table != nil && s.key.col != nil {
		t.share = s.rel.table.known.Share(s.key.col, priors.Ask{Op: c.clockAsk(op, value)})
	}
	return s.rel, []*term{t}, true
}

// clockAsk says on which side of a time that is computed from the clock a
// comparison asks for rows.
func (c comparison) clockAsk(op string, value *sqlmodel.Expr) priors.Op {
	switch {
	case op[0] == '<' && c.level.Kind == sqlmodel.Delete:
		return priors.Purged
	case op[0] == '<':
		return priors.Past
	case value.Kind == sqlmodel.ExprOp:
		return priors.Recent // now() - interval '1 day'
	}
	return priors.Upcoming
}

// clocked reports whether e is computed from the time of the clock.
func clocked(e *sqlmodel.Expr) bool {
	found := false
	walk(e, func(x *sqlmodel.Expr) {
		found = found || x.Kind == sqlmodel.ExprFunc && pgwords.Clock(x.Name)
	})
	return found
}

func baseTypeOf(s side) string {
	if s.rel.table == nil {
		return ""
	}
	return s.rel.table.cat.BaseType(s.key.typ)
}

// rows takes a comparison of rows apart.
func (c comparison) rows() (*rel, []*term, bool) {
	var r *rel
	var keys []key
	var out []*term
	for i, e := range c.p.Left.Args {
		given, outer := c.given(c.p.Right.Args[i])
		s, is := c.b.side(c.level, e)
		if !given || !is || r != nil && s.rel != r || s.rel.table == nil {
			return c.opaque(c.p.Left, c.p.Right)
		}
		r = s.rel
		keys = append(keys, s.key)
		if c.p.Op == sqlmodel.OpEq {
			t := &term{kind: termEq, op: "=", key: s.key, outer: outer}
			t.share = s.share(t)
			out = append(out, t)
		}
	}
	switch c.p.Op {
	case sqlmodel.OpEq:
		return r, out, true
	case sqlmodel.OpNe:
		return c.opaque(c.p.Left)
	}
	t := &term{kind: termRange, op: straight[c.p.Op], key: keys[0], row: keys, share: priors.ShareRange}
	return r, []*term{t}, true
}

// in is for IN (…) and = ANY (…); NOT IN and <> ALL are beyond an index.
func (c comparison) in() (*rel, []*term, bool) {
	p := c.p
	values := p.List
	if p.Right != nil {
		values = []*sqlmodel.Expr{p.Right}
	}
	s, is := c.b.side(c.level, p.Left)
	if !is || p.Op == sqlmodel.OpNotIn || p.Negated {
		return c.opaque(append([]*sqlmodel.Expr{p.Left}, values...)...)
	}
	t := &term{kind: termIn, op: "in", key: s.key}
	for _, v := range values {
		given, outer := c.given(v)
		if !given {
			return c.opaque(append([]*sqlmodel.Expr{p.Left}, values...)...)
		}
		t.outer = t.outer || outer
	}
	if p.Right != nil && p.Right.Kind == sqlmodel.ExprArray {
		values = p.Right.Args
	}
	t.values, t.literal = c.b.a.literals(s.key.typ, values...)
	if p.Right != nil && p.Right.Kind != sqlmodel.ExprArray {
		t.values, t.literal = nil, false
	}
	if len(values) == 1 && p.Right == nil {
		t.kind, t.op = termEq, "="
	}
	t.spell()
	t.share = s.share(t)
	return s.rel, []*term{t}, true
}

// spell sets the canonical text of an equality with literals.
func (t *term) spell() {
	switch {
	case !t.literal:
	case t.kind == termEq && len(t.values) == 1:
		t.canon = t.key.text + " = " + t.values[0]
	default:
		t.canon = t.key.text + " IN (" + strings.Join(t.values, ", ") + ")"
	}
}

func (c comparison) between() (*rel, []*term, bool) {
	p := c.p
	s, is := c.b.side(c.level, p.Left)
	low, o1 := c.given(p.Right)
	high, o2 := c.given(p.High)
	if !is || p.Negated || !low && !high || s.rel.table != nil && s.key.typ != "" && !s.rel.table.cat.btree(s.key.typ) {
		return c.opaque(p.Left, p.Right, p.High)
	}
	t := &term{kind: termRange, op: "between", key: s.key, outer: o1 || o2, share: priors.ShareRange}
	return s.rel, []*term{t}, true
}

func (c comparison) null() (*rel, []*term, bool) {
	s, is := c.b.side(c.level, c.p.Left)
	if !is || c.p.Negated {
		return c.opaque(c.p.Left)
	}
	t := &term{kind: termNull, key: s.key, literal: true, canon: s.key.text + " IS NULL", share: priors.ShareOther}
	if s.rel.table != nil && s.key.col != nil {
		t.share = s.rel.table.known.Nulls(s.key.col)
	}
	if c.p.Op == sqlmodel.OpIsNotNull {
		t.kind, t.canon, t.share = termNotNull, s.key.text+" IS NOT NULL", 1-t.share
	}
	return s.rel, []*term{t}, true
}

// flag is for a bare boolean.
func (c comparison) flag(e *sqlmodel.Expr, value bool) (*rel, []*term, bool) {
	s, is := c.b.side(c.level, e)
	if !is || s.key.col == nil {
		if is && s.rel.table != nil {
			text := s.key.text
			if !value {
				text = "NOT (" + text + ")"
			}
			return s.rel, []*term{{kind: termOther, canon: text, literal: true, share: 1.0 / 3}}, true
		}
		return c.opaque(e)
	}
	return s.rel, []*term{s.flag(value)}, true
}

// flag is the term of a boolean column.
func (s side) flag(value bool) *term {
	t := &term{kind: termEq, op: "=", key: s.key, literal: true, values: []string{"false"}, canon: "NOT " + s.key.text, share: priors.ShareFlag}
	if value {
		t.canon, t.values[0] = s.key.text, "true"
	}
	if s.rel.table != nil && s.key.col != nil {
		t.share = s.rel.table.known.Share(s.key.col, priors.Ask{Values: t.values, Count: 1})
	}
	return t
}

// share estimates the share of rows that satisfy t.
func (s side) share(t *term) float64 {
	if s.rel.table == nil {
		return 0.1
	}
	known, col := s.rel.table.known, s.key.col
	count := 1.0
	if t.kind == termIn {
		count = 10
		if t.literal {
			count = float64(len(t.values))
		}
	}
	if col == nil {
		n, _ := s.rel.table.distinctOf(s.key)
		switch t.kind {
		case termEq:
			return 1 / n
		case termIn:
			return min(4/n, 1)
		}
		return priors.ShareNumber
	}
	switch t.kind {
	case termEq, termIn:
		ask := priors.Ask{Count: count}
		if t.literal {
			ask.Values = t.values
		}
		return known.Share(col, ask)
	case termNe:
		return 0.9
	case termRange:
		return known.Share(col, priors.Ask{Op: priors.Between})
	}
	return 1.0 / 3
}

// strict reports whether the term cannot hold for a null key, so that the
// planner knows the key IS NOT NULL.
func (t *term) strict() bool {
	switch t.kind {
	case termEq, termIn, termRange, termPrefix, termNe, termPattern, termContain, termNotNull:
		return true
	}
	return false
}

package indexadvice

import (
	"slices"
	"strconv"
	"strings"

	"github.com/sqlvet/sqlvet/internal/schema"
	"github.com/sqlvet/sqlvet/internal/sqlscan"
)

// An index is one that the schema has, or one that may be worth having.
type index struct {
	table   *table
	method  string
	keys    []ikey
	include []string
	pred    []*term
	unique  bool
	source  *schema.Index // nil for a candidate
	parts   bool          // it is the partitions' own, one each
	// free is how many leading keys could stand in any order: all are
	// compared by equality.
	free int
	rule rule
	// optional is set if a key answers only conditions that a parameter can
	// switch off.
	optional bool
}

type ikey struct {
	key
	desc, nullsFirst bool
	opclass          string
}

// existing converts an index of the schema; nil if it can serve no query that
// is understood.
func (t *table) existing(i *schema.Index) *index {
	if i.Invalid {
		return nil
	}
	x := &index{table: t, method: i.Method, include: i.Include, unique: i.Unique, source: i}
	if x.method == "" {
		x.method = "btree"
	}
	for _, k := range i.Keys {
		n := ikey{desc: k.Desc, nullsFirst: k.Nulls == "first" || k.Nulls == "" && k.Desc, opclass: k.Opclass}
		if k.Column != "" {
			n.col = t.Column(k.Column)
			n.text = schema.Quote(k.Column)
			if n.col != nil {
				n.typ = n.col.Type
			}
		} else {
			n.expr = true
			if n.text = t.expression(k.Expr); n.text == "" {
				n.text = "?" + k.Expr // equal to nothing
			}
		}
		x.keys = append(x.keys, n)
	}
	if i.Predicate != "" {
		terms, ok := t.condition(i.Predicate)
		if !ok {
			return nil
		}
		x.pred = terms
	}
	return x
}

// signature tells indexes apart.
func (x *index) signature() string {
	var b strings.Builder
	b.WriteString(x.table.String() + " " + x.method)
	for _, k := range x.keys {
		b.WriteString("," + k.String())
	}
	b.WriteString(" include " + strings.Join(x.include, ","))
	b.WriteString(" where " + x.where())
	return b.String()
}

// String writes the key as in CREATE INDEX.
func (k ikey) String() string {
	s := k.text
	if k.expr && !strings.HasSuffix(s, ")") || k.expr && !isCall(s) {
		s = "(" + s + ")"
	}
	if k.opclass != "" {
		s += " " + k.opclass
	}
	if k.desc {
		s += " DESC"
	}
	if k.nullsFirst != k.desc {
		s += map[bool]string{true: " NULLS FIRST", false: " NULLS LAST"}[k.nullsFirst]
	}
	return s
}

// isCall reports whether an expression is nothing but a function call, which
// needs no brackets of its own.
func isCall(s string) bool {
	open := strings.IndexByte(s, '(')
	if open <= 0 || strings.ContainsAny(s[:open], " :'") {
		return false
	}
	return sqlscan.Enclosed(s[open:])
}

// where is the index's predicate.
func (x *index) where() string {
	var out []string
	for _, t := range x.pred {
		out = append(out, t.canon)
	}
	return strings.Join(out, " AND ")
}

// A match is how far an index serves the conditions on a relation.
type match struct {
	usable bool
	bound  int // keys that conditions bound
	// read is the share of the table's rows that is read through the index.
	read float64
	// fixed holds the keys with one value.
	fixed []string
	many  bool // a bound key has several values: no order
	after int  // the first key behind those that are fixed
}

// match says how x serves the terms. It is usable if the terms imply its
// predicate.
func (x *index) match(terms []*term) match {
	m := match{read: 1}
	for _, p := range x.pred {
		if !implied(p, terms) {
			return m
		}
		m.read *= p.share
	}
	m.usable = true
	for _, t := range terms {
		if t.fixes() && !t.optional {
			m.fixed = append(m.fixed, t.key.text)
		}
	}
	switch x.method {
	case "btree":
		x.matchOrdered(terms, &m)
	case "hash":
		for _, t := range terms {
			if t.kind == termEq && t.key.text == x.keys[0].text {
				m.bound, m.read = 1, m.read*t.share
				break
			}
		}
		m.after = len(x.keys)
	default:
		x.matchContained(terms, &m)
	}
	return m
}

// matchOrdered walks the keys of a B-tree.
func (x *index) matchOrdered(terms []*term, m *match) {
	for _, k := range x.keys {
		eq, ranges := bounds(k, terms)
		if eq == nil && len(ranges) == 0 {
			break
		}
		m.bound++
		if eq != nil {
			if !x.predicateHas(eq) {
				m.read *= eq.share
			}
			m.many = m.many || eq.kind == termIn
			if !m.many {
				m.after = m.bound
			}
			continue
		}
		for i, t := range ranges {
			if !x.predicateHas(t) && !closes(ranges[:i], t) {
				m.read *= t.share
			}
		}
		break
	}
}

// predicateHas reports whether the predicate of x holds t already.
func (x *index) predicateHas(t *term) bool {
	for _, p := range x.pred {
		if p.canon == t.canon && t.canon != "" {
			return true
		}
	}
	return false
}

// bounds returns what terms ask of the key k: one equality, or ranges.
func bounds(k ikey, terms []*term) (eq *term, ranges []*term) {
	pattern := strings.HasSuffix(k.opclass, "_pattern_ops")
	lower, upper := false, false
	for _, t := range terms {
		if t.key.text != k.text {
			continue
		}
		switch t.kind {
		case termEq, termNull:
			if eq == nil || eq.kind == termIn || t.share < eq.share {
				eq = t
			}
		case termIn:
			if eq == nil {
				eq = t
			}
		case termRange:
			if pattern {
				continue
			}
			// Two bounds of one kind are one.
			up := strings.HasPrefix(t.op, "<") || t.op == "between"
			down := strings.HasPrefix(t.op, ">") || t.op == "between"
			if up && !upper || down && !lower {
				ranges = append(ranges, t)
			}
			upper, lower = upper || up, lower || down
		case termPrefix:
			if pattern || k.collatesC() {
				ranges = append(ranges, t)
			}
		case termNotNull:
			if len(ranges) == 0 && t.share < 0.5 {
				ranges = append(ranges, t)
			}
		}
	}
	return eq, ranges
}

func (k ikey) collatesC() bool {
	return k.col != nil && (k.col.Collation == "C" || k.col.Collation == "POSIX" || k.col.Collation == "ucs_basic")
}

// matchContained is for GIN, GiST and the like: every key is looked for by
// itself.
func (x *index) matchContained(terms []*term, m *match) {
	for _, k := range x.keys {
		for _, t := range terms {
			if t.key.text != k.text || !x.holds(k, t) {
				continue
			}
			m.bound++
			m.read *= t.share
			break
		}
	}
	m.after = len(x.keys)
	m.many = true
}

// holds reports whether the key's operator class has the operator of t.
func (x *index) holds(k ikey, t *term) bool {
	class := x.class(k)
	if class == nil {
		return t.kind == termContain && !strings.HasSuffix(t.op, "()") && !strings.Contains(k.opclass, "trgm_ops")
	}
	switch t.kind {
	case termEq, termRange:
		return class.typ != "text" && class.has(t) // for what trigrams find of it there are better indexes
	case termContain, termPattern, termPrefix:
		return class.has(t)
	}
	return false
}

// has reports whether the class is known and has what t asks.
func (class *opclass) has(t *term) bool {
	if class == nil {
		return false
	}
	if strings.HasSuffix(t.op, "()") {
		return class.method != "gin" && class.method != "btree" && class.method != "hash" // which operator it is, the function knows
	}
	return slices.Contains(class.ops, t.operator())
}

// serves reports whether reading x in its order, either way, gives the rows in
// the order of keys.
func (x *index) serves(m match, keys []sortKey) bool {
	return len(keys) > 0 && x.presorted(m, keys) == len(keys)
}

// presorted returns by how many of keys, from the first on, the rows are sorted
// that are read in the order of x, either way.
func (x *index) presorted(m match, keys []sortKey) int {
	if x.method != "btree" || m.many {
		return 0
	}
	j := min(m.after, len(x.keys))
	direction := 0
	matched := false
	for i, s := range keys {
		if slices.Contains(m.fixed, s.key.text) {
			continue
		}
		for j < len(x.keys) && x.keys[j].text != s.key.text && slices.Contains(m.fixed, x.keys[j].text) {
			j++
		}
		if j >= len(x.keys) || x.keys[j].text != s.key.text {
			if matched && x.uniqueThrough(j) {
				return len(keys)
			}
			return i
		}
		k := x.keys[j]
		d := 1
		if k.desc != s.desc {
			d = -1
		}
		notNull := k.col != nil && k.col.NotNull
		if (k.nullsFirst == s.nullsFirst) != (d == 1) && !notNull || direction != 0 && d != direction {
			return i
		}
		direction, matched = d, true
		j++
	}
	return len(keys)
}

// uniqueThrough reports whether the first n keys are unique.
func (x *index) uniqueThrough(n int) bool {
	return x.unique && len(x.pred) == 0 && n >= len(x.keys)
}

// implied reports whether the conditions terms prove the predicate p, as
// PostgreSQL would see it.
func implied(p *term, terms []*term) bool {
	for _, t := range terms {
		if t.canon != "" && t.canon == p.canon {
			return true
		}
		if t.key.text != p.key.text || t.key.text == "" {
			continue
		}
		switch {
		case p.kind == termNotNull:
			if t.strict() {
				return true
			}
		case p.kind == termNe && t.kind == termEq && !t.literal && !t.optional:
			return true // in each plan for a value, and such a plan is the cheaper one
		case t.kind != termEq && t.kind != termIn && t.kind != termRange || !t.literal || t.optional:
		case p.kind == termEq || p.kind == termIn:
			if (t.kind == termEq || t.kind == termIn) && subset(t.values, p.values) {
				return true
			}
		case p.kind == termNe && p.literal:
			if (t.kind == termEq || t.kind == termIn) && !subset(p.values, t.values) {
				return true
			}
		case p.kind == termRange && p.literal && len(p.values) == 1:
			if narrower(t, p) {
				return true
			}
		}
	}
	return false
}

func subset(a, b []string) bool {
	for _, x := range a {
		found := false
		for _, y := range b {
			found = found || x == y
		}
		if !found {
			return false
		}
	}
	return len(a) > 0
}

// narrower reports whether the range or equality t lies in the range p.
func narrower(t, p *term) bool {
	if len(t.values) != 1 {
		return false
	}
	a, err1 := strconv.ParseFloat(t.values[0], 64)
	b, err2 := strconv.ParseFloat(p.values[0], 64)
	if err1 != nil || err2 != nil {
		return false
	}
	switch {
	case t.kind == termEq:
		switch p.op {
		case ">":
			return a > b
		case ">=":
			return a >= b
		case "<":
			return a < b
		case "<=":
			return a <= b
		}
		return false
	case t.kind != termRange || t.op[:1] != p.op[:1]:
		return false
	case a == b:
		return t.op == p.op || len(t.op) == 1
	}
	return (a > b) == (p.op[0] == '>')
}

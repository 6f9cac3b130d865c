package indexadvice

import (
	"regexp"
	"slices"

	"github.com/sqlvet/sqlvet/internal/priors"
)

// A rule says why an index is suggested.
type rule uint8

const (
	ruleEquality rule = iota
	ruleOrder         // equality, then the order that LIMIT reads in
	ruleQueue         // a literal condition that few rows satisfy
	ruleJoin
	ruleForeignKey
	ruleExpression
	ruleContain
	ruleTop   // the order alone
	ruleRange // a range alone
	ruleArm   // an arm of OR
	rulePrimary
	ruleTrigram
	ruleDistinct
	ruleLow // columns with few values, compared with parameters
)

// confidence is how sure a rule is, in percent, before what the workload says.
var confidence = map[rule]int{
	ruleEquality: 80, ruleOrder: 80, ruleQueue: 80, ruleJoin: 72, ruleForeignKey: 80, ruleExpression: 72, ruleContain: 72,
	ruleTop: 62, ruleRange: 60, ruleArm: 65, rulePrimary: 60, ruleTrigram: 60, ruleDistinct: 60,
	ruleLow: 50,
}

// A candidate is one index, or several that help only together.
type candidate []*index

const (
	maxKeys     = 5
	maxEquals   = 3
	enoughRows  = 50   // with so few rows left a partial index saves nothing
	rareShare   = 0.1  // a literal condition worth a partial index
	lowShare    = 0.15 // columns with few values worth an index of their own
	narrowShare = 0.2  // a range worth an index of its own
)

// candidates returns the indexes that could serve the reading of r.
func (r *rel) candidates() []candidate {
	if r.table == nil || r.table.known.Small() || r.table.Uncertain || r.once() {
		return nil
	}
	var out []candidate
	add := func(xs ...*index) {
		for _, x := range xs {
			if x != nil {
				out = append(out, candidate{x})
			}
		}
	}
	p := r.parts(r.terms)
	add(p.ordered(r.wanted(p))...)
	plain := slices.Concat(p.filtered(), r.contained(), r.joins(p))
	add(plain...)
	add(r.covering(plain)...)
	for _, o := range r.ors {
		if c := r.arms(o); c != nil {
			out = append(out, c)
		}
	}
	return out
}

// once reports whether a unique index finds the rows one by one already, or
// would if the query wrote its condition as the index has it: lower(b) and not
// b.
func (r *rel) once() bool {
	for _, x := range r.table.indexes {
		if !x.unique || len(x.keys) == 0 {
			continue
		}
		m := x.match(r.terms)
		all, first := m.usable, r.given(x.keys[0].text)
		for _, k := range x.keys {
			all = all && (r.given(k.text) || r.listed(k.text) || first && r.disguised(k))
		}
		if all {
			return true
		}
	}
	return false
}

// listed reports whether a condition lists the values of the key.
func (r *rel) listed(text string) bool {
	return slices.ContainsFunc(r.terms, func(t *term) bool { return t.kind == termIn && !t.optional && t.key.text == text })
}

// disguised reports whether an equality asks for the column of the key k in
// another form: as it is where the key is an expression, or the other way
// round.
func (r *rel) disguised(k ikey) bool {
	return slices.ContainsFunc(r.terms, func(t *term) bool {
		if t.kind != termEq || t.optional || t.key.expr == k.expr {
			return false
		}
		expr, col := t.key.text, k.text
		if k.expr {
			expr, col = k.text, t.key.text
		}
		return slices.Contains(words.FindAllString(expr, -1), col)
	})
}

// words are the names in an expression.
var words = regexp.MustCompile(`"[^"]*"|[a-z_][a-z0-9_$]*`)

// given reports whether a condition leaves one value of the key.
func (r *rel) given(text string) bool {
	for _, t := range r.terms {
		if t.kind == termEq && !t.optional && t.key.text == text {
			return true
		}
	}
	return false
}

// parts are the conditions of a relation by what an index does with them.
type parts struct {
	r      *rel
	equal  []*term // the most selective first
	many   []*term // IN
	low    []*term // equality of a column with few values with a parameter
	rare   []*term // literal conditions that few rows satisfy
	state  []*term // equality of a column with few values with a literal that is not rare
	ranges []*term
	// share is what is left after equal.
	share float64
}

func (r *rel) parts(terms []*term) *parts {
	p := &parts{r: r, share: 1}
	seen := make(map[string]bool)
	for _, t := range terms {
		if t.kind == termOther && t.canon != "" && t.share <= rareShare {
			p.rare = append(p.rare, t)
			continue
		}
		if !t.indexable() || t.key.cast || r.table.vague(t) || !r.table.cat.btree(t.key.typ) {
			continue
		}
		low := r.table.classOfKey(t.key) == priors.Low
		switch {
		case t.kind == termNull || t.kind == termNotNull:
			if t.share <= rareShare && t.canon != "" {
				p.rare = append(p.rare, t)
			}
		case (t.kind == termEq || t.kind == termIn) && low && t.literal:
			if t.share <= rareShare && t.canon != "" {
				p.rare = append(p.rare, t)
			} else if t.key.col != nil && r.table.cat.BaseType(t.key.typ) != "boolean" {
				p.state = append(p.state, t)
			}
		case t.kind == termEq && low:
			p.low = append(p.low, t)
		case t.kind == termEq && !seen[t.key.text]:
			seen[t.key.text] = true
			p.equal = append(p.equal, t)
		case t.kind == termIn && !low:
			p.many = append(p.many, t)
		case t.kind == termRange || t.kind == termPrefix:
			p.ranges = append(p.ranges, t)
		}
	}
	p.settle()
	slices.SortStableFunc(p.equal, func(a, b *term) int { return compareShare(a.share, b.share) })
	for i, t := range p.equal {
		if i == maxEquals || i > 0 && r.table.classOfKey(p.equal[i-1].key) == priors.Unique {
			p.equal = p.equal[:i]
			break
		}
		p.share *= t.share
	}
	slices.SortStableFunc(p.ranges, func(a, b *term) int { return r.rangeRank(a) - r.rangeRank(b) })
	return p
}

// settle leaves out the optional conditions if there are others: an index is
// for what every call asks.
func (p *parts) settle() {
	optional := func(t *term) bool { return t.optional || t.sometimes }
	for _, list := range [][]*term{p.equal, p.many, p.ranges, p.rare} {
		if slices.ContainsFunc(list, func(t *term) bool { return !optional(t) }) {
			p.equal = slices.DeleteFunc(p.equal, optional)
			p.many = slices.DeleteFunc(p.many, optional)
			p.low = slices.DeleteFunc(p.low, optional)
			p.ranges = slices.DeleteFunc(p.ranges, optional)
			return
		}
	}
}

func compareShare(a, b float64) int {
	switch {
	case a < b:
		return -1
	case a > b:
		return 1
	}
	return 0
}

// rangeRank orders ranges by how much they are likely to narrow.
func (r *rel) rangeRank(t *term) int {
	switch {
	case len(t.row) > 0:
		return 0
	case priors.IsTime(r.table.cat.BaseType(t.key.typ)):
		if t.op == "between" {
			return 1
		}
		return 2
	case t.kind == termPrefix:
		return 3
	}
	return 4
}

// build makes a B-tree index of parts; nil if it has no key.
func (p *parts) build(rl rule, rare bool, equal []*term, tail ...ikey) *index {
	x := &index{table: p.r.table, method: "btree", rule: rl}
	has := func(text string) bool {
		return slices.ContainsFunc(x.keys, func(k ikey) bool { return k.text == text })
	}
	for _, t := range equal {
		if !has(t.key.text) && !p.r.table.unique(x.keys) {
			x.keys = append(x.keys, ikey{key: t.key})
			x.optional = x.optional || t.optional
		}
	}
	x.free = len(x.keys)
	for _, k := range tail {
		if !has(k.text) && len(x.keys) < maxKeys && !p.r.table.unique(x.keys) {
			x.keys = append(x.keys, k)
		}
	}
	if len(x.keys) == 0 || !rare && p.r.has(x) {
		return nil
	}
	if rare {
		x.pred = p.rare
	}
	for _, k := range x.keys {
		if k.expr && rl == ruleEquality {
			x.rule = ruleExpression
		}
	}
	return x
}

// unique reports whether the keys hold a unique key, behind which no further
// key tells rows apart.
func (t *table) unique(keys []ikey) bool {
	for _, x := range t.indexes {
		if x.unique && len(x.pred) == 0 && within(x.keys, keys) {
			return true
		}
	}
	return false
}

// partial reports whether a partial index is worth it after the equalities.
func (p *parts) partial() bool {
	return len(p.rare) > 0 && p.r.rows*p.share > enoughRows
}

// filtered returns the indexes for the conditions alone.
func (p *parts) filtered() []*index {
	var out []*index
	var rangeKey []ikey
	if len(p.ranges) > 0 {
		rangeKey = p.rangeKeys(p.ranges[0])
	}
	rl := ruleEquality
	if p.partial() {
		rl = ruleQueue
	}
	switch {
	case len(p.equal) > 0:
		out = append(out, p.build(rl, p.partial(), p.equal))
		if len(rangeKey) > 0 {
			out = append(out, p.build(rl, p.partial(), p.equal, rangeKey...))
		}
		if len(p.many) > 0 {
			out = append(out, p.build(rl, p.partial(), p.equal, ikey{key: p.many[0].key}))
		}
		if len(p.equal) > 1 {
			// The first alone may do as well, and serve others.
			first := *p
			first.equal = p.equal[:1]
			out = append(out, first.build(rl, p.partial(), first.equal))
		}
	case len(p.many) > 0:
		out = append(out, p.build(rl, p.partial(), p.many[:1]))
		if len(rangeKey) > 0 {
			out = append(out, p.build(rl, p.partial(), p.many[:1], rangeKey...))
		}
	case len(p.low) > 0 && len(rangeKey) > 0:
		out = append(out, p.build(ruleRange, p.partial(), p.low[:1], rangeKey...))
	case len(p.state) > 0 && len(rangeKey) > 0:
		out = append(out, p.build(ruleRange, p.partial(), p.state[:1], rangeKey...))
	case len(rangeKey) > 0 && p.partial():
		out = append(out, p.build(ruleQueue, true, nil, rangeKey...))
	case len(rangeKey) > 0 && p.ranges[0].share <= narrowShare && (p.ranges[0].kind == termPrefix || !priors.IsText(p.r.table.cat.BaseType(p.ranges[0].key.typ))):
		out = append(out, p.build(ruleRange, false, nil, rangeKey...))
	case len(p.rare) > 0:
		out = append(out, p.build(rulePrimary, true, nil, p.keyOfRare()...))
	case len(p.low) > 0:
		share := 1.0
		for _, t := range p.low[:min(len(p.low), maxEquals)] {
			share *= t.share
		}
		if share <= lowShare {
			out = append(out, p.build(ruleLow, false, p.low[:min(len(p.low), maxEquals)]))
		}
	}
	return out
}

// keyOfRare is the key of an index whose predicate is all that is asked: the
// column of IS NOT NULL, else the primary key.
func (p *parts) keyOfRare() []ikey {
	for _, t := range p.rare {
		if t.kind == termNotNull && t.key.col != nil {
			return []ikey{{key: t.key}}
		}
	}
	for _, x := range p.r.table.indexes {
		if x.source != nil && x.source.Primary && len(x.keys) > 0 {
			return []ikey{{key: x.keys[0].key}}
		}
	}
	return nil
}

// rangeKeys is the key of a range: the columns of a row comparison, with the
// operator class of a pattern.
func (p *parts) rangeKeys(t *term) []ikey {
	var out []ikey
	for _, k := range t.row {
		out = append(out, ikey{key: k})
	}
	if len(out) > 0 {
		return out
	}
	k := ikey{key: t.key}
	if t.kind == termPrefix && !k.collatesC() {
		switch p.r.table.cat.BaseType(t.key.typ) {
		case "varchar":
			k.opclass = "varchar_pattern_ops"
		case "char":
			k.opclass = "bpchar_pattern_ops"
		default:
			k.opclass = "text_pattern_ops"
		}
	}
	return []ikey{k}
}

// wanted returns the keys that give the block's order after the equalities of
// p, nil if r's order is not asked for.
func (r *rel) wanted(p *parts) []ikey {
	b := r.block
	if len(b.sort) == 0 || b.sort[0].rel != r {
		return nil
	}
	for _, o := range b.rels {
		if o != r && !o.nullable && o.selective() {
			return nil // the other relation decides what is read
		}
	}
	var keys []ikey
	for _, s := range b.sort {
		if r.given(s.key.text) {
			continue
		}
		if !r.table.cat.btree(s.key.typ) {
			return nil
		}
		keys = append(keys, ikey{key: s.key, desc: s.desc, nullsFirst: s.nullsFirst})
	}
	return canonicalOrder(keys)
}

// selectiveShare is the share of rows by which a relation decides what a join
// reads.
const selectiveShare = 0.02

// selective reports whether r has an equality that few rows satisfy.
func (r *rel) selective() bool {
	if r.table == nil {
		return r.rows <= defaultRows
	}
	for _, t := range r.terms {
		if (t.kind == termEq || t.kind == termIn) && t.share <= selectiveShare {
			return true
		}
	}
	return false
}

// canonicalOrder turns keys round if that saves the directions: an index is
// read both ways.
func canonicalOrder(keys []ikey) []ikey {
	if len(keys) == 0 {
		return nil
	}
	plain := func(k ikey) bool { return k.nullsFirst == k.desc || k.col != nil && k.col.NotNull }
	flip := keys[0].desc
	for _, k := range keys {
		flip = flip && plain(k) // NULLS stands as the query writes it
	}
	out := slices.Clone(keys)
	for i := range out {
		k := &out[i]
		if flip {
			k.desc, k.nullsFirst = !k.desc, !k.nullsFirst
		}
		if k.col != nil && k.col.NotNull {
			k.nullsFirst = k.desc
		}
	}
	return out
}

// fewFound reports whether an index of the schema finds no more than few rows by the
// equalities among the terms that none which is new is worth its writes: to
// narrow or to sort what is left costs nothing. How much a range leaves is not
// known that well.
func (r *rel) fewFound(terms []*term, few float64) bool {
	return slices.ContainsFunc(r.table.indexes, func(x *index) bool {
		if x.method != "btree" && x.method != "hash" || !x.match(terms).usable {
			return false
		}
		share := x.share()
		for i, k := range x.keys {
			eq, _ := bounds(k, terms)
			if eq == nil || eq.optional {
				return i > 0 && r.rows*share <= few
			}
			if k.col == nil && len(x.pred) == 0 {
				return true // Have: who made an index of an expression knows that it finds few, and nobody else does.
			}
			if s := eq.share; eq.literal {
				share *= s
			} else {
				n, _ := r.table.distinctOf(k.key)
				share *= max(s, 1/n) // of a join it is what the other side lets through
			}
		}
		return r.rows*share <= few
	})
}

// ordered returns the indexes that give the order keys.
func (p *parts) ordered(keys []ikey) []*index {
	if len(keys) == 0 {
		return nil
	}
	b := p.r.block
	rl := ruleOrder
	switch {
	case b.distinctOn:
		rl = ruleDistinct
		if len(p.equal) > 2 {
			return nil
		}
	case len(p.rare) > 0:
		rl = ruleQueue
	case len(p.equal) == 0 && len(p.low) == 0:
		rl = ruleTop
	}
	prefix := append(slices.Clip(p.equal), p.low...)
	if len(prefix) > maxEquals {
		prefix = prefix[:maxEquals]
	}
	out := []*index{p.build(rl, len(p.rare) > 0, prefix, keys...)}
	if len(p.equal) > 1 {
		out = append(out, p.build(rl, len(p.rare) > 0, p.equal[:1], keys...))
	}
	if len(p.state) > 0 && p.state[0].kind == termEq && len(prefix) < maxEquals && !b.distinctOn {
		out = append(out, p.build(ruleOrder, len(p.rare) > 0, append(slices.Clip(prefix), p.state[0]), keys...))
	}
	return out
}

package indexadvice

import (
	"slices"

	"github.com/sqlvet/sqlvet/internal/schema"
	"github.com/sqlvet/sqlvet/internal/sqlmodel"
)

// A Use is a statement that an index serves.
type Use struct {
	Statement int     // number in the list given to Advise
	Saves     float64 // share of its cost, 0 to 1
	// Conditions are the places in the statement's text of what the index
	// answers, in the order of its keys, Order those of the sort keys that it
	// saves sorting by.
	Conditions []sqlmodel.Range
	Order      []Sorted
	OrderedBy  OrderedBy
	// Backward is set if the index gives the order when it is read from its
	// end.
	Backward bool
	// ForeignKey is set if not the statement itself is served but the check
	// or cascade that PostgreSQL runs for it: Key is that of the index's table.
	ForeignKey bool
	Key        *schema.ForeignKey
	// With lists the other suggestions without which the index does not help:
	// each arm of an OR needs one.
	With []*Suggestion
}

// A Sorted is a sort key: its expression's place in the text, and its
// direction. Nulls is "first" or "last" where that is not the direction's own,
// else "".
type Sorted struct {
	sqlmodel.Range
	Desc  bool
	Nulls string
}

// OrderedBy says what asks for an order.
type OrderedBy uint8

const (
	ByOrder    OrderedBy = iota // ORDER BY
	ByDistinct                  // DISTINCT ON
	ByMinMax                    // min(x) or max(x), which are the sort keys then
)

// answered returns what x answers in the query: the places of the conditions
// and of the sort keys.
func (q *query) answered(x *index) (u Use) {
	for _, b := range q.blocks {
		for _, r := range b.rels {
			if r.table != x.table || !r.usable(x) {
				continue
			}
			u.Conditions = r.answered(x)
			if len(b.sort) > 0 && b.sort[0].rel == r && x.serves(x.match(r.terms), b.sort) {
				b.sorted(x, &u)
			}
			return u
		}
	}
	return u
}

// answered returns the places of the conditions on r that x answers.
func (r *rel) answered(x *index) (conditions []sqlmodel.Range) {
	add := func(at sqlmodel.Range) {
		if at.Start >= 0 && at.End > at.Start && !slices.Contains(conditions, at) {
			conditions = append(conditions, at)
		}
	}
	for _, k := range x.keys {
		for _, t := range r.terms {
			if t.key.text == k.text && (t.indexable() || x.holds(k, t)) {
				add(t.at)
			}
		}
		for _, e := range r.block.edges {
			if e.a.rel == r && e.a.key.text == k.text || e.b.rel == r && e.b.key.text == k.text {
				add(e.at)
			}
		}
		for _, o := range r.ors {
			for _, arm := range o.arms {
				for _, t := range arm {
					if t.key.text == k.text {
						add(t.at)
					}
				}
			}
		}
	}
	for _, t := range r.terms {
		if x.predicateHas(t) {
			add(t.at)
		}
	}
	return conditions
}

// sorted describes the order that x gives the block.
func (b *block) sorted(x *index, u *Use) {
	switch {
	case b.minmax:
		u.OrderedBy = ByMinMax
	case b.distinctOn && len(b.level.Sort) == 0:
		u.OrderedBy = ByDistinct
	}
	for _, s := range b.sort {
		key := Sorted{Range: s.at, Desc: s.desc}
		switch {
		case s.desc && !s.nullsFirst:
			key.Nulls = "last"
		case !s.desc && s.nullsFirst:
			key.Nulls = "first"
		}
		u.Order = append(u.Order, key)
		for _, k := range x.keys {
			u.Backward = u.Backward || k.text == s.key.text && k.desc != s.desc
		}
	}
}

// partners returns which of the chosen indexes x needs beside it in the query:
// those that answer the arms of an OR that neither x nor an index of the
// schema does.
func (q *query) partners(x *index, chosen world) (out []*index) {
	for _, b := range q.blocks {
		for _, r := range b.rels {
			if r.table != x.table || x.match(r.terms).bound > 0 {
				continue
			}
			for _, o := range r.ors {
				if !slices.ContainsFunc(o.arms, func(arm []*term) bool { return r.reads(x, arm) }) {
					continue
				}
				for _, arm := range o.arms {
					if y := r.reader(arm, x, chosen); y != nil && y != x && y.source == nil && !slices.Contains(out, y) {
						out = append(out, y)
					}
				}
			}
		}
	}
	return out
}

// reads reports whether x finds the rows of an arm.
func (r *rel) reads(x *index, arm []*term) bool {
	m := x.match(append(slices.Clip(r.terms), arm...))
	return m.usable && m.bound > 0 && x.binds(arm, m)
}

// reader returns the index that finds the rows of an arm: first if it does,
// else one of w, those of the schema before others. Nil if none does.
func (r *rel) reader(arm []*term, first *index, w world) (y *index) {
	if r.reads(first, arm) {
		return first
	}
	w.each(r.table, func(x *index) {
		if y == nil && r.reads(x, arm) {
			y = x
		}
	})
	return y
}

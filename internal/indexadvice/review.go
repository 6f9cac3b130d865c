package indexadvice

import (
	"slices"
	"strings"

	"github.com/sqlvet/sqlvet/internal/schema"
)

// A Doubt is an index of the schema that may not be needed, or a foreign key
// that lacks one.
type Doubt struct {
	Kind  DoubtKind
	Table *schema.Table
	// Index is nil for a foreign key, Key for an index.
	Index *schema.Index
	Key   *schema.ForeignKey
	// Instead is the index that serves as well; nil if there is none.
	Instead *schema.Index
}

// DoubtKind says what is wrong with an index.
type DoubtKind string

const (
	Duplicate   DoubtKind = "duplicate"   // another has the same keys
	Redundant   DoubtKind = "redundant"   // another begins with its keys
	AfterKey    DoubtKind = "after-key"   // its keys go on behind a unique key
	Unused      DoubtKind = "unused"      // no statement of the program could use it
	BareForeign DoubtKind = "foreign-key" // a foreign key without an index
)

// Review returns the indexes of s that the statements do not need, and the
// foreign keys without one. Unused is said of tables that the statements read
// and of no index that a constraint needs; whether something else uses the
// index it cannot know.
func Review(s *schema.Schema, statements []Statement, opts Options) []Doubt {
	c := newCatalog(s, opts)
	queries := c.queries(statements)
	readers := make(map[*table][]*query)
	for _, q := range queries {
		for t := range q.tables() {
			readers[t] = append(readers[t], q)
		}
	}
	var out []Doubt
	for _, st := range s.Tables {
		t := c.table(st)
		if t == nil || t.Table != st || st.Uncertain {
			continue
		}
		for i, x := range t.indexes {
			if d, ok := t.doubt(i, x); ok {
				out = append(out, d)
			} else if len(readers[t]) > 0 && x.droppable() && !t.keepsForeign(x) &&
				!slices.ContainsFunc(readers[t], func(q *query) bool { return q.usable(candidate{x}) || q.mayUse(x) }) {
				out = append(out, Doubt{Kind: Unused, Table: st, Index: x.source})
			}
		}
		for _, f := range st.ForeignKeys {
			if !t.small && !t.leads(f.Columns) {
				out = append(out, Doubt{Kind: BareForeign, Table: st, Key: f})
			}
		}
	}
	return out
}

// mayUse reports whether a pattern of the query that is not known could be
// looked for in x.
func (q *query) mayUse(x *index) bool {
	k := x.keys[0]
	if !strings.Contains(k.opclass, "trgm_ops") && !strings.HasSuffix(k.opclass, "_pattern_ops") {
		return false
	}
	for _, b := range q.blocks {
		for _, r := range b.rels {
			if r.table == x.table && slices.ContainsFunc(r.terms, func(t *term) bool { return t.pattern && t.key.text == k.text }) {
				return true
			}
		}
	}
	return false
}

// keepsForeign reports whether x is the only index that a foreign key has.
func (t *table) keepsForeign(x *index) bool {
	rest := *t
	rest.indexes = slices.DeleteFunc(slices.Clone(t.indexes), func(y *index) bool { return x == y })
	return slices.ContainsFunc(t.ForeignKeys, func(f *schema.ForeignKey) bool {
		return t.leads(f.Columns) && !rest.leads(f.Columns)
	})
}

// droppable reports whether nothing but speed depends on the index.
func (x *index) droppable() bool {
	return x.source != nil && !x.unique && !x.source.Primary && !x.source.Constraint
}

// doubt compares the index x, the i-th, with the table's others.
func (t *table) doubt(i int, x *index) (Doubt, bool) {
	if !x.droppable() || x.method != "btree" {
		return Doubt{}, false
	}
	for j, y := range t.indexes {
		if i == j || y.method != "btree" || y.where() != x.where() {
			continue
		}
		n := common(x.keys, y.keys)
		switch {
		case n == len(x.keys) && n == len(y.keys) && covers(y.include, x.include):
			if y.droppable() && j > i {
				continue // the other one is named
			}
			return Doubt{Kind: Duplicate, Table: t.Table, Index: x.source, Instead: y.source}, true
		case n == len(x.keys) && covers(append(names(y.keys), y.include...), x.include):
			return Doubt{Kind: Redundant, Table: t.Table, Index: x.source, Instead: y.source}, true
		case y.unique && n == len(y.keys) && len(x.include) == 0 && len(y.pred) == 0:
			return Doubt{Kind: AfterKey, Table: t.Table, Index: x.source, Instead: y.source}, true
		}
	}
	return Doubt{}, false
}

// common returns how many leading keys a and b share.
func common(a, b []ikey) int {
	n := 0
	for n < len(a) && n < len(b) && a[n].String() == b[n].String() && !strings.HasPrefix(a[n].text, "?") {
		n++
	}
	return n
}

func names(keys []ikey) []string {
	var out []string
	for _, k := range keys {
		if k.col != nil {
			out = append(out, k.col.Name)
		}
	}
	return out
}

func covers(have, want []string) bool {
	for _, w := range want {
		if !slices.Contains(have, w) {
			return false
		}
	}
	return true
}

// leads reports whether an index of all rows begins with the columns, in any
// order.
func (t *table) leads(columns []string) bool {
	for _, x := range t.indexes {
		if x.method != "btree" && (x.method != "gist" || len(columns) > 1) || len(x.keys) < len(columns) {
			continue
		}
		notNull := len(x.pred) == 1 && x.pred[0].kind == termNotNull
		if (len(x.pred) == 0 || notNull) && covers(names(x.keys[:len(columns)]), columns) {
			return true
		}
	}
	return false
}

// Package indexadvice answers which indexes the statements of a program want
// that its schema does not have: Advise. It looks at each relation that a
// statement reads, proposes the indexes that could serve it, and chooses among
// all of them by a model of the planner, so that one index that serves three
// queries is preferred to three.
//
// It knows no Go code and asks no database: how many rows there are and which
// values are rare is package priors' answer. It is silent about tables that stay
// small, and about those that the schema is not sure of.
package indexadvice

import (
	"slices"
	"time"

	"github.com/sqlvet/sqlvet/internal/priors"
	"github.com/sqlvet/sqlvet/internal/schema"
	"github.com/sqlvet/sqlvet/internal/sqlmodel"
	"github.com/sqlvet/sqlvet/internal/sqlpattern"
)

// A Statement is one statement of the program.
type Statement struct {
	Model *sqlmodel.Statement
	// Weight is how often it runs in relation to the others, 1 if 0.
	Weight float64
	// Bound is what the program binds to the parameters: PostgreSQL plans
	// with the values.
	Bound sqlpattern.Bound
	// Call tells the calls of the program apart that send statements: those
	// of one call are variants of one, built with or without some conditions.
	// Nil if it is not known.
	Call any
}

// Options say what is known of the database.
type Options struct {
	priors.Known
	// Long is for how long a server must have counted before an index that it
	// has not read is said to be unread; 0 for LongCounted.
	Long time.Duration
}

// An Advice is what Advise found, the most useful first.
type Advice struct {
	Indexes []*Suggestion
}

// Advise returns the indexes that statements want of s.
func Advise(s *schema.Schema, statements []Statement, opts Options) Advice {
	c := newCatalog(s, opts)
	queries := c.queries(statements)
	chosen := choose(queries, c.choices(queries))
	return Advice{Indexes: c.suggestions(queries, chosen)}
}

// queries analyses the statements and those that they imply.
func (c *catalog) queries(statements []Statement) []*query {
	var out []*query
	add := func(st *sqlmodel.Statement, bound sqlpattern.Bound, q *query) {
		if st == nil {
			return
		}
		q.analysis = analyseBound(c, st, bound)
		if len(q.blocks) == 0 {
			return
		}
		q.analysis.reads()
		q.base = q.analysis.cost(world{})
		q.cost = q.base
		out = append(out, q)
	}
	implied := make(map[string]*query)
	variants := make(map[any][]*query)
	for _, s := range statements {
		if s.Model != nil {
			c.note(s.Model) // before any share is asked for
		}
	}
	for i, s := range statements {
		if s.Model == nil {
			continue
		}
		w := s.Weight
		if w == 0 {
			w = 1
		}
		q := &query{numbers: []int{i}, weight: w}
		add(s.Model, s.Bound, q)
		if s.Call != nil && q.analysis != nil {
			variants[s.Call] = append(variants[s.Call], q)
		}
		for _, x := range c.cascades(s.Model) {
			q := implied[x.sql]
			if q == nil {
				q = &query{weight: 1, implied: true, key: x.key}
				implied[x.sql] = q
				add(parseOne(x.sql), nil, q)
			}
			q.numbers = append(q.numbers, i)
		}
	}
	for _, list := range variants {
		vary(list)
	}
	return out
}

// vary marks the conditions that not all variants of a statement have, and
// counts the variants as one statement together.
func vary(list []*query) {
	type condition struct {
		table *table
		key   string
		fixes bool
	}
	in := make(map[condition]int) // in how many variants
	each := func(q *query, f func(condition, *term)) {
		for _, b := range q.blocks {
			for _, r := range b.rels {
				for _, t := range r.terms {
					f(condition{r.table, t.key.text, t.fixes() || t.kind == termIn}, t)
				}
			}
		}
	}
	for _, q := range list {
		seen := make(map[condition]bool)
		each(q, func(c condition, _ *term) {
			if !seen[c] {
				seen[c] = true
				in[c]++
			}
		})
	}
	for _, q := range list {
		q.weight /= float64(len(list))
		each(q, func(c condition, t *term) { t.sometimes = in[c] < len(list) })
	}
}

// note remembers what a statement writes.
func (c *catalog) note(st *sqlmodel.Statement) {
	for _, l := range st.Levels {
		if l.Target == nil || l.Target.Hole {
			continue
		}
		t := c.table(c.schema.Table(l.Target.Schema, l.Target.Name))
		if t == nil {
			continue
		}
		if l.Kind == sqlmodel.Insert {
			t.inserts++
			for i, column := range l.Columns {
				for _, row := range l.Rows {
					if i < len(row) && row[i] != nil && row[i].ConstKind == sqlmodel.ConstBool {
						t.known.Inserted(column, row[i].Const == "true")
					}
				}
			}
		}
		for _, set := range l.Sets {
			t.hot[set.Column]++
		}
		if column := t.beat(l); column != "" {
			t.beats[column] = true
		}
	}
}

// choices returns the candidates of all queries, each with the queries whose
// tables it is on and which could use it.
func (c *catalog) choices(queries []*query) []*choice {
	pools := make(map[*table][]candidate)
	pooled := make(map[string]bool)
	asked := make(map[string]int) // by how many relations, for which it is not the front of another
	readers := make(map[*table][]*query)
	var tables []*table
	for _, q := range queries {
		for _, b := range q.blocks {
			for _, r := range b.rels {
				if r.table == nil {
					continue
				}
				if readers[r.table] == nil {
					tables = append(tables, r.table)
				}
				if n := len(readers[r.table]); n == 0 || readers[r.table][n-1] != q {
					readers[r.table] = append(readers[r.table], q)
				}
				list := r.candidates()
				for _, x := range list {
					s := x.signature()
					if !pooled[s] {
						pooled[s] = true
						pools[r.table] = append(pools[r.table], x)
					}
					if !slices.ContainsFunc(list, x.frontOf) {
						asked[s]++
					}
				}
			}
		}
	}
	var out []*choice
	for _, t := range tables {
		for _, x := range arrange(pools[t], asked) {
			ch := &choice{candidate: x}
			for _, q := range readers[t] {
				if q.usable(x) {
					ch.queries = append(ch.queries, q)
				}
			}
			out = append(out, ch)
		}
	}
	return out
}

// usable reports whether one of the query's relations could be read by x.
func (q *query) usable(c candidate) bool {
	for _, b := range q.blocks {
		for _, r := range b.rels {
			if r.table == c[0].table && slices.ContainsFunc(c, r.usable) {
				return true
			}
		}
	}
	return false
}

func (r *rel) usable(x *index) bool {
	terms := r.terms
	for _, o := range r.ors {
		for _, arm := range o.arms {
			terms = append(slices.Clip(terms), arm...)
		}
	}
	for _, e := range r.block.edges {
		for _, s := range []side{e.a, e.b} {
			if s.rel == r {
				terms = append(slices.Clip(terms), &term{kind: termEq, op: "=", key: s.key, share: 0.01})
			}
		}
	}
	m := x.match(terms)
	if !m.usable {
		return false
	}
	if m.bound > 0 || len(x.pred) > 0 {
		return true
	}
	return len(r.block.sort) > 0 && r.block.sort[0].rel == r && x.keys[0].text == r.block.sort[0].key.text
}

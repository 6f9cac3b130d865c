package indexadvice

import (
	"cmp"
	"slices"

	"github.com/sqlvet/sqlvet/internal/schema"
	"github.com/sqlvet/sqlvet/internal/sqlmodel"
)

// A Proposal is an index that a planner should be asked about.
type Proposal struct {
	*Suggestion
	// Statements are the numbers of those whose relations it is on.
	Statements []int
	// Plain is set for a B-tree of columns without predicate: of those the
	// shorter of two that cost the same is the better.
	Plain bool

	index *index
}

// NameAll gives proposals names that no table or index of s has.
func NameAll(s *schema.Schema, list []*Proposal) {
	taken := takenNames(s)
	for _, p := range list {
		p.Name = indexName(p.index, taken)
		taken[p.Name] = true
	}
}

// An Implication is a statement that PostgreSQL runs for a foreign key when
// some statements run.
type Implication struct {
	Statement
	SQL        string
	Key        *schema.ForeignKey
	Statements []int // those that it is run for
}

// Implied returns what PostgreSQL runs for foreign keys when statements delete
// rows or change keys.
func Implied(s *schema.Schema, statements []Statement) (out []*Implication) {
	c := newCatalog(s, Options{})
	bySQL := make(map[string]*Implication)
	for i, st := range statements {
		if st.Model == nil {
			continue
		}
		for _, x := range c.cascades(st.Model) {
			m := bySQL[x.sql]
			if m == nil {
				m = &Implication{Statement: Statement{Model: parseOne(x.sql)}, SQL: x.sql, Key: x.key}
				bySQL[x.sql] = m
				out = append(out, m)
			}
			m.Statements = append(m.Statements, i)
		}
	}
	return out
}

// Proposals returns the indexes that Advise chooses from, and, up to a number
// of columns, every order of what each relation compares, joins and sorts by.
// They are ordered by table and definition, and have no name.
func Proposals(s *schema.Schema, statements []Statement, opts Options, width int) []*Proposal {
	c := newCatalog(s, opts)
	queries := c.queries(statements)
	byDefinition := make(map[string]*Proposal)
	add := func(x *index, q *query) {
		p := &Proposal{Suggestion: x.suggestion(), Plain: x.method == "btree" && len(x.pred)+len(x.include) == 0, index: x}
		d := p.Definition()
		if byDefinition[d] == nil {
			byDefinition[d] = p
		}
		for _, n := range q.numbers {
			if p = byDefinition[d]; !slices.Contains(p.Statements, n) {
				p.Statements = append(p.Statements, n)
			}
		}
	}
	partial := make(map[*query]map[*table][][]*term) // the predicates of what was proposed
	for _, ch := range c.choices(queries) {
		for _, x := range ch.candidate {
			for _, q := range ch.queries {
				if q.implied {
					continue
				}
				add(x, q)
				if x.method != "btree" || len(x.pred) == 0 {
					continue
				}
				if partial[q] == nil {
					partial[q] = make(map[*table][][]*term)
				}
				have := partial[q][x.table]
				if !slices.ContainsFunc(have, func(o []*term) bool { return slices.Equal(o, x.pred) }) {
					partial[q][x.table] = append(have, x.pred)
				}
			}
		}
	}
	for _, q := range queries {
		if q.implied || width == 0 {
			continue
		}
		for _, k := range q.asked() {
			try := func(pred []*term, lists [][]ikey) {
				for _, keys := range lists {
					if x := (&index{table: k.table, method: "btree", keys: keys, pred: pred}); !k.rel.has(x) {
						add(x, q)
					}
				}
			}
			try(nil, orders(k.keys[:min(len(k.keys), maxPermuted)], width))
			try(nil, orders(k.keys, min(width, 2)))
			for _, pred := range partial[q][k.table] {
				rest := slices.DeleteFunc(slices.Clone(k.keys), func(key ikey) bool {
					return slices.ContainsFunc(pred, func(t *term) bool { return t.fixes() && t.key.text == key.text })
				})
				try(pred, orders(rest[:min(len(rest), maxPermuted)], min(width, 2)))
			}
		}
	}
	var out []*Proposal
	for _, p := range byDefinition {
		out = append(out, p)
	}
	slices.SortFunc(out, func(a, b *Proposal) int {
		return cmp.Or(cmp.Compare(a.Table.String(), b.Table.String()), cmp.Compare(a.Definition(), b.Definition()))
	})
	return out
}

// Bounds of what is tried in every order: the first keys, which are of
// conditions, up to the full number of columns, some more up to two.
const (
	maxPermuted = 5
	maxPaired   = 8
)

// An asked is what a statement asks of a table.
type asked struct {
	*table
	rel  *rel // one that reads it
	keys []ikey
}

// asked returns what indexes for q could be of, table by table: what is
// compared, joined and sorted by, and then the columns that it groups by and
// the narrow ones that other conditions name, each once: to carry a wide one
// costs more than it saves.
func (q *query) asked() (out []*asked) {
	of := func(r *rel) *asked {
		if r.table == nil || r.table.known.Small() || r.table.Uncertain {
			return nil
		}
		i := slices.IndexFunc(out, func(k *asked) bool { return k.table == r.table })
		if i < 0 {
			i = len(out)
			out = append(out, &asked{table: r.table, rel: r})
		}
		return out[i]
	}
	for _, b := range q.blocks {
		for _, r := range b.rels {
			if k := of(r); k != nil {
				k.conditions(r)
			}
		}
	}
	for _, l := range q.pending {
		q.named(l, func(r *rel, c *schema.Column, ordered bool) {
			if k := of(r); k != nil && (ordered || k.narrow(c)) {
				k.add(ikey{key: key{text: schema.Quote(c.Name), col: c, typ: c.Type}})
			}
		})
	}
	return out
}

func (k *asked) add(key ikey) {
	if !key.cast && key.text != "" && k.cat.btree(key.typ) && len(k.keys) < maxPaired &&
		!slices.ContainsFunc(k.keys, func(o ikey) bool { return o.text == key.text }) {
		k.keys = append(k.keys, key)
	}
}

// conditions adds what a relation is compared, joined and sorted by.
func (k *asked) conditions(r *rel) {
	terms := r.terms
	for _, o := range r.ors {
		for _, arm := range o.arms {
			terms = append(slices.Clip(terms), arm...)
		}
	}
	for _, t := range terms {
		if t.indexable() && !k.vague(t) {
			k.add(ikey{key: t.key})
		}
	}
	for _, e := range r.block.edges {
		for _, s := range []side{e.a, e.b} {
			if s.rel == r {
				k.add(ikey{key: s.key})
			}
		}
	}
	for _, s := range r.block.sort {
		if s.rel == r {
			k.add(ikey{key: s.key, desc: s.desc, nullsFirst: s.nullsFirst})
		}
	}
}

// named calls f for each column of a base table that stands in a condition of
// l, or that it sorts or groups by: then ordered is set.
func (a *analysis) named(l *sqlmodel.Level, f func(r *rel, c *schema.Column, ordered bool)) {
	ordered := true
	var walk func(list ...*sqlmodel.Expr)
	walk = func(list ...*sqlmodel.Expr) {
		for _, e := range list {
			if e == nil {
				continue
			}
			if t, ok := a.resolve(l, e); ok && t.col != nil && t.rel != nil {
				f(t.rel, t.col, ordered)
			}
			walk(e.Args...)
			walk(e.More...)
		}
	}
	for _, s := range l.Sort {
		walk(s.Expr)
	}
	walk(l.Group...)
	walk(l.DistinctOn...)
	ordered = false
	for i := range l.Predicates {
		p := &l.Predicates[i]
		walk(p.Left, p.Right, p.High)
		walk(p.List...)
	}
}

// orders returns the ordered choices of one to n keys.
func orders(keys []ikey, n int) (out [][]ikey) {
	if n == 0 {
		return nil
	}
	for i, k := range keys {
		out = append(out, []ikey{k})
		rest := slices.Concat(keys[:i], keys[i+1:])
		for _, more := range orders(rest, n-1) {
			out = append(out, append([]ikey{k}, more...))
		}
	}
	return out
}

// Written counts the statements that write an index of a table: those that
// insert rows, and those that change a column of it, or of its predicate.
func (p *Proposal) Written(statements []Statement) (inserts, updates int) {
	for _, s := range statements {
		if s.Model == nil {
			continue
		}
		for _, l := range s.Model.Levels {
			if l.Target == nil || l.Target.Hole || l.Target.Name != p.Table.Name {
				continue
			}
			if l.Kind == sqlmodel.Insert {
				inserts++
			}
			if slices.ContainsFunc(l.Sets, func(a sqlmodel.Assignment) bool { return p.mentions(a.Column) }) {
				updates++
			}
		}
	}
	return inserts, updates
}

// mentions reports whether a column stands in the index.
func (p *Proposal) mentions(column string) bool {
	for _, text := range append(slices.Concat(p.Keys, p.Include), p.Where) {
		if slices.Contains(words.FindAllString(text, -1), schema.Quote(column)) {
			return true
		}
	}
	return false
}

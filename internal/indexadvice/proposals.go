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
	for _, ch := range c.choices(queries) {
		for _, x := range ch.candidate {
			for _, q := range ch.queries {
				if !q.implied {
					add(x, q)
				}
			}
		}
	}
	for _, q := range queries {
		if q.implied {
			continue
		}
		for _, b := range q.blocks {
			for _, r := range b.rels {
				if r.table == nil || r.table.known.Small() || r.table.Uncertain {
					continue
				}
				for _, keys := range orders(r.keys(), width) {
					x := &index{table: r.table, method: "btree", keys: keys}
					if !r.has(x) {
						add(x, q)
					}
				}
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

// maxPermuted bounds the keys of a relation whose orders are all tried: the
// first ones, which are of conditions.
const maxPermuted = 6

// keys returns what an index for r could be of: what is compared, joined and
// sorted by, each once.
func (r *rel) keys() (out []ikey) {
	add := func(k ikey) {
		if !k.cast && k.text != "" && r.table.cat.btree(k.typ) && len(out) < maxPermuted &&
			!slices.ContainsFunc(out, func(o ikey) bool { return o.text == k.text }) {
			out = append(out, k)
		}
	}
	terms := r.terms
	for _, o := range r.ors {
		for _, arm := range o.arms {
			terms = append(slices.Clip(terms), arm...)
		}
	}
	for _, t := range terms {
		if t.indexable() {
			add(ikey{key: t.key})
		}
	}
	for _, e := range r.block.edges {
		for _, s := range []side{e.a, e.b} {
			if s.rel == r {
				add(ikey{key: s.key})
			}
		}
	}
	for _, s := range r.block.sort {
		if s.rel == r {
			add(ikey{key: s.key, desc: s.desc, nullsFirst: s.nullsFirst})
		}
	}
	return out
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

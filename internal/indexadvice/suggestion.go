package indexadvice

import (
	"fmt"
	"hash/fnv"
	"regexp"
	"slices"
	"strings"

	"github.com/sqlvet/sqlvet/internal/schema"
	"github.com/sqlvet/sqlvet/internal/sqlmodel"
)

// A Suggestion is an index worth creating.
type Suggestion struct {
	Table *schema.Table
	Name  string
	// Method is "btree", "gin" or "gist".
	Method  string
	Keys    []string // as CREATE INDEX writes them
	Include []string
	Where   string // "" if it is not partial
	// Extension is what must be there first: "pg_trgm", "btree_gist".
	Extension string

	// Confidence is in percent: 80 and more is certain, 60 and more likely.
	Confidence int
	// Benefit is the sum over the statements served of the share of their
	// cost that the index saves, in the model.
	Benefit float64
	Serves  []Use
	Reasons []string
	// Inserts and Updates count the statements of the program that must
	// maintain the index.
	Inserts, Updates int
}

// A Use is a statement that an index serves.
type Use struct {
	Statement int     // number in the list given to Advise
	Saves     float64 // share of its cost, 0 to 1
	// Conditions are the places in the statement's text of what the index
	// answers, in the order of its keys, Order those of the sort keys that it
	// saves sorting by.
	Conditions, Order []sqlmodel.Range
	// ForeignKey is set if not the statement itself is served but the check
	// or cascade that PostgreSQL runs for it.
	ForeignKey bool
}

// suggestions describes the chosen indexes, the most useful first.
func (c *catalog) suggestions(queries []*query, chosen []*index) []*Suggestion {
	byTable := make(map[*table][]*query)
	for _, q := range queries {
		for t := range q.tables() {
			byTable[t] = append(byTable[t], q)
		}
	}
	names := make(map[string]bool)
	for _, t := range c.schema.Tables {
		names[t.Name] = true
		for _, x := range t.Indexes {
			names[x.Name] = true
		}
	}
	var ranked ranking
	all := worldOf(chosen)
	for _, x := range chosen {
		s := x.suggestion()
		without := all
		without.without = x
		var users []*query
		for _, q := range byTable[x.table] {
			if !q.usable(candidate{x}) {
				continue
			}
			users = append(users, q)
			before, after := q.analysis.cost(without), q.analysis.cost(all)
			if !q.wants(candidate{x}, before, after) {
				continue
			}
			saved := (before - after) / q.base
			s.Benefit += saved * q.weight
			u := Use{Saves: saved, ForeignKey: q.implied}
			if !q.implied {
				u.Conditions, u.Order = q.answered(x)
			}
			for _, n := range q.numbers {
				u.Statement = n
				s.Serves = append(s.Serves, u)
			}
		}
		if len(s.Serves) == 0 {
			continue
		}
		x.rate(s)
		ranked = append(ranked, &entry{Suggestion: s, index: x, queries: users})
		s.Name = indexName(x, names)
		names[s.Name] = true
	}
	return ranked.order()
}

// answered returns the places of the conditions and sort keys that x answers
// in the query.
func (q *query) answered(x *index) (conditions, order []sqlmodel.Range) {
	add := func(r sqlmodel.Range) {
		if r.Start >= 0 && r.End > r.Start && !slices.Contains(conditions, r) {
			conditions = append(conditions, r)
		}
	}
	for _, b := range q.blocks {
		for _, r := range b.rels {
			if r.table != x.table || !r.usable(x) {
				continue
			}
			for _, k := range x.keys {
				for _, t := range r.terms {
					if t.key.text == k.text && (t.indexable() || x.holds(k, t)) {
						add(t.at)
					}
				}
				for _, e := range b.edges {
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
			if len(b.sort) > 0 && b.sort[0].rel == r && x.serves(x.match(r.terms), b.sort) {
				for _, s := range b.sort {
					order = append(order, s.at)
				}
			}
			return conditions, order
		}
	}
	return nil, nil
}

// suggestion writes down what x is.
func (x *index) suggestion() *Suggestion {
	s := &Suggestion{Table: x.table.Table, Method: x.method, Where: x.where(), Inserts: x.table.inserts}
	for _, c := range x.include {
		s.Include = append(s.Include, schema.Quote(c))
	}
	for _, k := range x.keys {
		s.Keys = append(s.Keys, k.String())
		if strings.HasSuffix(k.opclass, "trgm_ops") {
			s.Extension = "pg_trgm"
		}
	}
	return s
}

// rate sets the confidence and the reasons.
func (x *index) rate(s *Suggestion) {
	s.Confidence = confidence[x.rule]
	fk := true
	for _, u := range s.Serves {
		fk = fk && u.ForeignKey
	}
	if fk {
		s.Reasons = append(s.Reasons, "a DELETE of the row referred to reads the whole table without it")
	}
	if len(s.Serves) > 1 {
		s.Confidence += 5
	}
	if x.optional {
		s.Confidence -= 15
		s.Reasons = append(s.Reasons, "the condition is switched off by a parameter: only a plan made for its value can use the index; two statements could always")
	}
	for _, k := range x.keys {
		if k.col != nil {
			s.Updates += x.table.hot[k.col.Name]
		}
	}
	if s.Updates > 0 {
		s.Confidence -= 10
	}
	// The state of a queue is made to change: that speaks against no index
	// of one state.
	for _, p := range x.pred {
		if p.key.col != nil {
			s.Updates += x.table.hot[p.key.col.Name]
		}
	}
	if s.Updates > 0 {
		s.Reasons = append(s.Reasons, "its columns are updated: each such update writes the index, and is no HOT update any more")
	}
	s.Confidence = min(s.Confidence, 95)
}

// Definition is what follows CREATE INDEX name ON.
func (s *Suggestion) Definition() string {
	var b strings.Builder
	b.WriteString(s.Table.String())
	if s.Method != "btree" {
		b.WriteString(" USING " + s.Method)
	}
	fmt.Fprintf(&b, " (%s)", strings.Join(s.Keys, ", "))
	if len(s.Include) > 0 {
		fmt.Fprintf(&b, " INCLUDE (%s)", strings.Join(s.Include, ", "))
	}
	if s.Where != "" {
		b.WriteString(" WHERE " + s.Where)
	}
	return b.String()
}

// SQL is the statement that creates the index on a table in use.
func (s *Suggestion) SQL() string {
	return "CREATE INDEX CONCURRENTLY " + schema.Quote(s.Name) + " ON " + s.Definition()
}

// Drop is the statement that takes it back.
func (s *Suggestion) Drop() string {
	name := schema.Quote(s.Name)
	if s.Table.Schema != "" {
		name = schema.Quote(s.Table.Schema) + "." + name
	}
	return "DROP INDEX CONCURRENTLY " + name
}

// maxName is the length of PostgreSQL's names in bytes.
const maxName = 63

var nameWord = regexp.MustCompile(`[a-z0-9]+`)

// indexName makes a name like PostgreSQL's own that is not taken.
func indexName(x *index, taken map[string]bool) string {
	parts := []string{x.table.Name}
	for _, k := range x.keys {
		parts = append(parts, nameWord.FindAllString(strings.ToLower(k.text), 3)...)
	}
	if len(x.pred) > 0 {
		parts = append(parts, "part")
	}
	full := strings.Join(parts, "_")
	name := full + "_idx"
	if len(name) <= maxName && !taken[name] {
		return name
	}
	h := fnv.New32a()
	h.Write([]byte(x.signature()))
	sum := fmt.Sprintf("_%08x", h.Sum32())
	if cut := maxName - len(sum) - len("_idx"); len(full) > cut {
		full = strings.ToValidUTF8(full[:cut], "")
	}
	return full + sum + "_idx"
}

package indexadvice

import (
	"fmt"
	"hash/fnv"
	"regexp"
	"strings"

	"github.com/sqlvet/sqlvet/internal/schema"
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

// suggestions describes the chosen indexes, the most useful first.
func (c *catalog) suggestions(queries []*query, chosen []*index) []*Suggestion {
	byTable := make(map[*table][]*query)
	for _, q := range queries {
		for t := range q.tables() {
			byTable[t] = append(byTable[t], q)
		}
	}
	names := takenNames(c.schema)
	var waiting []*entry
	all := worldOf(chosen)
	final := make(map[*query]float64) // the cost with all of them
	for _, q := range queries {
		final[q] = q.analysis.cost(all)
	}
	made := make(map[*index]*Suggestion)
	needs := make(map[*Suggestion][][]*index) // of each use
	for _, x := range chosen {
		s := x.suggestion()
		without := all
		without.without = x
		e := &entry{Suggestion: s, index: x}
		for _, q := range byTable[x.table] {
			if !q.usable(candidate{x}) {
				continue
			}
			before, after := q.analysis.cost(without), final[q]
			e.users = append(e.users, user{q, before - after})
			if !q.wants(candidate{x}, before, after) {
				continue
			}
			saved := (before - after) / q.base
			s.Benefit += saved * q.weight
			u := Use{}
			if !q.implied {
				u = q.answered(x)
			}
			u.Saves, u.ForeignKey, u.Key = saved, q.implied, q.key
			with := q.partners(x, all)
			for _, n := range q.numbers {
				u.Statement = n
				s.Serves = append(s.Serves, u)
				needs[s] = append(needs[s], with)
			}
		}
		if len(s.Serves) == 0 {
			continue
		}
		x.rate(s)
		waiting = append(waiting, e)
		s.Name = indexName(x, names)
		names[s.Name] = true
		made[x] = s
	}
	for s, uses := range needs {
		for i, with := range uses {
			for _, y := range with {
				if made[y] != nil {
					s.Serves[i].With = append(s.Serves[i].With, made[y])
				}
			}
		}
	}
	return ranked(waiting, final)
}

// takenNames returns the names that relations of s have.
func takenNames(s *schema.Schema) map[string]bool {
	names := make(map[string]bool)
	for _, t := range s.Tables {
		names[t.Name] = true
		for _, x := range t.Indexes {
			names[x.Name] = true
		}
	}
	return names
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
	if s.Table.PartitionBy != "" {
		s.Reasons = append(s.Reasons, "a partitioned table's index cannot be built concurrently: where its writes must not wait, create it ON ONLY the table, one CONCURRENTLY on each partition, and attach those")
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
	return "CREATE INDEX " + s.concurrently() + schema.Quote(s.Name) + " ON " + s.Definition()
}

// Drop is the statement that takes it back.
func (s *Suggestion) Drop() string {
	name := schema.Quote(s.Name)
	if s.Table.Schema != "" {
		name = schema.Quote(s.Table.Schema) + "." + name
	}
	return "DROP INDEX " + s.concurrently() + name
}

// concurrently is the word for an index on a table in use, which PostgreSQL
// refuses for that of a partitioned table.
func (s *Suggestion) concurrently() string {
	if s.Table.PartitionBy != "" {
		return ""
	}
	return "CONCURRENTLY "
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

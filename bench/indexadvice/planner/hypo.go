package planner

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/sqlvet/sqlvet/bench/indexadvice/catalog"
)

// An Index is an index that somebody suggests, or that the search considers.
type Index struct {
	Def     string // what follows CREATE INDEX: ON t (a, b) …
	Table   string
	Keys    []string // columns, or expressions as SQL
	Include []string
	Special bool // has an expression, a predicate, a direction, an operator class, or is no B-tree
}

// Plain makes a B-tree on columns.
func Plain(table string, keys ...string) Index {
	return Index{
		Def:   "ON " + catalog.QuoteTable(table) + " (" + strings.Join(quoted(keys), ", ") + ")",
		Table: table, Keys: slices.Clone(keys),
	}
}

// Including makes a B-tree that also carries columns.
func Including(table string, keys, include []string) Index {
	x := Plain(table, keys...)
	x.Def += " INCLUDE (" + strings.Join(quoted(include), ", ") + ")"
	x.Include = include
	return x
}

func quoted(names []string) []string {
	out := make([]string, len(names))
	for i, n := range names {
		out[i] = catalog.Quote(n)
	}
	return out
}

// Add creates a hypothetical index; it reports whether HypoPG could.
func (s *Session) Add(x Index) bool {
	if _, ok := s.hypo[x.Def]; ok {
		return true
	}
	var h hypothetical
	if err := s.Scan("SELECT indexrelid, indexname FROM hypopg_create_index($def$CREATE INDEX "+x.Def+"$def$)", &h.oid, &h.name); err != nil {
		return false
	}
	s.hypo[x.Def] = h
	s.defs[h.name] = x.Def
	if _, ok := s.size[x.Def]; !ok {
		var bytes int64
		if err := s.Scan(fmt.Sprintf("SELECT hypopg_relation_size(%d)", h.oid), &bytes); err == nil {
			s.size[x.Def] = bytes
		}
	}
	return true
}

// Set leaves exactly these hypothetical indexes.
func (s *Session) Set(list []Index) error {
	want := map[string]bool{}
	for _, x := range list {
		want[x.Def] = true
	}
	for def, h := range s.hypo {
		if want[def] {
			continue
		}
		if err := s.Exec(fmt.Sprintf("SELECT hypopg_drop_index(%d)", h.oid)); err != nil {
			return err
		}
		delete(s.defs, h.name)
		delete(s.hypo, def)
	}
	for _, x := range list {
		s.Add(x)
	}
	return nil
}

// Reset drops all hypothetical indexes.
func (s *Session) Reset() error {
	clear(s.hypo)
	clear(s.defs)
	return s.Exec("SELECT hypopg_reset()")
}

// Size returns the estimated bytes of an index that was hypothetical once.
func (s *Session) Size(x Index) int64 { return s.size[x.Def] }

// Relevant reports whether an index could be in a plan of q.
func Relevant(q *Query, x Index) bool {
	if !q.Info.Tables[x.Table] {
		return false
	}
	cols := q.Info.Cols[x.Table]
	if x.Special || len(cols) == 0 {
		return true
	}
	return slices.ContainsFunc(x.Keys, func(k string) bool { return cols[k] })
}

// Cost plans q with exactly these hypothetical indexes. Results are kept by
// the indexes that are relevant for q. A statement that cannot be planned with
// them costs infinitely much.
func (s *Session) Cost(q *Query, list []Index) (Plan, error) {
	var rel []Index
	var defs []string
	for _, x := range list {
		if Relevant(q, x) {
			rel = append(rel, x)
			defs = append(defs, x.Def)
		}
	}
	slices.Sort(defs)
	key := q.Name + "\x00" + strings.Join(defs, "\x00")
	if p, ok := s.cache[key]; ok {
		return p, nil
	}
	if err := s.Set(rel); err != nil {
		return Plan{}, err
	}
	p, err := s.explain(q)
	if err != nil {
		p = Plan{Cost: math.Inf(1)}
	}
	s.cache[key] = p
	return p, nil
}

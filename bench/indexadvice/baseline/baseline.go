// Package baseline answers: which indexes would other tools suggest?
//
// The tools are re-implementations of published algorithms over HypoPG and
// pg_stats, with the thresholds of their sources; they are not the original
// programs. All but Single need a live database.
package baseline

import (
	"slices"

	"github.com/sqlvet/sqlvet/bench/indexadvice/planner"
	"github.com/sqlvet/sqlvet/bench/indexadvice/shape"
)

// An Algorithm suggests indexes for a workload, best first.
type Algorithm func(s *planner.Session, list []*planner.Query) ([]planner.Index, error)

// Algorithms lists the baselines in the order of the tables.
var Algorithms = []struct {
	Name    string
	Suggest Algorithm
}{{"single", Single}, {"supabase", Supabase}, {"dexter", Dexter}, {"pghero", PgHero}}

// A set keeps indexes in the order in which they come, each once.
type set struct {
	list []planner.Index
	seen map[string]bool
}

func (s *set) add(x planner.Index) {
	if s.seen == nil {
		s.seen = map[string]bool{}
	}
	if !s.seen[x.Def] {
		s.seen[x.Def] = true
		s.list = append(s.list, x)
	}
}

// Single suggests an index of one column for each column of WHERE and ON.
func Single(_ *planner.Session, list []*planner.Query) ([]planner.Index, error) {
	var out set
	for _, q := range list {
		for _, lv := range q.Info.Levels {
			for _, r := range lv.Rels {
				for _, p := range r.Preds {
					if r.Table == nil || p.Col == "" {
						continue
					}
					c := r.Table.ByName[p.Col]
					if c != nil && shape.Sortable(c) && !r.Table.Covered([]string{p.Col}) {
						out.add(planner.Plain(r.Table.Name, p.Col))
					}
				}
			}
		}
	}
	return out.list, nil
}

// supabaseTypes are the column types that supabase/index_advisor considers.
var supabaseTypes = []string{
	"int8", "bool", "date", "timestamptz", "timestamp", "float8", "int4", "int2", "float4", "time", "uuid", "numeric", "text", "char", "bpchar", "varchar",
}

// Supabase makes a hypothetical index of every column there is and suggests
// those that the plans use (supabase/index_advisor).
func Supabase(s *planner.Session, list []*planner.Query) ([]planner.Index, error) {
	byDef := map[string]planner.Index{}
	var all []planner.Index
	for _, name := range s.Catalog.Order {
		t := s.Catalog.Tables[name]
		for _, c := range t.Cols {
			if !slices.Contains(supabaseTypes, c.Base) {
				continue
			}
			indexed := false
			for _, x := range t.Indexes {
				indexed = indexed || x.Pred == "" && len(x.Keys) == 1 && len(x.Include) == 0 && x.Keys[0] == c.Name
			}
			if !indexed {
				x := planner.Plain(name, c.Name)
				all, byDef[x.Def] = append(all, x), x
			}
		}
	}
	if err := s.Set(all); err != nil {
		return nil, err
	}
	var out set
	for _, q := range list {
		p, err := s.Explain(q)
		if err != nil {
			continue
		}
		for _, d := range p.Defs {
			out.add(byDef[d])
		}
	}
	return out.list, s.Reset()
}

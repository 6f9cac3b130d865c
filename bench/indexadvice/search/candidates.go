// Package search answers: which indexes would be best, if cost were no object
// in finding them?
//
// It is the benchmark's reference: all permutations up to a width as
// hypothetical indexes, then a greedy choice over the whole workload.
package search

import (
	"cmp"
	"maps"
	"slices"

	"github.com/sqlvet/sqlvet/bench/indexadvice/catalog"
	"github.com/sqlvet/sqlvet/bench/indexadvice/planner"
	"github.com/sqlvet/sqlvet/bench/indexadvice/shape"
)

const (
	maxColumns  = 7 // of a table in one statement that are permuted
	wideColumns = 5 // with more, only to width 2
	unnamed     = 3 // columns tried of a table without a known predicate
	maxInclude  = 6 // columns that a covering index may have to carry
)

// columns returns the columns of each table that an index for q could begin
// with: those of predicates first, then sort keys. Where nothing is known, the
// first few that are named at all.
func columns(cat *catalog.Catalog, q *planner.Query) map[string][]string {
	out := map[string][]string{}
	add := func(r *shape.Rel, c string) {
		if r == nil || r.Table == nil || c == "" {
			return
		}
		col := r.Table.ByName[c]
		if col != nil && shape.Sortable(col) && !slices.Contains(out[r.Table.Name], c) {
			out[r.Table.Name] = append(out[r.Table.Name], c)
		}
	}
	for _, lv := range q.Info.Levels {
		for _, r := range lv.Rels {
			for _, p := range r.Preds {
				add(r, p.Col)
				for _, c := range p.RowCols {
					add(r, c)
				}
			}
		}
		for _, k := range slices.Concat(lv.Sort, lv.Group, lv.Distinct) {
			add(k.Rel, k.Col)
		}
	}
	for table, named := range q.Info.Cols {
		if len(out[table]) > 0 {
			continue
		}
		for _, c := range slices.Sorted(maps.Keys(named)) {
			if col := cat.Tables[table].ByName[c]; col != nil && shape.Sortable(col) && len(out[table]) < unnamed {
				out[table] = append(out[table], c)
			}
		}
	}
	return out
}

// permutations returns the ordered choices of n columns.
func permutations(cols []string, n int) [][]string {
	if n == 0 {
		return [][]string{nil}
	}
	var out [][]string
	for i, c := range cols {
		rest := slices.Concat(cols[:i], cols[i+1:])
		for _, p := range permutations(rest, n-1) {
			out = append(out, append([]string{c}, p...))
		}
	}
	return out
}

// candidates returns the indexes that are tried for q.
func candidates(cat *catalog.Catalog, q *planner.Query, width int, cover bool) []planner.Index {
	var out []planner.Index
	for table, cols := range columns(cat, q) {
		t := cat.Tables[table]
		cols = cols[:min(len(cols), maxColumns)]
		limit := width
		if len(cols) > wideColumns {
			limit = min(limit, 2)
		}
		for n := 1; n <= limit; n++ {
			for _, p := range permutations(cols, n) {
				if !t.Covered(p) {
					out = append(out, planner.Plain(table, p...))
				}
			}
		}
		if cover {
			out = append(out, covering(q, t, cols)...)
		}
	}
	slices.SortFunc(out, func(a, b planner.Index) int { return cmp.Compare(a.Def, b.Def) })
	return slices.CompactFunc(out, func(a, b planner.Index) bool { return a.Def == b.Def })
}

// covering returns indexes that carry every column which q reads of a table.
func covering(q *planner.Query, t *catalog.Table, cols []string) []planner.Index {
	var out []planner.Index
	for _, lv := range q.Info.Levels {
		for _, r := range lv.Rels {
			if r.Table != t || r.Star || len(r.Used) > maxInclude {
				continue
			}
			for n := 1; n <= 2; n++ {
				for _, p := range permutations(cols, n) {
					var include []string
					for _, c := range slices.Sorted(maps.Keys(r.Used)) {
						if !slices.Contains(p, c) && t.ByName[c] != nil {
							include = append(include, c)
						}
					}
					if len(include) > 0 {
						out = append(out, planner.Including(t.Name, p, include))
					}
				}
			}
		}
	}
	return out
}

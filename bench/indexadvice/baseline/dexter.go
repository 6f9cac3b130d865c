package baseline

import (
	"cmp"
	"maps"
	"slices"

	"github.com/sqlvet/sqlvet/bench/indexadvice/planner"
)

const (
	dexterMinCost = 100 // statements below are left alone
	dexterSavings = 0.5 // share of the cost that must go
)

// Dexter follows ankane/dexter: hypothetical indexes of one and of two columns
// over every column whose name occurs in the statement, at most one suggestion
// a statement.
func Dexter(s *planner.Session, list []*planner.Query) ([]planner.Index, error) {
	d := &dexter{s, map[string]bool{}}
	for _, name := range s.Catalog.Order {
		for _, x := range s.Catalog.Tables[name].Indexes {
			if x.AM == "btree" && x.Pred == "" {
				cols := slices.Concat(x.Keys, x.Include)
				for n := 1; n <= min(2, len(cols)); n++ {
					d.covered[planner.Plain(name, cols[:n]...).Def] = true
				}
			}
		}
	}
	found := map[string]planner.Index{}
	queries := map[string]int{} // how many ask for an index
	for _, q := range list {
		x, ok, err := d.query(q)
		if err != nil {
			return nil, err
		}
		if ok {
			found[x.Def] = x
			queries[x.Def]++
		}
	}
	for _, x := range slices.Collect(maps.Values(found)) {
		if len(x.Keys) > 1 { // the wider index does the narrow one's work
			delete(found, planner.Plain(x.Table, x.Keys[0]).Def)
		}
	}
	out := slices.SortedFunc(maps.Values(found), func(a, b planner.Index) int {
		return cmp.Or(queries[b.Def]-queries[a.Def], cmp.Compare(a.Def, b.Def))
	})
	return out, s.Reset()
}

type dexter struct {
	*planner.Session
	covered map[string]bool // definitions that existing indexes make needless
}

// query returns the index that dexter would suggest for one statement.
func (d *dexter) query(q *planner.Query) (x planner.Index, ok bool, err error) {
	if err := d.Reset(); err != nil {
		return x, false, err
	}
	before, err := d.Explain(q)
	if err != nil || before.Cost < dexterMinCost {
		return x, false, nil
	}
	one, two := d.candidates(q)
	byDef := map[string]planner.Index{}
	for _, c := range slices.Concat(one, two) {
		byDef[c.Def] = c
	}
	for _, c := range one {
		d.Add(c)
	}
	with1, err := d.Explain(q)
	if err != nil {
		return x, false, nil
	}
	for _, c := range two {
		d.Add(c)
	}
	with2, err := d.Explain(q)
	if err != nil {
		return x, false, nil
	}
	pick := func(p planner.Plan) []planner.Index {
		var out []planner.Index
		for _, def := range p.Defs {
			if c, known := byDef[def]; known && !d.covered[def] {
				out = append(out, c)
			}
		}
		return out
	}
	base, chosen := before.Cost, pick(with1)
	good := with1.Cost < base*dexterSavings
	if with1.Cost > dexterMinCost && with2.Cost < with1.Cost*dexterSavings {
		// Two columns at once are only taken if one index has them.
		if wide := pick(with2); len(wide) <= 1 {
			base, chosen, good = with1.Cost, wide, true
		}
	}
	if !good || len(chosen) == 0 {
		return x, false, nil
	}
	if len(chosen) == 1 {
		return chosen[0], true, nil
	}
	return d.winner(q, chosen, base)
}

// winner returns the best of several indexes that the plan used together, if
// it saves enough alone.
func (d *dexter) winner(q *planner.Query, list []planner.Index, base float64) (best planner.Index, ok bool, err error) {
	lowest := base * dexterSavings
	for _, c := range list {
		if err := d.Reset(); err != nil {
			return best, false, err
		}
		d.Add(c)
		if p, err := d.Explain(q); err == nil && p.Cost < lowest {
			best, lowest, ok = c, p.Cost, true
		}
	}
	return best, ok, nil
}

func (d *dexter) candidates(q *planner.Query) (one, two []planner.Index) {
	for _, name := range slices.Sorted(maps.Keys(q.Info.Tables)) {
		var cols []string
		for _, c := range d.Catalog.Tables[name].Cols {
			if q.Info.Names[c.Name] && c.Base != "json" && c.Base != "jsonb" && c.Base != "point" {
				cols = append(cols, c.Name)
			}
		}
		for _, a := range cols {
			one = append(one, planner.Plain(name, a))
			for _, b := range cols {
				if a != b {
					two = append(two, planner.Plain(name, a, b))
				}
			}
		}
	}
	return one, two
}

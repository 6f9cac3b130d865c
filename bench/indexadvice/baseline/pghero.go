package baseline

import (
	"cmp"
	"fmt"
	"slices"

	"github.com/sqlvet/sqlvet/bench/indexadvice/catalog"
	"github.com/sqlvet/sqlvet/bench/indexadvice/planner"
	"github.com/sqlvet/sqlvet/bench/indexadvice/shape"
)

const (
	heroMinRows = 500 // of a table
	heroEnough  = 50  // rows left: further columns are not needed
	heroKeep    = 0.3 // a last column that keeps a larger share is dropped
	heroColumns = 2
)

// PgHero follows PgHero's index suggestions: statements on one table with
// conditions joined by AND; columns by the rows that pg_stats expects to be
// left, at most two.
func PgHero(_ *planner.Session, list []*planner.Query) ([]planner.Index, error) {
	var out set
	for _, q := range list {
		if len(q.Info.Levels) != 1 || len(q.Info.Levels[0].Rels) != 1 {
			continue
		}
		lv := q.Info.Levels[0]
		t := lv.Rels[0].Table
		if t == nil || t.Rows < heroMinRows {
			continue
		}
		terms, ok := heroTerms(lv)
		if !ok || len(terms) == 0 {
			continue
		}
		if terms[0].op == "like" {
			c := terms[0].col
			out.add(planner.Index{
				Def: fmt.Sprintf("ON %s USING gist (%s gist_trgm_ops)", catalog.QuoteTable(t.Name), catalog.Quote(c)), Table: t.Name, Keys: []string{c}, Special: true,
			})
			continue
		}
		keys := heroKeys(t, terms)
		sortable := !slices.ContainsFunc(keys, func(k string) bool { return !shape.Sortable(t.ByName[k]) })
		if len(keys) > 0 && sortable && !t.Covered(keys) {
			out.add(planner.Plain(t.Name, keys...))
		}
	}
	return out.list, nil
}

type heroTerm struct {
	col, op string
	rows    float64 // expected to be left by it alone
}

var heroOps = map[shape.PredKind]string{
	shape.Eq: "=", shape.In: "=", shape.Range: "<", shape.Like: "like", shape.ILike: "like",
	shape.IsNull: "null", shape.NotNull: "not null", shape.Ne: "<>",
}

// heroTerms returns the conditions, most selective first, and the sort keys
// behind them; false if a condition is of another kind.
func heroTerms(lv *shape.Level) ([]heroTerm, bool) {
	r := lv.Rels[0]
	var terms []heroTerm
	for _, p := range r.Preds {
		op := heroOps[p.Kind]
		if p.Or != 0 || p.Col == "" || op == "" {
			return nil, false
		}
		terms = append(terms, heroTerm{p.Col, op, heroRows(r.Table.ByName[p.Col], r.Table.Rows, op)})
	}
	slices.SortStableFunc(terms, func(a, b heroTerm) int { return cmp.Compare(a.rows, b.rows) })
	for _, k := range lv.Sort {
		if k.Col == "" {
			break
		}
		terms = append(terms, heroTerm{col: k.Col, op: "sort"})
		if k.Desc {
			break
		}
	}
	return terms, true
}

// heroRows estimates how many of rows a condition leaves.
func heroRows(c *catalog.Column, rows float64, op string) float64 {
	switch op {
	case "null":
		return rows * c.NullFrac
	case "not null":
		return rows * (1 - c.NullFrac)
	}
	rows *= 1 - c.NullFrac
	equal := 0.0
	if c.NDistinct > 0 {
		equal = rows / c.NDistinct
	}
	switch op {
	case "<", "like":
		return (rows + equal) / 10
	case "<>":
		return rows - equal
	}
	return equal
}

func heroKeys(t *catalog.Table, terms []heroTerm) []string {
	var keys []string
	left := []float64{t.Rows}
	for _, w := range terms {
		if w.op == "like" || slices.Contains(keys, w.col) {
			continue
		}
		keys = append(keys, w.col)
		rest := heroRows(t.ByName[w.col], left[len(left)-1], w.op)
		left = append(left, rest)
		if rest < heroEnough || len(keys) >= heroColumns || w.op == "<" {
			break
		}
	}
	for i := len(left) - 1; i > 0 && left[i] > left[i-1]*heroKeep; i-- {
		keys = keys[:len(keys)-1]
	}
	return keys
}

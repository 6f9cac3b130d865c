// Package score answers: how good is a set of index suggestions?
//
// The suggestions are built as real indexes inside of a transaction that is
// rolled back, so that partial indexes, expressions and other access methods
// count, and the workload is explained with them.
package score

import (
	"fmt"
	"slices"
	"strings"

	pg "github.com/pganalyze/pg_query_go/v6"

	"github.com/sqlvet/sqlvet/bench/indexadvice/catalog"
	"github.com/sqlvet/sqlvet/bench/indexadvice/planner"
	"github.com/sqlvet/sqlvet/bench/indexadvice/shape"
)

// A Suggestion is a CREATE INDEX statement, taken apart.
type Suggestion struct {
	planner.Index
	AM      string // btree unless it says otherwise
	Where   string // predicate
	Analyze bool   // has an expression, which the planner knows by statistics only
}

// Parse reads CREATE INDEX statements. Names, CONCURRENTLY, IF NOT EXISTS and
// UNIQUE are not kept. refused are those that no table or no parser takes.
func Parse(cat *catalog.Catalog, sql string) (list []Suggestion, refused []string) {
	statements, err := pg.SplitWithScanner(sql, true)
	if err != nil {
		return nil, []string{err.Error()}
	}
	for _, text := range statements {
		tree, err := pg.Parse(text)
		if err != nil {
			refused = append(refused, fmt.Sprintf("%v: %s", err, text))
			continue
		}
		for _, st := range tree.Stmts {
			ix := st.Stmt.GetIndexStmt()
			if ix == nil {
				continue
			}
			x, err := parse(cat, ix)
			if err != nil {
				refused = append(refused, fmt.Sprintf("%v: %s", err, text))
				continue
			}
			list = append(list, x)
		}
	}
	return list, refused
}

func parse(cat *catalog.Catalog, ix *pg.IndexStmt) (Suggestion, error) {
	x := Suggestion{AM: ix.AccessMethod}
	if x.AM == "" {
		x.AM = "btree"
	}
	t := cat.Table(ix.Relation.Schemaname, ix.Relation.Relname)
	if t == nil {
		return x, fmt.Errorf("no table %s", ix.Relation.Relname)
	}
	x.Table = t.Name
	x.Special = x.AM != "btree" || ix.WhereClause != nil
	for _, p := range ix.IndexParams {
		e := p.GetIndexElem()
		if e.Name != "" {
			x.Keys = append(x.Keys, e.Name)
		} else {
			x.Keys = append(x.Keys, shape.Deparse(e.Expr))
			x.Analyze = true
		}
		plain := e.Name != "" && len(e.Opclass) == 0 && len(e.Collation) == 0 &&
			e.Ordering != pg.SortByDir_SORTBY_DESC && e.NullsOrdering != pg.SortByNulls_SORTBY_NULLS_FIRST
		x.Special = x.Special || !plain
	}
	for _, p := range ix.IndexIncludingParams {
		x.Include = append(x.Include, p.GetIndexElem().Name)
	}
	if ix.WhereClause != nil {
		x.Where = shape.Deparse(ix.WhereClause)
	}
	ix.Idxname, ix.Concurrent, ix.IfNotExists, ix.Unique = "", false, false, false
	text, err := shape.DeparseStatement(&pg.Node{Node: &pg.Node_IndexStmt{IndexStmt: ix}})
	x.Def = strings.TrimPrefix(text, "CREATE INDEX ")
	if !x.Special && len(x.Include) == 0 {
		x.Def = planner.Plain(x.Table, x.Keys...).Def // the search's own spelling
	}
	return x, err
}

// A Relation says what one index can do of another's work.
type Relation int

const (
	Apart   Relation = iota
	Leads            // the same first column
	Shorter          // its keys are the first of the other's, or the same in another order
	Covers           // the other's keys are its first
	Exact
)

// Compare says what a does of the work of b.
func Compare(a, b Suggestion) Relation {
	if a.Table != b.Table || a.AM != b.AM {
		return Apart
	}
	same := 0
	for same < min(len(a.Keys), len(b.Keys)) && a.Keys[same] == b.Keys[same] {
		same++
	}
	if same == len(a.Keys) && same == len(b.Keys) && a.Where == b.Where {
		return Exact
	}
	if a.Where != "" && a.Where != b.Where {
		return Apart // a holds fewer rows
	}
	switch {
	case same == len(b.Keys):
		return Covers
	case same > 0 && same == len(a.Keys):
		return Shorter
	case same > 0:
		return Leads
	case len(a.Keys) >= len(b.Keys) && permuted(a.Keys[:len(b.Keys)], b.Keys):
		return Shorter
	}
	return Apart
}

func permuted(a, b []string) bool {
	return slices.Equal(slices.Sorted(slices.Values(a)), slices.Sorted(slices.Values(b)))
}

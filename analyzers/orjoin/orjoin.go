package orjoin

import (
	_ "embed"
	"fmt"
	"slices"

	"golang.org/x/tools/go/analysis"

	"github.com/sqlvet/sqlvet/analyzers/sqlparse"
	"github.com/sqlvet/sqlvet/internal/config"
	"github.com/sqlvet/sqlvet/internal/docs"
	"github.com/sqlvet/sqlvet/internal/passes/dbschema"
	"github.com/sqlvet/sqlvet/internal/passes/suppress"
	"github.com/sqlvet/sqlvet/internal/sqlmodel"
	"github.com/sqlvet/sqlvet/internal/sqlscan"
)

const name = "orjoin"

//go:embed doc.go
var doc string

// Analyzer reports conditions joined by OR that no index can serve together.
var Analyzer = &analysis.Analyzer{
	Name:     name,
	Doc:      docs.Must(doc, name),
	URL:      docs.URL(name),
	Requires: []*analysis.Analyzer{dbschema.Analyzer, sqlparse.Analyzer, suppress.Analyzer},
	Run:      run,
}

func run(pass *analysis.Pass) (any, error) {
	small := pass.ResultOf[dbschema.Analyzer].(*dbschema.Result).Tables.Small
	for _, q := range pass.ResultOf[sqlparse.Analyzer].(*sqlparse.Result).Queries {
		if !q.Sends() || q.Fragment() != sqlscan.Statement || q.Dialect.Foreign() {
			continue
		}
		m := q.Model()
		if m.Err != nil || !m.Exact {
			continue
		}
		for _, st := range m.Statements {
			for _, l := range st.Levels {
				if c := crossing(l); c != nil && !all(l, small) && !q.LeftOut(pass, name, false) {
					f := q.Finding(name, c.category, c.at, c.message)
					f.Confidence = config.Likely
					suppress.Report(pass, f)
				}
			}
		}
	}
	return nil, nil
}

// all reports whether a level reads nothing but small tables.
func all(l *sqlmodel.Level, small []string) bool {
	return !slices.ContainsFunc(l.Relations, func(r *sqlmodel.Relation) bool { return !config.Has(small, r.Name) })
}

type found struct {
	category, message string
	at                sqlmodel.Range
}

// crossing returns the OR of a level that no index serves, if nothing else finds
// its rows.
func crossing(l *sqlmodel.Level) *found {
	var or *sqlmodel.Condition
	for _, c := range l.Conditions {
		switch {
		case c.Place != sqlmodel.PlaceWhere && c.Place != sqlmodel.PlaceOn:
		case c.Or && c.Place == sqlmodel.PlaceWhere:
			if or != nil {
				return nil
			}
			or = c
		case finds(c):
			return nil
		}
	}
	if or == nil {
		return nil
	}
	var tables []*sqlmodel.Relation
	subselects, at := 0, sqlmodel.Range{Start: -1}
	for _, arm := range or.Args {
		side, ok := sideOf(arm)
		if !ok {
			return nil
		}
		if at.Start < 0 {
			at = side.at
		}
		at.End = side.at.End
		if side.rel == nil {
			subselects++
		} else if !slices.Contains(tables, side.rel) {
			tables = append(tables, side.rel)
		}
	}
	switch {
	case len(tables) > 1:
		return &found{"tables", fmt.Sprintf("no index serves an OR over two tables: all rows of %s and %s are joined first; a query for each side, joined by UNION, uses the index of each", tables[0].Name, tables[1].Name), at}
	case subselects > 0 && len(or.Args) > 1 && len(l.Relations) > 0:
		return &found{"subselect", "no index serves a subselect beside OR: every row is read, and the subselect asked for each; a query for each side, joined by UNION, uses the index of each", at}
	}
	return nil
}

// A side is what one arm of an OR finds its rows by: a column's table, or a
// subselect, where rel is nil.
type side struct {
	rel *sqlmodel.Relation
	at  sqlmodel.Range
}

// sideOf returns what an arm finds its rows by; ok is false if that is not known,
// or nothing.
func sideOf(c *sqlmodel.Condition) (side, bool) {
	if c.Or || c.Case {
		return side{}, false
	}
	if c.And {
		for _, a := range c.Args {
			if s, ok := sideOf(a); ok {
				return s, true
			}
		}
		return side{}, false
	}
	p := c.Predicate
	if p.Negated {
		return side{}, false
	}
	if p.Op == sqlmodel.OpExists || p.Op == sqlmodel.OpIn && p.Right != nil && p.Right.Level != nil {
		return side{at: p.Range}, true
	}
	if rel := asked(p); rel != nil {
		return side{rel, p.Range}, true
	}
	return side{}, false
}

// asked returns the table whose column a condition compares with a value.
func asked(p sqlmodel.Predicate) *sqlmodel.Relation {
	if p.Op != sqlmodel.OpEq && p.Op != sqlmodel.OpIn || p.Left == nil || p.Left.Kind != sqlmodel.ExprColumn || p.Left.Outer || p.Left.Rel == nil || p.Left.Rel.Kind != sqlmodel.RelTable {
		return nil
	}
	if p.Right != nil && p.Right.Kind != sqlmodel.ExprParam && p.Right.Kind != sqlmodel.ExprConst && p.Right.Kind != sqlmodel.ExprCast {
		return nil
	}
	return p.Left.Rel
}

// finds reports whether a condition compares something with a value, or with a
// level around, so that it may find the rows.
func finds(c *sqlmodel.Condition) bool {
	if c.And || c.Or || c.Case {
		return slices.ContainsFunc(c.Args, finds)
	}
	p := c.Predicate
	if p.Op == sqlmodel.OpIsNull || p.Op == sqlmodel.OpIsNotNull || p.Op == sqlmodel.OpBool || p.Op == sqlmodel.OpNe {
		return false
	}
	columns := 0
	for _, e := range []*sqlmodel.Expr{p.Left, p.Right} {
		if e != nil && e.Kind == sqlmodel.ExprColumn && !e.Outer {
			columns++
		}
	}
	return columns < 2 // a join condition alone finds nothing
}

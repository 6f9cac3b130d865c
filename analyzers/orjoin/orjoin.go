package orjoin

import (
	_ "embed"
	"fmt"
	"go/types"
	"slices"

	"golang.org/x/tools/go/analysis"

	"github.com/sqlvet/sqlvet/analyzers/sqlparse"
	"github.com/sqlvet/sqlvet/internal/config"
	"github.com/sqlvet/sqlvet/internal/docs"
	"github.com/sqlvet/sqlvet/internal/passes/dbschema"
	"github.com/sqlvet/sqlvet/internal/passes/funceffects"
	"github.com/sqlvet/sqlvet/internal/passes/suppress"
	"github.com/sqlvet/sqlvet/internal/schema"
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
	Requires: []*analysis.Analyzer{dbschema.Analyzer, sqlparse.Analyzer, funceffects.Analyzer, suppress.Analyzer},
	Run:      run,
}

func run(pass *analysis.Pass) (any, error) {
	db := pass.ResultOf[dbschema.Analyzer].(*dbschema.Result)
	for _, q := range pass.ResultOf[sqlparse.Analyzer].(*sqlparse.Result).Queries {
		if !q.Sends() || q.Fragment() != sqlscan.Statement || q.Dialect.Foreign() {
			continue
		}
		m := q.Model()
		if m.Err != nil || !m.Exact {
			continue
		}
		c := &checker{pass, q, db}
		for _, st := range m.Statements {
			for _, l := range st.Levels {
				if x := c.crossing(l); x != nil && !all(l, db.Tables.Small) && !q.LeftOut(pass, name, false) {
					f := q.Finding(name, x.category, x.at, x.message)
					sqlparse.Behind(pass.Fset, &f, pass.ResultOf[funceffects.Analyzer].(*funceffects.Result).Hides(q.Call))
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

// A checker looks at one query.
type checker struct {
	pass *analysis.Pass
	q    *sqlparse.Query
	db   *dbschema.Result
}

type found struct {
	category, message string
	at                sqlmodel.Range
}

// crossing returns the OR of a level that no index serves, if nothing else finds
// its rows.
func (c *checker) crossing(l *sqlmodel.Level) *found {
	// The first rows of an order are found by that, unless so few rows match that an
	// index was made to find those of each side.
	first := l.Limit != nil && len(l.Sort) > 0
	var or *sqlmodel.Condition
	var conditions []*sqlmodel.Condition
	for _, t := range l.Conditions {
		conditions = append(conditions, t.Conjuncts()...)
	}
	for _, t := range conditions {
		switch {
		case t.Place != sqlmodel.PlaceWhere && t.Place != sqlmodel.PlaceOn:
		case t.Or && t.Place == sqlmodel.PlaceWhere:
			if or != nil {
				return nil
			}
			or = t
		case finds(t):
			return nil
		}
	}
	if or == nil {
		return nil
	}
	var tables []*sqlmodel.Relation
	subselects, at := 0, sqlmodel.Range{Start: -1}
	for _, arm := range or.Args {
		side, ok := c.sideOf(arm)
		if !ok || first && !side.indexed {
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
		return &found{"subselect", "no index serves a subselect beside OR: every row is read and compared with both; a query for each side, joined by UNION, uses the index of each", at}
	}
	return nil
}

// A side is what one arm of an OR finds its rows by: a column's table, or a
// subselect, where rel is nil. indexed: an index begins with a column that a value
// is given for.
type side struct {
	rel     *sqlmodel.Relation
	at      sqlmodel.Range
	indexed bool
}

// sideOf returns what an arm finds its rows by; ok is false if that is not known,
// or nothing.
func (c *checker) sideOf(t *sqlmodel.Condition) (side, bool) {
	if t.Or || t.Case {
		return side{}, false
	}
	if t.And {
		for _, a := range t.Args {
			if s, ok := c.sideOf(a); ok {
				return s, true
			}
		}
		return side{}, false
	}
	p := t.Predicate
	if p.Negated {
		return side{}, false
	}
	if p.Op == sqlmodel.OpExists || p.Op == sqlmodel.OpIn && p.Right != nil && p.Right.Level != nil {
		inner := p.Right
		if p.Op == sqlmodel.OpExists {
			inner = p.Left
		}
		indexed := inner != nil && inner.Level != nil && slices.ContainsFunc(inner.Level.Predicates, func(p sqlmodel.Predicate) bool {
			return !p.Or && c.asked(p) != nil && c.indexed(p.Left)
		})
		return side{at: p.Range, indexed: indexed}, true
	}
	if rel := c.asked(p); rel != nil {
		return side{rel, p.Range, c.indexed(p.Left)}, true
	}
	return side{}, false
}

// indexed reports whether an index of the schema begins with what is compared.
func (c *checker) indexed(left *sqlmodel.Expr) bool {
	s, column := c.db.Schema(), only(left)
	if s == nil || column == nil {
		return false
	}
	text := ""
	if source := c.q.Text.Source().Text; left != column && 0 <= left.Start && left.End <= len(source) {
		text = schema.NormalExpr(source[left.Start:left.End])
	}
	t := s.Table(column.Rel.Schema, column.Rel.Name)
	return t != nil && slices.ContainsFunc(t.Indexes, func(i *schema.Index) bool {
		if i.Invalid || i.Predicate != "" || len(i.Keys) == 0 {
			return false
		}
		first := i.Keys[0]
		return left == column && first.Column == column.Name || text != "" && first.Expr != "" && schema.NormalExpr(first.Expr) == text
	})
}

// only returns the column of a table that an expression is made of; nil if there are
// several, or something else that differs from query to query.
func only(e *sqlmodel.Expr) *sqlmodel.Expr {
	switch {
	case e == nil || e.Aggregate || e.Hole || len(e.More) > 0:
		return nil
	case e.Kind == sqlmodel.ExprColumn:
		if e.Outer || e.Rel == nil || e.Rel.Kind != sqlmodel.RelTable {
			return nil
		}
		return e
	case e.Kind != sqlmodel.ExprFunc && e.Kind != sqlmodel.ExprCast && e.Kind != sqlmodel.ExprOp:
		return nil
	}
	var column *sqlmodel.Expr
	for _, a := range e.Args {
		if a.Kind == sqlmodel.ExprConst {
			continue
		}
		if column != nil || only(a) == nil {
			return nil
		}
		column = only(a)
	}
	return column
}

// given reports whether an expression is a value of the program, or made of such.
func given(e *sqlmodel.Expr) bool {
	switch e.Kind {
	case sqlmodel.ExprParam:
		return true
	case sqlmodel.ExprCast, sqlmodel.ExprFunc:
		return len(e.Args) > 0 && !slices.ContainsFunc(e.Args, func(a *sqlmodel.Expr) bool { return a.Kind != sqlmodel.ExprConst && !given(a) }) &&
			slices.ContainsFunc(e.Args, given)
	}
	return false
}

// asked returns the table whose column a condition compares with a value of the
// program, by which few rows are found: not a yes or no.
func (c *checker) asked(p sqlmodel.Predicate) *sqlmodel.Relation {
	column := only(p.Left)
	if p.Op != sqlmodel.OpEq && p.Op != sqlmodel.OpIn || column == nil {
		return nil
	}
	values := p.List
	if p.Right != nil {
		values = append([]*sqlmodel.Expr{p.Right}, values...)
	}
	for _, v := range values {
		if !given(v) {
			return nil
		}
		for v.Kind == sqlmodel.ExprCast && len(v.Args) == 1 {
			v = v.Args[0]
		}
		if arg := c.q.BoundTo(v); v.Kind == sqlmodel.ExprParam && arg != nil {
			if b, ok := c.pass.TypesInfo.TypeOf(arg).Underlying().(*types.Basic); ok && b.Info()&types.IsBoolean != 0 {
				return nil
			}
		}
	}
	return column.Rel
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

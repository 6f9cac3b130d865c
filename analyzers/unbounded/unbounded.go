package unbounded

import (
	_ "embed"
	"fmt"
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
	"github.com/sqlvet/sqlvet/internal/sqltext"
)

const name = "unbounded"

//go:embed doc.go
var doc string

// Analyzer reports queries that read all of a table for a small answer.
var Analyzer = &analysis.Analyzer{
	Name:     name,
	Doc:      docs.Must(doc, name),
	URL:      docs.URL(name),
	Requires: []*analysis.Analyzer{dbschema.Analyzer, sqlparse.Analyzer, funceffects.Analyzer, suppress.Analyzer},
	Run:      run,
}

func run(pass *analysis.Pass) (any, error) {
	if !pass.ResultOf[suppress.Analyzer].(*suppress.Result).Enabled(name) {
		return nil, nil
	}
	for _, q := range pass.ResultOf[sqlparse.Analyzer].(*sqlparse.Result).Queries {
		if q.Dialect != sqlparse.Postgres || q.Fragment() != sqlscan.Statement || !q.Sends() || q.Text.Knowledge() == sqltext.Opaque ||
			q.LeftOut(pass, name, false) {
			continue
		}
		if m := q.Model(); m.Err == nil && m.Exact {
			c := &checker{pass: pass, q: q, db: pass.ResultOf[dbschema.Analyzer].(*dbschema.Result)}
			for _, st := range m.Statements {
				for _, l := range st.Levels {
					c.level(l)
				}
			}
		}
	}
	return nil, nil
}

// A checker judges the levels of one query.
type checker struct {
	pass *analysis.Pass
	q    *sqlparse.Query
	db   *dbschema.Result
}

func (c *checker) report(category string, at sqlmodel.Range, confidence config.Confidence, format string, args ...any) {
	f := c.q.Finding(name, category, at, fmt.Sprintf(format, args...))
	sqlparse.Behind(c.pass.Fset, &f, c.pass.ResultOf[funceffects.Analyzer].(*funceffects.Result).Hides(c.q.Call))
	f.Confidence = confidence
	suppress.Report(c.pass, f)
}

func (c *checker) level(l *sqlmodel.Level) {
	if l.Kind != sqlmodel.Select || l.SetOp != "" {
		return
	}
	c.random(l)
	c.nearest(l)
	c.count(l)
	c.counted(l)
	c.all(l)
	for _, p := range l.Predicates {
		c.notIn(p)
	}
}

// bare returns the only relation of l, a table, if no condition narrows it.
func (c *checker) bare(l *sqlmodel.Level) *sqlmodel.Relation {
	if len(l.Relations) != 1 || len(l.Predicates) > 0 {
		return nil
	}
	r := l.Relations[0]
	if r.Kind != sqlmodel.RelTable || r.Hole || c.db.Small(qualified(r)) {
		return nil
	}
	return r
}

func qualified(r *sqlmodel.Relation) string {
	if r.Schema != "" {
		return r.Schema + "." + r.Name
	}
	return r.Name
}

func (c *checker) random(l *sqlmodel.Level) {
	if len(l.Sort) == 0 || l.Limit == nil || l.Sort[0].Expr.Kind != sqlmodel.ExprFunc || l.Sort[0].Expr.Name != "random" {
		return
	}
	if r := c.bare(l); r != nil {
		c.report("random", l.Sort[0].Expr.Range, config.Likely,
			"ORDER BY random() reads and sorts all of %s: take TABLESAMPLE, or rows from a random key on", r.Name)
	}
}

// count looks for a count that is only compared with zero.
func (c *checker) count(l *sqlmodel.Level) {
	if len(l.Projections) != 1 || len(l.Group) > 0 || len(l.Relations) == 0 {
		return
	}
	e := l.Projections[0].Expr
	if isCount(e) && l.Role == sqlmodel.RoleScalar && l.Parent != nil {
		// (SELECT count(*) …) > 0 stands in the level around.
		for _, p := range l.Parent.Predicates {
			if p.Left != nil && p.Left.Level == l && zero(p.OpText, p.Right) {
				c.report("count", p.Range, config.Certain, "the count is only compared with %s: EXISTS stops at the first row", p.Right.Const)
			}
		}
		return
	}
	if e != nil && e.Kind == sqlmodel.ExprOp && len(e.Args) == 2 && isCount(e.Args[0]) && zero(e.Name, e.Args[1]) {
		c.report("count", e.Range, config.Certain, "the count is only compared with %s: SELECT EXISTS (…) stops at the first row", e.Args[1].Const)
	}
}

// isCount reports whether e is count(*) or a count of something without
// DISTINCT and FILTER.
func isCount(e *sqlmodel.Expr) bool {
	return e != nil && e.Kind == sqlmodel.ExprFunc && e.Name == "count" && len(e.Args) == 1 && len(e.More) == 0 &&
		(e.Args[0].Kind == sqlmodel.ExprStar || e.Args[0].Kind == sqlmodel.ExprConst)
}

// zero reports whether count op e asks if there is a row.
func zero(op string, e *sqlmodel.Expr) bool {
	if e == nil || e.Kind != sqlmodel.ExprConst || e.Hole {
		return false
	}
	switch e.Const {
	case "0":
		return slices.Contains([]string{">", "=", "<>", "!="}, op)
	case "1":
		return op == ">=" || op == "<"
	}
	return false
}

func (c *checker) all(l *sqlmodel.Level) {
	if l.Role != sqlmodel.RoleTop || l.Aggregates || l.Limit != nil || l.Distinct {
		return
	}
	if r := c.bare(l); r != nil && c.db.Big(qualified(r)) {
		size := c.db.Size(qualified(r))
		if size == "" {
			size = ", which is big,"
		}
		c.report("all-rows", r.Range, config.Likely, "all rows of %s%s reach the program: add a condition or a LIMIT", r.Name, size)
	}
}

// notIn looks for x NOT IN (SELECT y …) with a y that may be null.
func (c *checker) notIn(p sqlmodel.Predicate) {
	if p.Op != sqlmodel.OpNotIn || p.Right == nil || p.Right.Level == nil {
		return
	}
	l := p.Right.Level
	if l.SetOp != "" || len(l.Projections) != 1 || len(l.Group) > 0 {
		return
	}
	y := l.Projections[0].Expr
	if y == nil || y.Kind != sqlmodel.ExprColumn || y.Rel == nil || y.Rel.Kind != sqlmodel.RelTable || y.Outer {
		return
	}
	s := c.db.Schema()
	if s == nil {
		return
	}
	t := s.Table(y.Rel.Schema, y.Rel.Name)
	if t == nil || t.Kind != schema.BaseTable || t.Uncertain {
		return
	}
	col := t.Column(y.Name)
	if col == nil {
		return
	}
	if col.NotNull || col.Identity {
		if r := c.bare(l); r != nil && l.Limit == nil && c.db.Schema() != nil && !c.db.Slight(t) {
			c.report("not-in", p.Range, config.Likely,
				"NOT IN is no join: once all of %s%s are more than work_mem holds, they are searched again for each row: write NOT EXISTS", t.Name, c.db.Size(qualified(r)))
		}
		return
	}
	// A comparison of the column leaves no null.
	for _, q := range l.Predicates {
		for _, e := range []*sqlmodel.Expr{q.Left, q.Right} {
			if e != nil && e.Kind == sqlmodel.ExprColumn && e.Name == y.Name && q.Op != sqlmodel.OpIsNull && q.Op != sqlmodel.OpOther {
				return
			}
		}
	}
	c.report("not-in", p.Range, config.Likely,
		"%s.%s may be null: with one null NOT IN is never true, and it cannot become a join: write NOT EXISTS", t.Name, col.Name)
}

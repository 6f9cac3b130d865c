package wholetable

import (
	_ "embed"
	"fmt"

	"golang.org/x/tools/go/analysis"

	"github.com/sqlvet/sqlvet/analyzers/sqlparse"
	"github.com/sqlvet/sqlvet/internal/config"
	"github.com/sqlvet/sqlvet/internal/docs"
	"github.com/sqlvet/sqlvet/internal/golang"
	"github.com/sqlvet/sqlvet/internal/passes/dbschema"
	"github.com/sqlvet/sqlvet/internal/passes/suppress"
	"github.com/sqlvet/sqlvet/internal/pgwords"
	"github.com/sqlvet/sqlvet/internal/sqlmodel"
	"github.com/sqlvet/sqlvet/internal/sqlscan"
	"github.com/sqlvet/sqlvet/internal/sqltext"
)

const name = "wholetable"

//go:embed doc.go
var doc string

// Analyzer reports statements that change all rows of a table.
var Analyzer = &analysis.Analyzer{
	Name:     name,
	Doc:      docs.Must(doc, name),
	URL:      docs.URL(name),
	Requires: []*analysis.Analyzer{dbschema.Analyzer, sqlparse.Analyzer, suppress.Analyzer},
	Run:      run,
}

func run(pass *analysis.Pass) (any, error) {
	c := &checker{pass: pass, db: pass.ResultOf[dbschema.Analyzer].(*dbschema.Result), made: make(map[string]bool)}
	queries := pass.ResultOf[sqlparse.Analyzer].(*sqlparse.Result).Queries
	for _, q := range queries {
		for _, s := range q.Model().Session() {
			c.made[s.Name] = c.made[s.Name] || s.State == sqlmodel.StateTable
		}
	}
	for _, q := range queries {
		if !q.Sends() || q.Fragment() != sqlscan.Statement || q.Dialect.Foreign() || q.Text.Knowledge() != sqltext.Full {
			continue
		}
		m := q.Model()
		if m.Err != nil || !m.Exact {
			continue
		}
		for _, s := range m.Statements {
			if (s.Kind == sqlmodel.Update || s.Kind == sqlmodel.Delete) && len(s.Levels) > 0 {
				c.judge(q, s.Levels[0])
			}
		}
	}
	return nil, nil
}

type checker struct {
	pass *analysis.Pass
	db   *dbschema.Result
	made map[string]bool // temporary tables
}

// judge looks at one UPDATE or DELETE.
func (c *checker) judge(q *sqlparse.Query, l *sqlmodel.Level) {
	t := l.Target
	if t == nil || t.Name == "" || t.Hole || len(l.Relations) != 1 || c.made[t.Name] || config.Has(c.db.Tables.Small, t.Name) {
		return
	}
	category, message := "", ""
	switch {
	case len(l.Predicates) == 0 && len(l.Conditions) == 0 && !q.Chain && config.Has(c.db.Tables.Big, t.Name):
		verb := "deletes"
		if l.Kind == sqlmodel.Update {
			verb = "updates"
		}
		category, message = "no-where", fmt.Sprintf("this %s every row of %s, and keeps them locked until it ends: add a WHERE, or go through the table in batches", verb, t.Name)
	case l.Kind == sqlmodel.Delete && len(l.Predicates) == 1 && c.past(q, l.Predicates[0]):
		category, message = "purge", fmt.Sprintf("all rows of %s beyond a moment are deleted by one statement, which locks and logs each of them until it ends: delete in batches (WHERE key IN (SELECT … LIMIT n)), or drop partitions", t.Name)
	}
	if category == "" || q.LeftOut(c.pass, name, false) {
		return
	}
	f := q.Finding(name, category, t.Range, message)
	f.Severity, f.Confidence = config.SeverityInfo, config.Likely
	suppress.Report(c.pass, f)
}

// past reports whether a condition holds for all rows beyond a moment.
func (c *checker) past(q *sqlparse.Query, p sqlmodel.Predicate) bool {
	if p.Or || p.Negated || p.Left == nil || p.Left.Kind != sqlmodel.ExprColumn || p.Right == nil {
		return false
	}
	switch p.Op {
	case sqlmodel.OpLt, sqlmodel.OpLe, sqlmodel.OpBetween:
		return c.moment(q, p.Right)
	}
	return false
}

// moment reports whether an expression is a point in time.
func (c *checker) moment(q *sqlparse.Query, e *sqlmodel.Expr) bool {
	switch e.Kind {
	case sqlmodel.ExprParam:
		arg := q.BoundTo(e)
		return arg != nil && golang.IsNamed(c.pass.TypesInfo.TypeOf(arg), "time", "Time")
	case sqlmodel.ExprFunc:
		if pgwords.Clock(e.Name) {
			return true
		}
	}
	for _, a := range e.Args {
		if c.moment(q, a) {
			return true
		}
	}
	return false
}

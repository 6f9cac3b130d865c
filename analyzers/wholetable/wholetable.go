package wholetable

import (
	_ "embed"
	"fmt"
	"go/ast"
	"slices"

	"golang.org/x/tools/go/analysis"

	"github.com/sqlvet/sqlvet/analyzers/sqlparse"
	"github.com/sqlvet/sqlvet/internal/apis"
	"github.com/sqlvet/sqlvet/internal/config"
	"github.com/sqlvet/sqlvet/internal/docs"
	"github.com/sqlvet/sqlvet/internal/passes/dbschema"
	"github.com/sqlvet/sqlvet/internal/passes/suppress"
	"github.com/sqlvet/sqlvet/internal/sqlmodel"
	"github.com/sqlvet/sqlvet/internal/sqlscan"
	"github.com/sqlvet/sqlvet/internal/sqltext"
)

const name = "wholetable"

// Optional is the key of the settings that asks for every UPDATE and DELETE
// without a condition, not only those of tables that are known to be big.
const Optional = name + "/no-where"

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
	c := &checker{pass: pass, db: pass.ResultOf[dbschema.Analyzer].(*dbschema.Result), made: make(map[string]bool), narrows: make(map[*ast.CallExpr]bool)}
	queries := pass.ResultOf[sqlparse.Analyzer].(*sqlparse.Result).Queries
	for _, q := range queries {
		for _, s := range q.Model().Session() {
			c.made[s.Name] = c.made[s.Name] || s.State == sqlmodel.StateTable
		}
		for _, s := range q.Model().Statements {
			if (s.Kind == sqlmodel.Update || s.Kind == sqlmodel.Delete) && len(s.Levels) > 0 && !c.unconditional(q, s.Levels[0]) {
				c.narrows[q.Call] = true
			}
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
	// narrows holds the calls that have a condition in some form of their text.
	narrows map[*ast.CallExpr]bool
}

// judge looks at one UPDATE or DELETE.
func (c *checker) judge(q *sqlparse.Query, l *sqlmodel.Level) {
	t := l.Target
	if t == nil || t.Name == "" || t.Hole || c.made[t.Name] || config.Has(c.db.Tables.Small, t.Name) {
		return
	}
	if len(l.Relations) != 1 {
		c.unjoined(q, l, t)
		return
	}
	category, message, optional, severity := "", "", "", config.SeverityInfo
	switch {
	case c.unconditional(q, l):
		verb := "deletes"
		if l.Kind == sqlmodel.Update {
			verb = "updates"
		}
		category, message = "no-where", fmt.Sprintf("this %s every row of %s, and keeps them locked until it ends: add a WHERE, or go through the table in batches", verb, t.Name)
		switch given := c.unasked(q); {
		case given != "":
			severity = config.SeverityWarning
			message = fmt.Sprintf("this %s every row of %s: %s, which the function is given, goes into what it says and not into the statement; add a WHERE", verb, t.Name, given)
		case c.narrows[q.Call]:
			if c.refused(q) {
				return
			}
			message = fmt.Sprintf("where no condition is added on the way to this call, it %s every row of %s: refuse to run it without, or give it one that always holds", verb, t.Name)
		case !config.Has(c.db.Tables.Big, t.Name):
			optional = Optional
		}
	case l.Kind == sqlmodel.Delete && len(l.Predicates) == 1 && c.past(q, l.Predicates[0]):
		category, message = "purge", fmt.Sprintf("all rows of %s beyond a moment are deleted by one statement, which locks and logs each of them until it ends: delete in batches (WHERE key IN (SELECT … LIMIT n)), or drop partitions", t.Name)
	}
	if category == "" || q.LeftOut(c.pass, name, false) {
		return
	}
	f := q.Finding(name, category, t.Range, message)
	f.Severity, f.Confidence, f.Optional = severity, config.Likely, optional
	suppress.Report(c.pass, f)
}

// unjoined looks at one that reads another table without a condition: each row is paired
// with all of that, and one of them decides, nobody knows which.
func (c *checker) unjoined(q *sqlparse.Query, l *sqlmodel.Level, t *sqlmodel.Relation) {
	other := ""
	for _, r := range l.Relations {
		switch {
		case r.Kind != sqlmodel.RelTable || r.Hole || r.Name == "" || c.made[r.Name] || c.db.Small(r.Name):
			return // one row, perhaps
		case r != t:
			other = r.Name
		}
	}
	if other == "" || len(l.Conditions)+len(l.Predicates) > 0 || q.LeftOut(c.pass, name, false) {
		return
	}
	f := q.Finding(name, "no-join", t.Range, fmt.Sprintf("no condition says which row of %s belongs to which of %s: every row of %s is changed, by any of the other; add a WHERE that joins them", other, t.Name, t.Name))
	f.Confidence = config.Likely
	suppress.Report(c.pass, f)
}

// unconditional reports whether a statement changes each row: it has no condition, or
// one that is true whatever the row holds, as libraries want it that send none
// without.
func (c *checker) unconditional(q *sqlparse.Query, l *sqlmodel.Level) bool {
	if len(l.Conditions) == 0 {
		lib, ok := apis.LibraryOf(q.API.Library)
		return len(l.Predicates) == 0 && !(q.Chain && ok && lib.Chain != nil && lib.Chain.WantsWhere)
	}
	return !slices.ContainsFunc(l.Conditions, func(t *sqlmodel.Condition) bool { return t.Or || t.And || t.Case || !always(t.Predicate) })
}

// always reports whether a condition is true of every row: TRUE, 1 = 1.
func always(p sqlmodel.Predicate) bool {
	constant := func(e *sqlmodel.Expr) bool { return e != nil && e.Kind == sqlmodel.ExprConst && !e.Hole }
	switch {
	case p.Negated || !constant(p.Left):
		return false
	case p.Op == sqlmodel.OpBool:
		return p.Left.ConstKind == sqlmodel.ConstBool && p.Left.Const == "true"
	}
	return p.Op == sqlmodel.OpEq && constant(p.Right) && p.Left.Const == p.Right.Const
}

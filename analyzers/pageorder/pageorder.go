package pageorder

import (
	_ "embed"
	"fmt"
	"go/ast"
	"slices"
	"strings"

	"golang.org/x/tools/go/analysis"

	"github.com/sqlvet/sqlvet/analyzers/sqlparse"
	"github.com/sqlvet/sqlvet/internal/config"
	"github.com/sqlvet/sqlvet/internal/docs"
	"github.com/sqlvet/sqlvet/internal/passes/dbschema"
	"github.com/sqlvet/sqlvet/internal/passes/suppress"
	"github.com/sqlvet/sqlvet/internal/schema"
	"github.com/sqlvet/sqlvet/internal/sqlmodel"
	"github.com/sqlvet/sqlvet/internal/sqlscan"
)

const name = "pageorder"

// Optional is the key of the settings that asks for what is a hint.
const Optional = name + "/ties"

//go:embed doc.go
var doc string

// Analyzer reports pages of a list whose order is not decided to the end.
var Analyzer = &analysis.Analyzer{
	Name:     name,
	Doc:      docs.Must(doc, name),
	URL:      docs.URL(name),
	Requires: []*analysis.Analyzer{dbschema.Analyzer, sqlparse.Analyzer, suppress.Analyzer},
	Run:      run,
}

func run(pass *analysis.Pass) (any, error) {
	queries := pass.ResultOf[sqlparse.Analyzer].(*sqlparse.Result).Queries
	ordered := make(map[*ast.CallExpr]bool) // some alternative of the text has an order
	for _, q := range queries {
		if strings.Contains(strings.ToLower(q.Text.Source().Text), "order by") {
			ordered[q.Call] = true
		}
	}
	for _, q := range queries {
		if !q.Sends() || q.Fragment() != sqlscan.Statement || q.Dialect.Foreign() || !strings.Contains(strings.ToLower(q.Text.Source().Text), "offset") {
			continue
		}
		if m := q.Model(); m.Err != nil || !m.Exact || q.LeftOut(pass, name, false) {
			continue
		}
		for _, st := range q.Model().Statements {
			for _, l := range st.Levels {
				page(pass, q, l, ordered[q.Call])
			}
		}
	}
	return nil, nil
}

// page judges one level.
func page(pass *analysis.Pass, q *sqlparse.Query, l *sqlmodel.Level, ordered bool) {
	if l.Kind != sqlmodel.Select || l.SetOp != "" || l.Offset == nil || l.Limit == nil || l.Offset.Kind == sqlmodel.ExprConst || !readsTable(l) || l.Aggregates && len(l.Group) == 0 {
		return
	}
	if len(l.Sort) == 0 {
		if ordered {
			return
		}
		f := q.Finding(name, "no-order", l.Offset.Range, "pages without ORDER BY: each comes in whatever order its plan has, so that rows stand on two pages and others on none; sort by a unique key")
		suppress.Report(pass, f)
		return
	}
	if len(l.Relations) != 1 || len(l.Group) > 0 || l.Aggregates || l.Distinct {
		return
	}
	s := pass.ResultOf[dbschema.Analyzer].(*dbschema.Result).Schema()
	if s == nil {
		return
	}
	t := s.Table(l.Relations[0].Schema, l.Relations[0].Name)
	if t == nil || t.Kind != schema.BaseTable || t.Uncertain {
		return
	}
	fixed, ok := decided(l)
	if !ok || t.UniqueBy(fixed) {
		return
	}
	last := l.Sort[len(l.Sort)-1].Expr
	f := q.Finding(name, "ties", last.Range, fmt.Sprintf("rows of %s that are equal in this order change their places from page to page: end ORDER BY with a unique key%s", t.Name, key(t)))
	f.Severity, f.Confidence, f.Optional = config.SeverityHint, config.Likely, Optional
	suppress.Report(pass, f)
}

func readsTable(l *sqlmodel.Level) bool {
	return slices.ContainsFunc(l.Relations, func(r *sqlmodel.Relation) bool { return r.Kind == sqlmodel.RelTable })
}

// decided returns the columns whose values tell rows apart: those sorted by, and
// those that a condition fixes, of which all rows have one. It reports false if
// something else is sorted by.
func decided(l *sqlmodel.Level) (map[string]bool, bool) {
	out := l.Given()
	for _, k := range l.Sort {
		if k.Expr.Kind != sqlmodel.ExprColumn || k.Expr.Rel == nil {
			return nil, false
		}
		out[k.Expr.Name] = true
	}
	return out, true
}

// key names the primary key, if it is one column.
func key(t *schema.Table) string {
	if t.Primary == nil || len(t.Primary.Keys) != 1 {
		return ""
	}
	return ", such as " + t.Primary.Keys[0].Column
}

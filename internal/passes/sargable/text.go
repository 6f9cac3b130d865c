package sargable

import (
	"go/ast"
	"go/token"
	"strings"

	"golang.org/x/tools/go/analysis"

	"github.com/sqlvet/sqlvet/analyzers/sqlparse"
	"github.com/sqlvet/sqlvet/internal/passes/suppress"
	"github.com/sqlvet/sqlvet/internal/sqlmodel"
	"github.com/sqlvet/sqlvet/internal/sqlscan"
)

// A text is SQL that conditions are read from, and its place in the Go
// source: that of a query, or one string of a condition that the program
// builds as a composite literal.
type text struct {
	sqlscan.Source
	dialect sqlparse.Dialect
	clause  bool          // a part of a statement: its table is the builder's
	fn      *ast.FuncDecl // around it; nil in a package-level variable

	query *sqlparse.Query // nil for a composite literal
	// Of a composite literal: the expression whose constant value the text
	// is, and the one that is bound to its placeholder, nil if none is.
	expr, value ast.Expr
}

// queryText is the text of a query.
func queryText(q *sqlparse.Query) *text {
	return &text{
		Source: q.Text.Source(), dialect: q.Dialect, clause: q.Fragment() != sqlscan.Statement,
		fn: q.Func, query: q,
	}
}

// finding returns a finding at a range of the text.
func (t *text) finding(category string, r sqlmodel.Range, message string) suppress.Finding {
	if t.query != nil {
		return t.query.Finding(name, category, r, message)
	}
	f := suppress.Finding{Pos: t.expr.Pos(), End: t.expr.End(), Rule: name, Category: category, Message: message}
	// Have: without escapes, each byte of the text stands behind the quote.
	if lit, ok := ast.Unparen(t.expr).(*ast.BasicLit); ok && len(lit.Value) == len(t.Text)+2 {
		f.Pos = lit.Pos() + 1 + token.Pos(r.Start)
		f.End = lit.Pos() + 1 + token.Pos(r.End)
	}
	f.Also = []token.Pos{t.expr.Pos()}
	return f
}

// edit returns the edit that puts new in the place of a range of the text.
func (t *text) edit(r sqlmodel.Range, new string) (analysis.TextEdit, bool) {
	if t.query == nil {
		return analysis.TextEdit{}, false
	}
	return t.query.Edit(r, new)
}

// bound returns the Go expression that is bound to a placeholder, nil if that
// is not plain to see.
func (t *text) bound(param *sqlmodel.Expr) ast.Expr {
	if t.query == nil {
		return t.value
	}
	return t.query.BoundTo(param)
}

// postgres reports whether the text is known to be PostgreSQL's SQL.
func (t *text) postgres() bool {
	return t.dialect == sqlparse.Postgres ||
		t.dialect == "" && (strings.Contains(t.Text, "$1") || strings.Contains(t.Text, "::") || strings.Contains(t.Text, "date_trunc"))
}

// foreign reports whether the text is known to be the SQL of a database that
// has not PostgreSQL's kinds of index.
func (t *text) foreign() bool { return t.dialect.Foreign() }

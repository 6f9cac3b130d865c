package sargable

import (
	"strings"

	"github.com/sqlvet/sqlvet/analyzers/sqlparse"
	"github.com/sqlvet/sqlvet/internal/passes/suppress"
	"github.com/sqlvet/sqlvet/internal/sqlmodel"
	"github.com/sqlvet/sqlvet/internal/sqlscan"
)

// A text is SQL of a query that conditions are read from.
type text struct {
	sqlscan.Source
	dialect sqlparse.Dialect
	clause  bool // a part of a statement: its table is the builder's
	query   *sqlparse.Query
}

// queryText is the text of a query.
func queryText(q *sqlparse.Query) *text {
	return &text{
		Source: q.Text.Source(), dialect: q.Dialect, clause: q.Fragment() != sqlscan.Statement, query: q,
	}
}

// finding returns a finding at a range of the text.
func (t *text) finding(category string, r sqlmodel.Range, message string) suppress.Finding {
	return t.query.Finding(name, category, r, message)
}

// postgres reports whether the text is known to be PostgreSQL's SQL.
func (t *text) postgres() bool {
	return t.dialect == sqlparse.Postgres ||
		t.dialect == "" && (strings.Contains(t.Text, "$1") || strings.Contains(t.Text, "::") || strings.Contains(t.Text, "date_trunc"))
}

// foreign reports whether the text is known to be the SQL of a database that
// has not PostgreSQL's kinds of index.
func (t *text) foreign() bool { return t.dialect.Foreign() }

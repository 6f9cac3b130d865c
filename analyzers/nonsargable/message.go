package nonsargable

import (
	"strings"

	"github.com/sqlvet/sqlvet/analyzers/sqlparse"
	"github.com/sqlvet/sqlvet/internal/sqlmodel"
)

// message says what a term costs and what to write instead.
func (c *condition) message(t term, rewrite string) string {
	problem := "no index on " + c.name(t.col) + " can serve " + oneLine(c.source(t.expr))
	switch {
	case rewrite != "":
		return problem + ": write " + oneLine(rewrite)
	case c.q.Dialect == sqlparse.MySQL || c.q.Dialect == sqlparse.SQLite:
		return problem + ": compare the column itself"
	}
	e := t.expr
	index := c.createIndex(t)
	switch e.Kind {
	case sqlmodel.ExprCast:
		if e.Name == "date" || strings.HasPrefix(e.Name, "time") {
			return problem + ": compare the column with a half-open range of values"
		}
		return problem + ": cast the value to the column's type instead of the column"
	case sqlmodel.ExprOp:
		if e.Name == "+" || e.Name == "-" {
			return problem + ": move the arithmetic to the other side"
		}
	case sqlmodel.ExprFunc:
		switch {
		case e.Name == "date" || e.Name == "date_trunc" || e.Name == "extract" || e.Name == "date_part" || e.Name == "to_char" ||
			e.Name == "timezone" || e.Name == "age":
			return problem + ": compare the column with a half-open range of values"
		case e.Name == "lower" || e.Name == "upper":
			return problem + ": " + index + ", or make the column citext"
		case e.Name == "coalesce":
			problem += ": compare the column itself and test for NULL beside it"
			if !indexable(e) {
				return problem
			}
			return problem + ", or " + index
		}
	}
	if !indexable(e) {
		return problem + ": compare the column itself"
	}
	return problem + ": compare the column itself, or " + index
}

// patternMessage says why no b-tree serves LIKE with a leading wildcard, or
// ILIKE.
func (c *condition) patternMessage(t term, category string) string {
	what := "no b-tree index can serve a LIKE pattern on " + c.subject(t) + " that starts with a wildcard"
	if category == "ilike" {
		what = "no b-tree index can serve ILIKE on " + c.subject(t)
	}
	if c.q.Dialect == sqlparse.MySQL || c.q.Dialect == sqlparse.SQLite {
		return what + ": match from the start of the value, or use full-text search"
	}
	index := "an index with gin_trgm_ops on it"
	if table := tableOf(t.col); table != "" {
		column := t.col.Name
		if t.expr.Kind != sqlmodel.ExprColumn {
			column = "(" + c.bare(t) + ")"
		}
		index = "CREATE INDEX CONCURRENTLY ON " + table + " USING gin (" + column + " gin_trgm_ops)"
	}
	if category == "ilike" && !c.leadingWildcard(c.p.Right) {
		return what + ": " + index + " (extension pg_trgm), or make the column citext"
	}
	return what + ": " + index + " (extension pg_trgm)"
}

// subject names what a pattern is matched against.
func (c *condition) subject(t term) string {
	if t.expr.Kind == sqlmodel.ExprColumn {
		return c.name(t.col)
	}
	return oneLine(c.source(t.expr))
}

// createIndex returns the statement that makes an index on the term; words if
// the text does not name the table.
func (c *condition) createIndex(t term) string {
	expr := c.bare(t)
	if t.expr.Kind != sqlmodel.ExprFunc || t.expr.Name == "coalesce" {
		expr = "(" + expr + ")"
	}
	table := tableOf(t.col)
	if table == "" || !indexable(t.expr) || c.hasHole(t.expr.Range) {
		return "create an index on the expression"
	}
	return "CREATE INDEX CONCURRENTLY ON " + table + " (" + expr + ")"
}

// bare returns the term's text with the qualifiers of its columns left out.
func (c *condition) bare(t term) string {
	text := c.source(t.expr)
	// From the last to the first, so that offsets stay right.
	for i := len(t.cols) - 1; i >= 0; i-- {
		col := t.cols[i]
		if col.Qualifier == "" {
			continue
		}
		from, to := col.Range.Start-t.expr.Range.Start, col.Range.End-t.expr.Range.Start
		if from < 0 || to > len(text) || from > to {
			continue
		}
		if dot := strings.LastIndexByte(text[from:to], '.'); dot >= 0 {
			text = text[:from] + text[from+dot+1:]
		}
	}
	return oneLine(text)
}

// name returns a column as a reader knows it: with its table.
func (c *condition) name(col *sqlmodel.Expr) string {
	if table := tableOf(col); table != "" {
		return table + "." + col.Name
	}
	if col.Rel == nil && col.Qualifier != "" {
		return col.Qualifier + "." + col.Name
	}
	return col.Name
}

// tableOf returns the table of a column, "" if the text does not name it.
func tableOf(col *sqlmodel.Expr) string {
	r := col.Rel
	switch {
	case r == nil || r.Hole || r.Name == "":
		return ""
	case r.Schema != "":
		return r.Schema + "." + r.Name
	}
	return r.Name
}

// indexable reports whether an index can hold an expression: it must not
// depend on a parameter, or on when and for whom it is computed.
func indexable(e *sqlmodel.Expr) bool {
	switch e.Kind {
	case sqlmodel.ExprParam, sqlmodel.ExprHole:
		return false
	case sqlmodel.ExprFunc:
		switch e.Name {
		case "now", "current_date", "current_time", "current_timestamp", "localtime", "localtimestamp",
			"clock_timestamp", "statement_timestamp", "transaction_timestamp", "random", "current_user", "age":
			return false
		}
	}
	for _, a := range e.Args {
		if !indexable(a) {
			return false
		}
	}
	return true
}

// oneLine makes one line of a text that is laid out over several.
func oneLine(text string) string { return strings.Join(strings.Fields(text), " ") }

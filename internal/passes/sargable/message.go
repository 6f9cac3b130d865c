package sargable

import (
	"regexp"
	"slices"
	"strings"

	"github.com/sqlvet/sqlvet/internal/schema"
	"github.com/sqlvet/sqlvet/internal/sqlmodel"
	"github.com/sqlvet/sqlvet/internal/sqlpattern"
)

// message says what a term costs and what to write instead.
func (c *Condition) message(t term, value *sqlmodel.Expr, r rewriting) string {
	problem := "a plain index on " + c.name(t.col) + " cannot serve " + oneLine(c.source(t.expr)) + c.arm() + ": "
	switch {
	case r.text != "":
		remedy := "write " + oneLine(r.text)
		if r.given != "" {
			remedy += ", if " + r.given
		}
		if c.repeats(r.text) {
			remedy += ", and pass the argument twice"
		}
		return problem + remedy
	case c.text.foreign():
		return problem + "compare the column itself"
	case c.p.Op == sqlmodel.OpLike:
		return problem + c.likeRemedy(t, value)
	}
	switch t.expr.Kind {
	case sqlmodel.ExprCast:
		return problem + c.castRemedy(t)
	case sqlmodel.ExprOp:
		if t.expr.Name == "+" || t.expr.Name == "-" {
			return problem + "move the arithmetic to the other side"
		}
	case sqlmodel.ExprFunc:
		if remedy := c.timeRemedy(t); remedy != "" {
			return problem + remedy
		}
	}
	return problem + c.functionRemedy(t)
}

const (
	halfOpenRange = "compare the column with a half-open range of values"
	noRange       = "no range of the column says the same: store it in a column of its own and index that"
)

// castRemedy says what to write instead of a cast of the column.
func (c *Condition) castRemedy(t term) string {
	switch t.expr.Name {
	case "date":
		return halfOpenRange
	case "time", "timetz":
		return noRange
	}
	return "cast the value to the column's type instead of the column"
}

// timeRemedy says what to write instead of a function of a date or time; "" if
// it is another function.
func (c *Condition) timeRemedy(t term) string {
	e := t.expr
	switch e.Name {
	case "date", "date_trunc":
		return halfOpenRange
	case "age":
		return "compare the column with a time, such as now() - interval '1 year'"
	case "timezone":
		return "apply AT TIME ZONE to the value instead of the column"
	case "extract", "date_part":
		switch unit(e) {
		case "":
			return "compare the column itself"
		case "year", "isoyear", "decade", "century", "millennium", "epoch", "julian":
			return halfOpenRange
		}
		return noRange
	case "to_char":
		format := len(e.Args) == 2 && e.Args[1].Kind == sqlmodel.ExprConst && !e.Args[1].Hole
		if format && !strings.Contains(strings.ToUpper(e.Args[1].Const), "YY") {
			return noRange
		}
		return halfOpenRange
	}
	return ""
}

// functionRemedy says what to do about a function or an operator.
func (c *Condition) functionRemedy(t term) string {
	column, index := "compare the column itself", ""
	switch stability(t.expr) {
	case immutable:
		index = c.createIndex(t, "", "")
	case unknown:
		index = "create an index on the expression, if it is immutable"
	}
	if t.expr.Kind == sqlmodel.ExprFunc {
		switch t.expr.Name {
		case "lower", "upper":
			if index == "" {
				return "make the column citext"
			}
			return index + ", or make the column citext"
		case "strpos", "position":
			if t.expr.Args[0].Kind == sqlmodel.ExprColumn {
				return "match with LIKE, and " + c.trigramIndex(term{expr: t.expr.Args[0], col: t.col, cols: t.cols})
			}
		case "coalesce":
			column += " and test for NULL beside it"
		}
	}
	if index == "" {
		return column
	}
	return column + ", or " + index
}

// likeRemedy says which index serves a pattern on an expression.
func (c *Condition) likeRemedy(t term, pattern *sqlmodel.Expr) string {
	known := c.known(pattern)
	switch {
	case t.expr.Kind == sqlmodel.ExprCast && datelike.MatchString(known.Start()):
		return halfOpenRange
	case stability(t.expr) == immutable && known.Shape() == sqlpattern.Prefix:
		return c.createIndex(t, "", "text_pattern_ops")
	}
	return c.trigramIndex(t)
}

// datelike matches the start of a pattern that is the text of a date.
var datelike = regexp.MustCompile(`^[0-9]{4}-`)

// arm says of one arm of an OR that it is not enough to serve it alone.
func (c *Condition) arm() string {
	if !c.p.Or {
		return ""
	}
	return ", in an OR that wants an index for each arm"
}

// createIndex returns the statement that makes an index on the term, with a
// method and an operator class unless they are ""; words if the text does not
// name the table.
func (c *Condition) createIndex(t term, method, class string) string {
	table := tableOf(t.col)
	if table == "" || c.hasHole(t.expr.Range) {
		switch {
		case class == "":
			return "create an index on the expression"
		case t.expr.Kind == sqlmodel.ExprColumn:
			return "create an index with " + class + " on it"
		}
		return "create an index with " + class + " on the expression"
	}
	table = schema.Quote(t.col.Rel.Name)
	if s := t.col.Rel.Schema; s != "" {
		table = schema.Quote(s) + "." + table
	}
	expr := c.bare(t)
	switch {
	case t.expr.Kind == sqlmodel.ExprColumn:
		expr = schema.Quote(t.col.Name)
	case t.expr.Kind != sqlmodel.ExprFunc || t.expr.Name == "coalesce":
		expr = "(" + expr + ")"
	}
	if method != "" {
		table += " USING " + method
	}
	if class != "" {
		expr += " " + class
	}
	create := "CREATE INDEX CONCURRENTLY ON "
	if slices.ContainsFunc(c.tables(t.col), func(t *schema.Table) bool { return t.PartitionBy != "" }) {
		create = "CREATE INDEX ON " // PostgreSQL refuses the other
	}
	return create + table + " (" + expr + ")"
}

// bare returns the term's text with the qualifiers of its columns left out.
func (c *Condition) bare(t term) string {
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
func (c *Condition) name(col *sqlmodel.Expr) string {
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

// oneLine makes one line of a text that is laid out over several.
func oneLine(text string) string { return strings.Join(strings.Fields(text), " ") }

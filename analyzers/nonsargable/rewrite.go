package nonsargable

import (
	"fmt"
	"go/types"
	"regexp"
	"strconv"
	"strings"
	"time"

	"github.com/sqlvet/sqlvet/analyzers/sqlparse"
	"github.com/sqlvet/sqlvet/internal/sqlmodel"
)

// opText is how each operator is written. A predicate under a folded NOT is
// written otherwise than its Op says.
var opText = map[sqlmodel.Op]string{
	sqlmodel.OpEq: "=", sqlmodel.OpLt: "<", sqlmodel.OpLe: "<=", sqlmodel.OpGt: ">", sqlmodel.OpGe: ">=",
	sqlmodel.OpBetween: "between",
}

// source returns the text of an expression as it stands in the query.
func (c *condition) source(e *sqlmodel.Expr) string {
	text := c.q.Text.Source().Text
	if e == nil || e.Range.Start < 0 || e.Range.End > len(text) || e.Range.Start > e.Range.End {
		return ""
	}
	return text[e.Range.Start:e.Range.End]
}

// hasHole reports whether the program puts something into a range.
func (c *condition) hasHole(r sqlmodel.Range) bool {
	for _, h := range c.q.Text.Source().Holes {
		if r.Start <= h.At && h.At <= r.End {
			return true
		}
	}
	return false
}

// fixable reports whether the rewritten predicate may replace the old one: it
// is PostgreSQL's SQL, and the predicate is written as it is understood.
func (c *condition) fixable() bool {
	text := c.q.Text.Source().Text
	postgres := c.q.Dialect == sqlparse.Postgres ||
		c.q.Dialect == "" && (strings.Contains(text, "$1") || strings.Contains(text, "::") || strings.Contains(text, "date_trunc"))
	return postgres && strings.EqualFold(opText[c.p.Op], c.p.OpText) && !c.hasHole(c.p.Range) && !c.sharesParam()
}

// sharesParam reports whether a numbered placeholder of the predicate stands
// elsewhere in the text, too: its type may be inferred there.
func (c *condition) sharesParam() bool {
	text := c.q.Text.Source().Text
	inside := text[c.p.Range.Start:c.p.Range.End]
	for _, p := range numbered.FindAllString(inside, -1) {
		count := func(s string) (n int) {
			for _, m := range numbered.FindAllString(s, -1) {
				if m == p {
					n++
				}
			}
			return n
		}
		if count(text) != count(inside) {
			return true
		}
	}
	return false
}

var numbered = regexp.MustCompile(`\$[0-9]+`)

// A side is the value side of a comparison, ready to be put together.
type side struct {
	low, high *sqlmodel.Expr // high only with BETWEEN
	op        sqlmodel.Op
}

// rewrite returns a predicate on the column itself that can stand in the
// place of the term's; "" if there is none. It is exact if it selects the same
// rows whatever the types are, and can be written with each placeholder that
// has no number standing once.
func (c *condition) rewrite(t term, op sqlmodel.Op, value *sqlmodel.Expr) (text string, exact bool) {
	s := side{low: value, high: c.p.High, op: op}
	if value == nil || op == sqlmodel.OpIn || op == sqlmodel.OpLike || c.q.Dialect == sqlparse.MySQL || c.q.Dialect == sqlparse.SQLite {
		return "", false
	}
	switch unit := truncation(t.expr); unit {
	case "":
	case "day::date":
		return c.dayRange(t, s)
	case "year::int":
		return c.yearRange(t, s)
	default:
		return c.truncRange(t, s, unit)
	}
	return c.moved(t, s)
}

// truncation says what a term makes of its column: "day::date" for a date,
// "year::int" for the number of the year, the unit of date_trunc; "" for
// anything else.
func truncation(e *sqlmodel.Expr) string {
	isColumn := func(i int) bool { return i < len(e.Args) && e.Args[i].Kind == sqlmodel.ExprColumn }
	switch {
	case e.Kind == sqlmodel.ExprCast && e.Name == "date" && isColumn(0):
		return "day::date"
	case e.Kind != sqlmodel.ExprFunc:
		return ""
	case e.Name == "date" && len(e.Args) == 1 && isColumn(0):
		return "day::date"
	case len(e.Args) != 2 || !isColumn(1) || e.Args[0].Kind != sqlmodel.ExprConst || e.Args[0].Hole:
		return ""
	}
	unit := strings.ToLower(e.Args[0].Const)
	switch e.Name {
	case "extract", "date_part":
		if unit == "year" {
			return "year::int"
		}
	case "date_trunc":
		switch unit {
		case "day", "month", "year", "week", "hour", "minute", "second", "quarter":
			return unit
		}
	}
	return ""
}

// dayRange rewrites date(x) and x::date.
func (c *condition) dayRange(t term, s side) (string, bool) {
	x := c.source(t.col)
	low, ok := c.asDate(s.low)
	if !ok {
		return "", false
	}
	switch s.op {
	case sqlmodel.OpEq:
		return fmt.Sprintf("%s >= %s AND %s < %s + 1", x, low, x, low), repeatable(low)
	case sqlmodel.OpGe:
		return x + " >= " + low, true
	case sqlmodel.OpGt:
		return x + " >= " + low + " + 1", true
	case sqlmodel.OpLt:
		return x + " < " + low, true
	case sqlmodel.OpLe:
		return x + " < " + low + " + 1", true
	case sqlmodel.OpBetween:
		if high, ok := c.asDate(s.high); ok && c.plainBetween() {
			return fmt.Sprintf("%s >= %s AND %s < %s + 1", x, low, x, high), true
		}
	}
	return "", false
}

// plainBetween reports whether BETWEEN is written without SYMMETRIC.
func (c *condition) plainBetween() bool { return strings.EqualFold(c.p.OpText, "between") }

// repeatable reports whether a text may stand twice: a placeholder without a
// number would take two arguments.
func repeatable(text string) bool {
	return !strings.ContainsAny(text, "?:@") || !strings.Contains(strings.ReplaceAll(text, "::", ""), "?") &&
		!strings.ContainsAny(strings.ReplaceAll(text, "::", ""), ":@")
}

// asDate returns a value as a date, if it is one or is bound as one: beside a
// date PostgreSQL takes a parameter or a bare literal for a date.
func (c *condition) asDate(e *sqlmodel.Expr) (string, bool) {
	if e == nil {
		return "", false
	}
	text := c.source(e)
	switch e.Kind {
	case sqlmodel.ExprParam:
		if strings.HasPrefix(text, "$") {
			return text + "::date", true
		}
		// :: after a named placeholder is an escape to some libraries.
		return "CAST(" + text + " AS date)", text != ""
	case sqlmodel.ExprConst:
		return text + "::date", e.ConstKind == sqlmodel.ConstString && !e.Hole
	case sqlmodel.ExprCast:
		return text, e.Name == "date" && isValue(e) && !c.hasHole(e.Range)
	case sqlmodel.ExprFunc:
		return text, e.Name == "current_date"
	}
	return "", false
}

// isValue reports whether an expression holds neither columns nor subselects.
func isValue(e *sqlmodel.Expr) bool {
	switch e.Kind {
	case sqlmodel.ExprConst, sqlmodel.ExprParam:
		return true
	case sqlmodel.ExprCast, sqlmodel.ExprFunc, sqlmodel.ExprOp:
		for _, a := range e.Args {
			if !isValue(a) {
				return false
			}
		}
		return !e.Aggregate
	}
	return false
}

// yearRange rewrites extract(year FROM x) against constants.
func (c *condition) yearRange(t term, s side) (string, bool) {
	x := c.source(t.col)
	low, ok := year(s.low)
	if !ok {
		if s.op == sqlmodel.OpEq && s.low.Kind == sqlmodel.ExprParam && strings.HasPrefix(s.low.Name, "$") {
			p := s.low.Name
			return fmt.Sprintf("%s >= make_date(%s::int, 1, 1) AND %s < make_date(%s::int + 1, 1, 1)", x, p, x, p), c.boundInteger(s.low)
		}
		return "", false
	}
	start := func(y int) string { return fmt.Sprintf("'%04d-01-01'", y) }
	switch s.op {
	case sqlmodel.OpEq:
		return fmt.Sprintf("%s >= %s AND %s < %s", x, start(low), x, start(low+1)), true
	case sqlmodel.OpGe:
		return x + " >= " + start(low), true
	case sqlmodel.OpGt:
		return x + " >= " + start(low+1), true
	case sqlmodel.OpLt:
		return x + " < " + start(low), true
	case sqlmodel.OpLe:
		return x + " < " + start(low+1), true
	case sqlmodel.OpBetween:
		if high, ok := year(s.high); ok && c.plainBetween() {
			return fmt.Sprintf("%s >= %s AND %s < %s", x, start(low), x, start(high+1)), true
		}
	}
	return "", false
}

// year returns the year that a constant is.
func year(e *sqlmodel.Expr) (int, bool) {
	if e == nil || e.Kind != sqlmodel.ExprConst || e.ConstKind != sqlmodel.ConstInt && e.ConstKind != sqlmodel.ConstString {
		return 0, false
	}
	y, err := strconv.Atoi(e.Const)
	return y, err == nil && y > 0 && y < 9999
}

// truncRange rewrites date_trunc. It is exact if the value is known to be the
// start of a unit; otherwise the comparison may be true of no row at all.
func (c *condition) truncRange(t term, s side, unit string) (string, bool) {
	x := c.source(t.col)
	low, next, exact := c.unitStart(s.low, unit)
	if low == "" {
		return "", false
	}
	switch s.op {
	case sqlmodel.OpEq:
		return fmt.Sprintf("%s >= %s AND %s < %s", x, low, x, next), exact && repeatable(low)
	case sqlmodel.OpGe:
		return x + " >= " + low, exact
	case sqlmodel.OpGt:
		return x + " >= " + next, exact
	case sqlmodel.OpLt:
		return x + " < " + low, exact
	case sqlmodel.OpLe:
		return x + " < " + next, exact
	}
	return "", false
}

// unitStart returns a value and the start of the unit after it.
func (c *condition) unitStart(e *sqlmodel.Expr, unit string) (start, next string, exact bool) {
	text := c.source(e)
	interval := " + interval '1 " + unit + "'"
	if unit == "quarter" {
		interval = " + interval '3 months'"
	}
	switch {
	case e.Kind == sqlmodel.ExprConst && e.ConstKind == sqlmodel.ConstString && !e.Hole:
		day, err := time.Parse(time.DateOnly, e.Const)
		if err != nil {
			return "", "", false
		}
		after, ok := nextUnit(day, unit)
		if !ok {
			return "", "", false // compared with something that date_trunc never returns
		}
		return text, "'" + after.Format(time.DateOnly) + "'", true
	case e.Kind == sqlmodel.ExprFunc && e.Name == "date_trunc" && len(e.Args) == 2 && isValue(e) && !c.hasHole(e.Range):
		if e.Args[0].Kind != sqlmodel.ExprConst || !strings.EqualFold(e.Args[0].Const, unit) {
			return "", "", false
		}
		return text, text + interval, true
	case e.Kind == sqlmodel.ExprCast && e.Name == "date" && isValue(e) && !c.hasHole(e.Range),
		e.Kind == sqlmodel.ExprFunc && e.Name == "current_date":
		if unit != "day" {
			return text, text + interval, false
		}
		return text, text + " + 1", true
	case e.Kind == sqlmodel.ExprParam && strings.HasPrefix(text, "$"):
		// Not exact: the parameter may not be the start of a unit, and its
		// type is that of a column that is not known.
		return text + "::timestamptz", text + "::timestamptz" + interval, false
	}
	return "", "", false
}

// nextUnit returns the start of the unit after day, and whether day starts
// one itself.
func nextUnit(day time.Time, unit string) (time.Time, bool) {
	switch unit {
	case "day":
		return day.AddDate(0, 0, 1), true
	case "week":
		return day.AddDate(0, 0, 7), day.Weekday() == time.Monday
	case "month":
		return day.AddDate(0, 1, 0), day.Day() == 1
	case "quarter":
		return day.AddDate(0, 3, 0), day.Day() == 1 && (day.Month()-1)%3 == 0
	case "year":
		return day.AddDate(1, 0, 0), day.YearDay() == 1
	}
	return day, false
}

// moved rewrites x + 1 > v to x > v - 1. It is exact with integers only:
// those of the text, and those that Go binds.
func (c *condition) moved(t term, s side) (string, bool) {
	e := t.expr
	if e.Kind != sqlmodel.ExprOp || len(e.Args) != 2 || e.Name != "+" && e.Name != "-" {
		return "", false
	}
	x, k := e.Args[0], e.Args[1]
	back := map[string]string{"+": " - ", "-": " + "}[e.Name]
	op := s.op
	minuend := false // k - x
	if x.Kind != sqlmodel.ExprColumn {
		x, k = k, x
		if x.Kind != sqlmodel.ExprColumn {
			return "", false
		}
		if e.Name == "-" {
			minuend = true
			op = flip[op]
		}
	}
	by, ok1, exact1 := c.integer(k)
	low, ok2, exact2 := c.integer(s.low)
	if !ok1 || !ok2 {
		return "", false
	}
	exact := exact1 && exact2
	switch {
	case s.op == sqlmodel.OpBetween:
		high, ok, exact3 := c.integer(s.high)
		if !ok || minuend || !c.plainBetween() {
			return "", false
		}
		return fmt.Sprintf("%s BETWEEN %s AND %s", c.source(x), low+back+by, high+back+by), exact && exact3 && repeatable(by)
	case minuend:
		return fmt.Sprintf("%s %s %s - %s", c.source(x), opText[op], by, low), exact
	}
	return fmt.Sprintf("%s %s %s", c.source(x), opText[op], low+back+by), exact
}

// integer returns an operand of moved arithmetic. A parameter gets its type
// spelled out, since it would be inferred from its new neighbour.
func (c *condition) integer(e *sqlmodel.Expr) (text string, ok, exact bool) {
	if e == nil {
		return "", false, false
	}
	text = c.source(e)
	switch e.Kind {
	case sqlmodel.ExprConst:
		return text, !e.Hole && (e.ConstKind == sqlmodel.ConstInt || e.ConstKind == sqlmodel.ConstFloat), e.ConstKind == sqlmodel.ConstInt && !strings.HasPrefix(text, "-")
	case sqlmodel.ExprParam:
		if !c.boundInteger(e) {
			return text, text != "", false
		}
		if strings.HasPrefix(text, "$") {
			return text + "::bigint", true, true
		}
		return "CAST(" + text + " AS bigint)", true, true
	}
	return "", false, false
}

// boundInteger reports whether Go binds an integer to a placeholder.
func (c *condition) boundInteger(e *sqlmodel.Expr) bool {
	arg := c.bound(e)
	if arg == nil {
		return false
	}
	t := c.pass.TypesInfo.TypeOf(arg)
	if t == nil {
		return false
	}
	b, ok := t.Underlying().(*types.Basic)
	return ok && b.Info()&types.IsInteger != 0
}

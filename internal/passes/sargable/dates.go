package sargable

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"time"

	"github.com/sqlvet/sqlvet/internal/sqlmodel"
)

// truncation says what a term makes of its column: "day::date" for a date,
// "year::int" for the number of the year, "epoch" for seconds, the unit of
// date_trunc; "" for anything else.
func truncation(e *sqlmodel.Expr) string {
	isColumn := func(i int) bool { return i < len(e.Args) && e.Args[i].Kind == sqlmodel.ExprColumn }
	switch {
	case e.Kind == sqlmodel.ExprCast && e.Name == "date" && isColumn(0):
		return "day::date"
	case e.Kind != sqlmodel.ExprFunc:
		return ""
	case e.Name == "date" && len(e.Args) == 1 && isColumn(0):
		return "day::date"
	case len(e.Args) != 2 || !isColumn(1):
		return ""
	}
	switch u := unit(e); e.Name {
	case "extract", "date_part":
		switch u {
		case "year":
			return "year::int"
		case "epoch":
			return "epoch"
		}
	case "date_trunc":
		if len(intervals[u]) > 0 {
			return u
		}
	}
	return ""
}

// unit returns the unit that extract, date_part and date_trunc are called
// with, "" if it is not known.
func unit(e *sqlmodel.Expr) string {
	if len(e.Args) < 2 || e.Args[0].Kind != sqlmodel.ExprConst || e.Args[0].Hole {
		return ""
	}
	return strings.ToLower(e.Args[0].Const)
}

// intervals are the lengths of the units of date_trunc.
var intervals = map[string]string{
	"second": "1 second", "minute": "1 minute", "hour": "1 hour",
	"day": "1 day", "week": "1 week", "month": "1 month", "quarter": "3 months", "year": "1 year",
}

// A start is a value that is the start of a day or of another unit, and the
// start of the next one.
type start struct {
	text, next string
	exact      bool
}

// dayRange rewrites date(x) and x::date.
func (c *Condition) dayRange(t term, s side) rewriting {
	low, ok := c.day(s.low)
	high, okHigh := start{exact: true}, true
	if s.op == sqlmodel.OpBetween {
		high, okHigh = c.day(s.high)
	}
	if !ok || !okHigh {
		return rewriting{}
	}
	text := halfOpen(c.source(t.col), s, low.text, low.next, high.next)
	return rewriting{text: text, exact: low.exact && high.exact && !c.repeats(text)}
}

// day returns a value as the start of a day, if it is a date or is bound as
// one: beside a date PostgreSQL takes a parameter or a bare literal for a
// date. Infinite dates have no next day.
func (c *Condition) day(e *sqlmodel.Expr) (start, bool) {
	if e == nil || c.hasHole(e.Range) {
		return start{}, false
	}
	text := c.source(e)
	switch {
	case text == "":
		return start{}, false
	case e.Kind == sqlmodel.ExprParam && strings.HasPrefix(text, "$"):
		return start{text + "::date", text + "::date + 1", true}, true
	case e.Kind == sqlmodel.ExprParam:
		// :: after a named placeholder is an escape to some libraries.
		text = "CAST(" + text + " AS date)"
		return start{text, text + " + 1", true}, true
	case e.Kind == sqlmodel.ExprConst:
		finite := e.ConstKind == sqlmodel.ConstString && !strings.Contains(strings.ToLower(e.Const), "inf")
		return start{text + "::date", text + "::date + 1", true}, finite
	case isDate(e):
		return start{text, text + " + 1", true}, true
	case e.Kind == sqlmodel.ExprOp && len(e.Args) == 2 && (e.Name == "+" || e.Name == "-") && isDate(e.Args[0]):
		switch by := e.Args[1]; {
		case by.Kind == sqlmodel.ExprConst && by.ConstKind == sqlmodel.ConstInt:
			return start{text, text + " + 1", true}, true
		case wholeDays(by):
			// A timestamp without time zone, at midnight.
			return start{text, text + " + interval '1 day'", true}, true
		}
	}
	return start{}, false
}

// isDate reports whether an expression is a value of type date.
func isDate(e *sqlmodel.Expr) bool {
	switch e.Kind {
	case sqlmodel.ExprCast:
		return e.Name == "date" && isValue(e)
	case sqlmodel.ExprFunc:
		return e.Name == "current_date" || e.Name == "date" && len(e.Args) == 1 && isValue(e)
	}
	return false
}

// wholeDays reports whether an expression is a constant interval that keeps
// midnight midnight.
func wholeDays(e *sqlmodel.Expr) bool {
	return e.Kind == sqlmodel.ExprCast && e.Name == "interval" && len(e.Args) == 1 &&
		e.Args[0].Kind == sqlmodel.ExprConst && days.MatchString(e.Args[0].Const)
}

var days = regexp.MustCompile(`(?i)^\s*[+-]?\d+\s+(day|week|mon|month|year)s?\s*$`)

// yearRange rewrites extract(year FROM x). With a parameter the result is not
// exact: make_date refuses years that no row has.
func (c *Condition) yearRange(t term, s side) rewriting {
	x := c.source(t.col)
	low, ok := year(s.low)
	if !ok {
		if s.op == sqlmodel.OpEq && s.low.Kind == sqlmodel.ExprParam && strings.HasPrefix(s.low.Name, "$") {
			p := s.low.Name + "::int"
			return rewriting{text: fmt.Sprintf("%s >= make_date(%s, 1, 1) AND %s < make_date(%s + 1, 1, 1)", x, p, x, p)}
		}
		return rewriting{}
	}
	high := 0
	if s.op == sqlmodel.OpBetween {
		if high, ok = year(s.high); !ok {
			return rewriting{}
		}
	}
	first := func(y int) string { return fmt.Sprintf("'%04d-01-01'", y) }
	return rewriting{text: halfOpen(x, s, first(low), first(low+1), first(high+1)), exact: true}
}

// year returns the year that a constant is.
func year(e *sqlmodel.Expr) (int, bool) {
	if e == nil || e.Kind != sqlmodel.ExprConst || e.ConstKind != sqlmodel.ConstInt && e.ConstKind != sqlmodel.ConstString {
		return 0, false
	}
	y, err := strconv.Atoi(e.Const)
	return y, err == nil && y > 0 && y < 9999
}

// sinceEpoch rewrites extract(epoch FROM x). It is not exact: of a timestamp
// without time zone the seconds are counted as if it were UTC.
func (c *Condition) sinceEpoch(t term, s side) rewriting {
	if !isValue(s.low) || c.hasHole(s.low.Range) || s.high != nil && (!isValue(s.high) || c.hasHole(s.high.Range)) {
		return rewriting{}
	}
	x, low := c.source(t.col), "to_timestamp("+c.source(s.low)+")"
	if s.op == sqlmodel.OpBetween {
		return rewriting{text: x + " BETWEEN " + low + " AND to_timestamp(" + c.source(s.high) + ")"}
	}
	return rewriting{text: x + " " + opText[s.op] + " " + low}
}

// truncRange rewrites date_trunc. It is exact if the value is known to be the
// start of a unit; otherwise the comparison may be true of no row at all.
func (c *Condition) truncRange(t term, s side, unit string) rewriting {
	x := c.source(t.col)
	if s.op == sqlmodel.OpBetween {
		return rewriting{}
	}
	if s.low.Kind == sqlmodel.ExprParam && strings.HasPrefix(s.low.Name, "$") {
		p := s.low.Name
		if s.op != sqlmodel.OpGe && s.op != sqlmodel.OpLt {
			p += "::timestamptz" // + would take it for an interval
		}
		return rewriting{
			text:  halfOpen(x, s, p, p+" + interval '"+intervals[unit]+"'", ""),
			given: s.low.Name + " is the start of " + article(unit) + " " + unit,
		}
	}
	low, ok := c.unitStart(s.low, unit)
	if !ok {
		return rewriting{}
	}
	text := halfOpen(x, s, low.text, low.next, "")
	return rewriting{text: text, exact: low.exact && !c.repeats(text)}
}

func article(unit string) string {
	if unit == "hour" {
		return "an"
	}
	return "a"
}

// unitStart returns a value that is the start of a unit. From a day on, the
// next unit is computed from a date: a timestamp with time zone keeps the
// hour, and midnight does not exist on each day.
func (c *Condition) unitStart(e *sqlmodel.Expr, u string) (start, bool) {
	text := c.source(e)
	byDate := u != "hour" && u != "minute" && u != "second"
	switch {
	case c.hasHole(e.Range):
	case e.Kind == sqlmodel.ExprConst && e.ConstKind == sqlmodel.ConstString:
		day, err := time.Parse(time.DateOnly, e.Const)
		if err != nil || !byDate {
			return start{}, false
		}
		after, ok := nextUnit(day, u)
		// If not ok, it is compared with something that date_trunc never returns.
		return start{text, "'" + after.Format(time.DateOnly) + "'", true}, ok
	case e.Kind == sqlmodel.ExprFunc && e.Name == "date_trunc" && len(e.Args) == 2 && isValue(e):
		if unit(e) != u {
			return start{}, false
		}
		switch {
		case u == "day":
			return start{text, text + "::date + 1", true}, true
		case byDate:
			return start{text, text + "::date + interval '" + intervals[u] + "'", true}, true
		}
		return start{text, text + " + interval '" + intervals[u] + "'", false}, true
	case e.Kind == sqlmodel.ExprOp && len(e.Args) == 2 && (e.Name == "+" || e.Name == "-") && isValue(e) &&
		e.Args[0].Kind == sqlmodel.ExprFunc && e.Args[0].Name == "date_trunc" && unit(e.Args[0]) == u && wholeUnits(e.Args[1], u):
		return start{text, text + " + interval '" + intervals[u] + "'", false}, true
	case u == "day" && e.Kind != sqlmodel.ExprParam:
		return c.day(e)
	}
	return start{}, false
}

// wholeUnits reports whether an expression is a constant number of a unit.
func wholeUnits(e *sqlmodel.Expr, unit string) bool {
	if e.Kind != sqlmodel.ExprCast || e.Name != "interval" || len(e.Args) != 1 || e.Args[0].Kind != sqlmodel.ExprConst {
		return false
	}
	fields := strings.Fields(strings.ToLower(e.Args[0].Const))
	return len(fields) == 2 && strings.TrimSuffix(fields[1], "s") == unit
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

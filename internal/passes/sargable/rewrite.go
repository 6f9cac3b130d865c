package sargable

import (
	"regexp"
	"strings"

	"github.com/sqlvet/sqlvet/internal/sqlmodel"
)

// opText is how each operator is written. A predicate under a folded NOT is
// written otherwise than its Op says.
var opText = map[sqlmodel.Op]string{
	sqlmodel.OpEq: "=", sqlmodel.OpLt: "<", sqlmodel.OpLe: "<=", sqlmodel.OpGt: ">", sqlmodel.OpGe: ">=",
	sqlmodel.OpBetween: "between",
}

// source returns the text of an expression as it stands in the query, with
// {name} for the holes inside; "" if the expression is a hole.
func (c *Condition) source(e *sqlmodel.Expr) string {
	text := c.text.Text
	if e == nil || e.Range.Start < 0 || e.Range.End > len(text) || e.Range.Start > e.Range.End {
		return ""
	}
	var b strings.Builder
	from, end := e.Range.Start, e.Range.End
	lacks := end > from && strings.ContainsRune("+-*/%^|&<>=,( ", rune(text[end-1])) // its last part is a hole
	for _, h := range c.text.Holes {
		if e.Range.Start < h.At && (h.At < end || h.At == end && lacks) {
			b.WriteString(text[from:h.At] + "{" + h.Name + "}")
			from = h.At
		}
	}
	return b.String() + text[from:end]
}

// hasHole reports whether the program puts something into a range.
func (c *Condition) hasHole(r sqlmodel.Range) bool {
	for _, h := range c.text.Holes {
		if r.Start <= h.At && h.At <= r.End {
			return true
		}
	}
	return false
}

// fixable reports whether the rewritten predicate may replace the old one: it
// is PostgreSQL's SQL, and the predicate is written as it is understood.
func (c *Condition) fixable() bool {
	return c.text.postgres() && strings.EqualFold(opText[c.p.Op], c.p.OpText) &&
		!c.hasHole(c.p.Range) && !c.sharesParam()
}

// sharesParam reports whether a numbered placeholder of the predicate stands
// elsewhere in the text, too: its type may be inferred there.
func (c *Condition) sharesParam() bool {
	inside := c.text.Text[c.p.Range.Start:c.p.Range.End]
	for _, p := range numbered.FindAllString(inside, -1) {
		count := func(s string) (n int) {
			for _, m := range numbered.FindAllString(s, -1) {
				if m == p {
					n++
				}
			}
			return n
		}
		if count(c.text.Text) != count(inside) {
			return true
		}
	}
	return false
}

var numbered = regexp.MustCompile(`\$[0-9]+`)

// A side is the value side of a comparison.
type side struct {
	low, high *sqlmodel.Expr // high only with BETWEEN
	op        sqlmodel.Op
}

// A rewriting is a predicate on the column itself that stands for another.
type rewriting struct {
	text string // "" if there is none
	// given says under which condition on the value it selects the same
	// rows; "" if always.
	given string
	// exact is set if it selects the same rows whatever the types are, and
	// can be written with each placeholder that has no number standing once.
	exact bool
}

// rewrite returns a predicate on the column itself that can stand in the
// place of the term's.
func (c *Condition) rewrite(t term, op sqlmodel.Op, value *sqlmodel.Expr) rewriting {
	s := side{low: value, high: c.p.High, op: op}
	if value == nil || op == sqlmodel.OpIn || op == sqlmodel.OpLike || c.text.foreign() || c.source(value) == "" {
		return rewriting{}
	}
	if s.op == sqlmodel.OpBetween && (s.high == nil || c.p.OpText != "" && !strings.EqualFold(c.p.OpText, "between")) {
		return rewriting{} // BETWEEN SYMMETRIC
	}
	switch unit := truncation(t.expr); unit {
	case "":
	case "day::date":
		return c.dayRange(t, s)
	case "year::int":
		return c.yearRange(t, s)
	case "epoch":
		return c.sinceEpoch(t, s)
	default:
		return c.truncRange(t, s, unit)
	}
	return c.moved(t, s)
}

// halfOpen returns the condition that x lies in the units that start at low
// and at high, given the starts of the units after them.
func halfOpen(x string, s side, low, next, nextHigh string) string {
	switch s.op {
	case sqlmodel.OpEq:
		return x + " >= " + low + " AND " + x + " < " + next
	case sqlmodel.OpGe:
		return x + " >= " + low
	case sqlmodel.OpGt:
		return x + " >= " + next
	case sqlmodel.OpLt:
		return x + " < " + low
	case sqlmodel.OpLe:
		return x + " < " + next
	case sqlmodel.OpBetween:
		return x + " >= " + low + " AND " + x + " < " + nextHigh
	}
	return ""
}

// anonymous matches the placeholders that take one argument each time they
// stand.
var anonymous = regexp.MustCompile(`\?`)

// repeats reports whether a rewritten predicate takes more arguments than the
// one it stands for.
func (c *Condition) repeats(text string) bool {
	was := c.text.Text[max(c.p.Range.Start, 0):max(c.p.Range.End, 0)]
	return len(anonymous.FindAllString(text, -1)) > len(anonymous.FindAllString(was, -1))
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

package sargable

import (
	"strings"

	"github.com/sqlvet/sqlvet/internal/config"
	"github.com/sqlvet/sqlvet/internal/passes/dbschema"
	"github.com/sqlvet/sqlvet/internal/passes/suppress"
	"github.com/sqlvet/sqlvet/internal/sqlmodel"
)

// pattern returns the finding for LIKE or ILIKE as such. Arms of one OR that stand
// on one line are one mistake: each has the finding of all, at the first.
func (c *Condition) pattern() (suppress.Finding, bool) {
	if !c.matches() {
		return suppress.Finding{}, false
	}
	arms := c.arms()
	f := c.text.finding(c.likeCategory(), arms[0].p.Left.Range, c.patternMessage(arms))
	if t := arms[0].matched(); t.col.Rel == nil || !c.pass.ResultOf[dbschema.Analyzer].(*dbschema.Result).Big(t.col.Rel.Name) {
		f.Severity = config.SeverityInfo // a search box over a table of a few thousand rows is fast as it is
	}
	return f, true
}

// likeCategory is "wildcard" for LIKE with a pattern that starts with one, "ilike"
// for ILIKE, and "" for what is neither.
func (c *Condition) likeCategory() string {
	switch {
	case c.p.Op == sqlmodel.OpILike:
		return "ilike"
	case c.p.Op == sqlmodel.OpLike && c.known(c.p.Right).Wild():
		return "wildcard"
	}
	return ""
}

// matched returns what the pattern is matched against; no columns if that is not
// made of columns of tables.
func (c *Condition) matched() term {
	cols, ok := c.columns(c.p.Left)
	if !ok || len(cols) == 0 {
		return term{}
	}
	return term{expr: c.p.Left, col: cols[0], cols: cols}
}

// matches reports whether the condition matches a pattern that no index serves.
func (c *Condition) matches() bool {
	p := c.p
	if p.Left == nil || p.Negated || p.Place != sqlmodel.PlaceWhere && p.Place != sqlmodel.PlaceOn || c.likeCategory() == "" {
		return false
	}
	t := c.matched()
	return len(t.cols) > 0 && !c.compares(term{cols: t.cols}, p.Right) && !c.narrowed(term{col: t.col}) && !c.trigrams(t)
}

// arms returns the condition, and those of the same kind that stand beside it in an
// OR and on its line, in order.
func (c *Condition) arms() []*Condition {
	if !c.p.Or {
		return []*Condition{c}
	}
	line := func(c *Condition) int {
		pos, _ := c.text.query.Range(c.p.Left.Range)
		return c.pass.Fset.Position(pos).Line
	}
	var out []*Condition
	for i := range c.all {
		o := *c
		o.p = &c.all[i]
		if o.p.Or && o.likeCategory() == c.likeCategory() && o.matches() && line(&o) == line(c) {
			out = append(out, &o)
		}
	}
	return out
}

// patternMessage says why no b-tree serves LIKE with a leading wildcard, or ILIKE,
// in all of the arms.
func (c *Condition) patternMessage(arms []*Condition) string {
	var on, make []string
	for _, a := range arms {
		t := a.matched()
		on, make = append(on, a.subject(t)), append(make, a.trigramIndex(t))
	}
	subject := strings.Join(on, " and ")
	if n := len(on) - 1; n > 1 {
		subject = strings.Join(on[:n], ", ") + " and " + on[n]
	}
	what := "no b-tree index can serve a LIKE pattern on " + subject + " that starts with a wildcard"
	if c.likeCategory() == "ilike" {
		what = "no b-tree index can serve ILIKE on " + subject
	}
	what += c.arm()
	if c.text.foreign() {
		return what + ": match from the start of the value, or use full-text search"
	}
	return what + ": " + strings.Join(make, "; ")
}

// trigramIndex returns the statement that makes an index for any pattern on
// the term; words if it cannot be told.
func (c *Condition) trigramIndex(t term) string {
	const extension = " (extension pg_trgm)"
	switch cast := t.expr.Kind == sqlmodel.ExprCast && len(t.cols) == 1 && t.expr.Args[0].Kind == sqlmodel.ExprColumn; stability(t.expr) {
	case immutable:
		return c.createIndex(t, "gin", "gin_trgm_ops") + extension
	case unknown:
		if cast {
			return c.createIndex(t, "gin", "gin_trgm_ops") + extension + ", if the column is no date or time"
		}
		return "create an index with gin_trgm_ops on the expression, if it is immutable" + extension
	}
	if t.expr.Kind == sqlmodel.ExprFunc && strings.HasPrefix(t.expr.Name, "concat") {
		return "put the text together with ||, which is immutable, and create an index with gin_trgm_ops on that" + extension
	}
	return "match the column itself"
}

// subject names what a pattern is matched against.
func (c *Condition) subject(t term) string {
	if t.expr.Kind == sqlmodel.ExprColumn {
		return c.name(t.col)
	}
	return oneLine(c.source(t.expr))
}

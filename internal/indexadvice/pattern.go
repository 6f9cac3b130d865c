package indexadvice

import (
	"strings"

	"github.com/sqlvet/sqlvet/internal/priors"
	"github.com/sqlvet/sqlvet/internal/sqlmodel"
	"github.com/sqlvet/sqlvet/internal/sqlpattern"
)

// pattern is for LIKE, ILIKE and regular expressions.
func (c comparison) pattern() (*rel, []*term, bool) {
	p := c.p
	if p.Right == nil || p.Negated {
		return c.opaque(p.Left, p.Right)
	}
	s, is := c.b.side(c.level, p.Left)
	given, outer := c.given(p.Right)
	if !is || !given {
		return c.opaque(p.Left, p.Right)
	}
	t := &term{kind: termOther, key: s.key, op: p.OpText, outer: outer, share: 0.05, pattern: true}
	switch p.Op {
	case sqlmodel.OpLike:
		t.op = "~~"
	case sqlmodel.OpILike:
		t.op = "~~*"
	}
	shape := sqlpattern.Of(p.Right, c.b.a.bound).Shape()
	citext := baseTypeOf(s) == "citext"
	switch {
	case !priors.IsText(baseTypeOf(s)) && s.key.typ != "":
	case p.Op == sqlmodel.OpRegex:
		if v, ok := c.b.a.literals("text", p.Right); ok && sqlpattern.Runs(strings.Trim(v[0], "'"), `.*+?()[]{}|^$\`) {
			t.kind = termPattern
		}
	case shape == sqlpattern.Prefix && p.Op == sqlmodel.OpLike && !citext:
		t.kind, t.share = termPrefix, 0.01
	case shape == sqlpattern.Prefix && p.Op == sqlmodel.OpLike: // citext has no pattern operator class
	case shape == sqlpattern.Prefix || shape == sqlpattern.Infix:
		t.kind = termPattern
	}
	return s.rel, []*term{t}, true
}

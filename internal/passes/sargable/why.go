package sargable

import (
	"github.com/sqlvet/sqlvet/internal/passes/suppress"
	"github.com/sqlvet/sqlvet/internal/sqlmodel"
)

// Explain notes why a predicate is no finding, for sqlvet why.
func (c *Condition) Explain() {
	if !suppress.Explains() {
		return
	}
	r := c.p.Range
	f := c.text.finding("", r, "")
	suppress.Silent(c.pass, name, f.Pos, f.End, "silent: "+quoted(c.source(&sqlmodel.Expr{Range: r}))+c.reason())
}

func quoted(s string) string {
	if s == "" {
		return "this condition "
	}
	return s + " "
}

// reason says why Judge found nothing, in its order.
func (c *Condition) reason() string {
	p := c.p
	switch {
	case p.Place != sqlmodel.PlaceWhere && p.Place != sqlmodel.PlaceOn || p.Left == nil:
		return "filters no rows of a table"
	case p.Negated, p.Op == sqlmodel.OpNe, p.Op == sqlmodel.OpNotIn, p.Op == sqlmodel.OpNotLike, p.Op == sqlmodel.OpNotILike, p.Op == sqlmodel.OpNotBetween:
		return "would use no index anyway"
	case p.Op == sqlmodel.OpExists, p.Op == sqlmodel.OpBool, p.Op == sqlmodel.OpIsNull, p.Op == sqlmodel.OpIsNotNull:
		return "is no comparison"
	case p.Op == sqlmodel.OpOther, p.Op == sqlmodel.OpRegex, p.Op == sqlmodel.OpSimilar:
		return "uses an operator that has indexes of its own, or is not known"
	}
	for _, e := range []*sqlmodel.Expr{p.Left, p.Right} {
		if t, ok := c.wrapped(e); ok {
			if c.narrowed(t) {
				return "is not what finds the rows: another condition of the query does"
			}
			return "compares columns with each other, or asks for what is not there"
		}
	}
	switch {
	case p.Op == sqlmodel.OpILike:
		return "is not about columns of a table, or another condition finds the rows"
	case p.Op == sqlmodel.OpLike:
		return "has a pattern that starts with text, or is not known"
	case p.Left.Kind == sqlmodel.ExprColumn || p.Right != nil && p.Right.Kind == sqlmodel.ExprColumn:
		return "compares the column itself: an index on it can serve"
	}
	return "computes nothing from one column of a table"
}

package sargable

import (
	"github.com/sqlvet/sqlvet/analyzers/sqlparse"
	"github.com/sqlvet/sqlvet/internal/sqlmodel"
	"github.com/sqlvet/sqlvet/internal/sqlpattern"
)

// known returns what is known of a LIKE pattern.
func (c *Condition) known(e *sqlmodel.Expr) sqlpattern.Known {
	t := c.text
	switch {
	case t.query != nil:
		return sqlpattern.Of(e, t.query.Bound())
	case t.value != nil && e != nil:
		// Have: the pattern is the one placeholder of a composite literal.
		result := c.pass.ResultOf[sqlparse.Analyzer].(*sqlparse.Result)
		return sqlpattern.Of(e, sqlpattern.Bound{e.Number: result.Strings(t.fn, t.value)})
	}
	return sqlpattern.Of(e, nil)
}

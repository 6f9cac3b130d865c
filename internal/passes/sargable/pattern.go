package sargable

import (
	"github.com/sqlvet/sqlvet/internal/sqlmodel"
	"github.com/sqlvet/sqlvet/internal/sqlpattern"
)

// known returns what is known of a LIKE pattern.
func (c *Condition) known(e *sqlmodel.Expr) sqlpattern.Known {
	return sqlpattern.Of(e, c.text.query.Bound())
}

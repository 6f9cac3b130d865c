package sargable

import (
	"slices"
	"strings"

	"github.com/sqlvet/sqlvet/internal/pgwords"
	"github.com/sqlvet/sqlvet/internal/sqlmodel"
	"github.com/sqlvet/sqlvet/internal/sqlscan"
)

// A term is one side of a comparison that computes something from a column.
type term struct {
	expr *sqlmodel.Expr
	col  *sqlmodel.Expr
	cols []*sqlmodel.Expr // all of its columns: col, more than once maybe
}

func (t term) category() string {
	switch t.expr.Kind {
	case sqlmodel.ExprCast:
		return "cast"
	case sqlmodel.ExprOp:
		return "arithmetic"
	}
	return "function"
}

// wrapped returns e as a term if it computes something from exactly one
// column of a table, and no index of another kind is made for it.
func (c *Condition) wrapped(e *sqlmodel.Expr) (term, bool) {
	if e == nil || e.Kind == sqlmodel.ExprColumn {
		return term{}, false
	}
	cols, ok := c.columns(e)
	if !ok || len(cols) == 0 {
		return term{}, false
	}
	for _, col := range cols[1:] {
		if !same(col, cols[0]) {
			return term{}, false // an index on one of them would not do anyway
		}
	}
	return term{expr: e, col: cols[0], cols: cols}, true
}

// columns returns the columns that e computes with. It reports false if one
// of them is no column of a table, or if e does something that this rule does
// not judge.
func (c *Condition) columns(e *sqlmodel.Expr) ([]*sqlmodel.Expr, bool) {
	switch e.Kind {
	case sqlmodel.ExprColumn:
		if e.Outer {
			return nil, true // a value, seen from this level
		}
		return []*sqlmodel.Expr{e}, c.isBase(e)
	case sqlmodel.ExprConst, sqlmodel.ExprParam, sqlmodel.ExprHole:
		return nil, true
	case sqlmodel.ExprFunc:
		if e.Aggregate || e.Hole || otherIndex(e.Name) {
			return nil, false
		}
	case sqlmodel.ExprOp:
		if !arithmetic[e.Name] {
			return nil, false
		}
	case sqlmodel.ExprCast:
	default:
		return nil, false
	}
	var cols []*sqlmodel.Expr
	for _, a := range e.Args {
		more, ok := c.columns(a)
		if !ok {
			return nil, false
		}
		cols = append(cols, more...)
	}
	return cols, true
}

// arithmetic are the operators whose result no index on an operand serves.
// The operators of jsonb, arrays, ranges and text search have indexes of
// their own.
var arithmetic = map[string]bool{
	"+": true, "-": true, "*": true, "/": true, "%": true, "^": true, "||": true, "&": true, "|": true, "#": true,
	"<<": true, ">>": true,
}

// otherIndex reports whether a function belongs to a kind of search that has
// its own kind of index, or computes nothing from its arguments.
func otherIndex(name string) bool {
	for _, prefix := range []string{"st_", "_st_", "json", "pg_", "has_", "earth_", "ll_to_", "ts_", "to_ts", "plainto_", "phraseto_", "websearch_"} {
		if strings.HasPrefix(name, prefix) {
			return true
		}
	}
	switch name {
	case "similarity", "word_similarity", "strict_word_similarity", "starts_with", "unnest", "generate_series",
		"row", "set_config", "current_setting", "nextval", "currval", "box", "point", "grouping":
		return true
	}
	return false
}

// isBase reports whether a column belongs to a table of the user's.
func (c *Condition) isBase(col *sqlmodel.Expr) bool {
	if pgwords.SystemColumn(col.Name) {
		return false
	}
	if col.Rel != nil {
		return c.isTable(col.Rel)
	}
	if c.text.clause {
		return true // the table is the builder's
	}
	if col.Qualifier != "" || len(c.level.Relations) == 0 {
		return false
	}
	// Have: it belongs to any of the relations of the level.
	return !slices.ContainsFunc(c.level.Relations, func(r *sqlmodel.Relation) bool { return !c.isTable(r) })
}

// isTable reports whether rel is a table or view of the user's. A name that
// the program computes is one.
func (c *Condition) isTable(rel *sqlmodel.Relation) bool {
	if rel.Kind == sqlmodel.RelUnknown && rel.Hole && rel.Range.Start == rel.Range.End {
		for _, h := range c.text.Holes {
			if h.At == rel.Range.Start {
				return h.Kind != sqlscan.HoleFragment && h.Kind != sqlscan.HoleValue
			}
		}
	}
	if rel.Kind != sqlmodel.RelTable {
		return false
	}
	switch strings.ToLower(rel.Schema) {
	case "pg_catalog", "information_schema":
		return false
	}
	return !strings.HasPrefix(strings.ToLower(rel.Name), "pg_")
}

// same reports whether two column references name the same column, as far as
// the text shows.
func same(a, b *sqlmodel.Expr) bool {
	if !strings.EqualFold(a.Name, b.Name) {
		return false
	}
	if a.Rel != nil && b.Rel != nil {
		return a.Rel == b.Rel
	}
	return strings.EqualFold(a.Qualifier, b.Qualifier)
}

// sameTable reports whether two columns may belong to the same table.
func sameTable(a, b *sqlmodel.Expr) bool {
	if a.Rel != nil && b.Rel != nil {
		return a.Rel == b.Rel
	}
	if a.Qualifier != "" && b.Qualifier != "" {
		return strings.EqualFold(a.Qualifier, b.Qualifier)
	}
	return true
}

// compares reports whether one of the values is computed from a column that
// may be of the term's own table: then both sides change from row to row.
func (c *Condition) compares(t term, values ...*sqlmodel.Expr) bool {
	return slices.ContainsFunc(values, func(v *sqlmodel.Expr) bool {
		return anyColumn(v, func(col *sqlmodel.Expr) bool {
			return !col.Outer && slices.ContainsFunc(t.cols, func(own *sqlmodel.Expr) bool { return sameTable(own, col) })
		})
	})
}

func anyColumn(e *sqlmodel.Expr, f func(*sqlmodel.Expr) bool) bool {
	if e == nil {
		return false
	}
	if e.Kind == sqlmodel.ExprColumn && f(e) {
		return true
	}
	return slices.ContainsFunc(e.Args, func(a *sqlmodel.Expr) bool { return anyColumn(a, f) })
}

// column reports whether a value is a column of another table: then an index
// on that finds its rows, one for each row of the term's table.
func (c *Condition) column(value *sqlmodel.Expr) bool {
	return value.Kind == sqlmodel.ExprColumn && !value.Outer && c.isBase(value)
}

// narrowed reports whether another condition of the level finds the rows by
// an index: a plain comparison of the same column, or of the table's id; of a
// joined table, the columns that it is joined by.
func (c *Condition) narrowed(t term) bool {
	if c.p.Place == sqlmodel.PlaceOn && t.col.Rel != nil && t.col.Rel.Join != "" && c.keyed(t.col.Rel) {
		return true
	}
	for i := range c.all {
		o := &c.all[i]
		if o == c.p || o.Or || o.Negated || o.Place != sqlmodel.PlaceWhere && o.Place != sqlmodel.PlaceOn {
			continue
		}
		switch o.Op {
		case sqlmodel.OpEq, sqlmodel.OpLt, sqlmodel.OpLe, sqlmodel.OpGt, sqlmodel.OpGe, sqlmodel.OpIn, sqlmodel.OpBetween:
		case sqlmodel.OpLike:
			if known := c.known(o.Right); known.Start() == "" || known.Wild() {
				continue
			}
		default:
			continue
		}
		for _, side := range [][2]*sqlmodel.Expr{{o.Left, o.Right}, {o.Right, o.Left}} {
			col, value := side[0], side[1]
			if col == nil || col.Kind != sqlmodel.ExprColumn || col.Outer {
				continue
			}
			// A comparison with another column is a join, or tells nothing.
			if anyColumn(value, func(*sqlmodel.Expr) bool { return true }) {
				continue
			}
			if same(col, t.col) {
				return true
			}
			if strings.EqualFold(col.Name, "id") && sameTable(col, t.col) && (o.Op == sqlmodel.OpEq || o.Op == sqlmodel.OpIn) {
				return true
			}
		}
	}
	return false
}

// keyed reports whether ON compares a column of rel with one of another table.
func (c *Condition) keyed(rel *sqlmodel.Relation) bool {
	return slices.ContainsFunc(c.all, func(o sqlmodel.Predicate) bool {
		if o.Place != sqlmodel.PlaceOn || o.Op != sqlmodel.OpEq || o.Or || o.Negated ||
			o.Left == nil || o.Left.Kind != sqlmodel.ExprColumn || o.Right == nil || o.Right.Kind != sqlmodel.ExprColumn {
			return false
		}
		return (o.Left.Rel == rel || o.Right.Rel == rel) && !sameTable(o.Left, o.Right)
	})
}

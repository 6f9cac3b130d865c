package sargable

import (
	"slices"
	"strings"

	"github.com/sqlvet/sqlvet/internal/passes/dbschema"
	"github.com/sqlvet/sqlvet/internal/schema"
	"github.com/sqlvet/sqlvet/internal/sqlmodel"
)

// served reports whether the schema shows that a term costs nothing: an index
// holds the expression, the cast changes nothing, another condition finds the
// rows, or the table is too small for any of it to matter. Without a schema nothing is known.
func (c *Condition) served(t term) bool {
	if c.small(t.col) || c.unread(t.col) {
		return true
	}
	for _, table := range c.tables(t.col) {
		if c.idle(t, table) || c.found(t, table) {
			return true
		}
		want := schema.NormalExpr(c.source(t.expr))
		for _, x := range table.Indexes {
			for i, k := range x.Keys {
				if k.Expr != "" && schema.NormalExpr(k.Expr) == want && (x.Method != "btree" || c.before(x.Keys[:i], t)) {
					return true
				}
			}
		}
	}
	return false
}

// found reports whether other conditions find the few rows of which the term is
// computed, by an index: they compare its first columns with values, or with a
// column of another table that a condition narrows.
func (c *Condition) found(t term, table *schema.Table) bool {
	given := make(map[string]bool)
	for i := range c.all {
		o := &c.all[i]
		if o == c.p || o.Or || o.Negated || o.Op != sqlmodel.OpEq && o.Op != sqlmodel.OpIn || o.Place != sqlmodel.PlaceWhere && o.Place != sqlmodel.PlaceOn {
			continue
		}
		for _, side := range [][2]*sqlmodel.Expr{{o.Left, o.Right}, {o.Right, o.Left}} {
			col, value := side[0], side[1]
			if col == nil || col.Kind != sqlmodel.ExprColumn || col.Outer || col.Rel != t.col.Rel {
				continue
			}
			if !anyColumn(value, func(*sqlmodel.Expr) bool { return true }) ||
				value.Kind == sqlmodel.ExprColumn && !sameTable(col, value) && c.filtered(t) {
				given[col.Name] = true
			}
		}
	}
	return len(given) > 0 && c.db().Finds(table, given)
}

// filtered reports whether a column of another table is compared with a
// value.
func (c *Condition) filtered(t term) bool {
	return slices.ContainsFunc(c.all, func(o sqlmodel.Predicate) bool {
		return o.Op == sqlmodel.OpEq && !o.Or && !o.Negated && o.Left != nil && o.Left.Kind == sqlmodel.ExprColumn && !o.Left.Outer &&
			!sameTable(o.Left, t.col) && o.Right != nil && !anyColumn(o.Right, func(*sqlmodel.Expr) bool { return true })
	})
}

// trigrams reports whether an index of pg_trgm, which serves patterns of any
// form, holds the left side of LIKE or ILIKE.
func (c *Condition) trigrams(t term) bool {
	if c.small(t.col) || c.unread(t.col) {
		return true
	}
	want := ""
	if t.expr.Kind != sqlmodel.ExprColumn {
		want = schema.NormalExpr(c.source(t.expr))
	}
	for _, table := range c.tables(t.col) {
		if c.found(t, table) {
			return true
		}
		for _, x := range table.Indexes {
			for _, k := range x.Keys {
				if !strings.HasSuffix(k.Opclass, "_trgm_ops") && !strings.HasSuffix(k.Opclass, "_bigm_ops") {
					continue
				}
				if k.Expr == "" && k.Column == t.col.Name || k.Expr != "" && schema.NormalExpr(k.Expr) == want {
					return true
				}
			}
		}
	}
	return false
}

// before reports whether the keys of a b-tree that stand before another are
// all given by conditions, so that the other one is of use.
func (c *Condition) before(keys []schema.Key, t term) bool {
	for _, k := range keys {
		given := slices.ContainsFunc(c.all, func(p sqlmodel.Predicate) bool {
			if p.Or || p.Negated || p.Op != sqlmodel.OpEq && p.Op != sqlmodel.OpIn {
				return false
			}
			for _, e := range []*sqlmodel.Expr{p.Left, p.Right} {
				if e == nil || !sameTable(e, t.col) {
					continue
				}
				if k.Column != "" && e.Kind == sqlmodel.ExprColumn && e.Name == k.Column ||
					k.Expr != "" && schema.NormalExpr(c.source(e)) == schema.NormalExpr(k.Expr) {
					return true
				}
			}
			return false
		})
		if !given {
			return false
		}
	}
	return true
}

// idle reports whether a term is a cast of a column to the type that it has,
// or between types that are stored alike.
func (c *Condition) idle(t term, table *schema.Table) bool {
	if t.expr.Kind != sqlmodel.ExprCast || len(t.expr.Args) != 1 || t.expr.Args[0].Kind != sqlmodel.ExprColumn {
		return false
	}
	col := table.Column(t.col.Name)
	if col == nil || col.Type == "" {
		return false
	}
	to := schema.TypeName(t.expr.Name)
	bare := func(s string) string {
		s, _, _ = strings.Cut(s, "(")
		return s
	}
	text := func(s string) bool { return s == "text" || s == "varchar" }
	return to == bare(col.Type) || text(to) && text(bare(col.Type))
}

// small reports whether the column's table is known to have few rows.
func (c *Condition) small(col *sqlmodel.Expr) bool {
	table := tableOf(col)
	return table != "" && c.db().Small(table)
}

// unread reports whether the schema has not got the column's table and was not
// read to its end: an index may be there all the same.
func (c *Condition) unread(col *sqlmodel.Expr) bool {
	s := c.db().Schema()
	return s != nil && !s.Complete && len(s.Problems) > 0 && !c.text.foreign() && tableOf(col) != "" && len(c.tables(col)) == 0
}

func (c *Condition) db() *dbschema.Result {
	return c.pass.ResultOf[dbschema.Analyzer].(*dbschema.Result)
}

// tables returns the tables of the schema that a column may belong to: its
// own if the text names it, else all of the level's, or of the schema where a
// builder knows the table, that have such a column.
func (c *Condition) tables(col *sqlmodel.Expr) []*schema.Table {
	if c.text.foreign() {
		return nil
	}
	s := c.db().Schema()
	if s == nil {
		return nil
	}
	if col.Rel != nil && !col.Rel.Hole {
		if t := s.Table(col.Rel.Schema, col.Rel.Name); t != nil {
			return []*schema.Table{t}
		}
		return nil
	}
	var list []*schema.Table
	for _, t := range s.Tables {
		if t.Column(col.Name) != nil && (c.text.clause || col.Rel != nil || c.reads(t)) {
			list = append(list, t)
		}
	}
	return list
}

// reads reports whether a table is among the relations of the level.
func (c *Condition) reads(t *schema.Table) bool {
	return slices.ContainsFunc(c.level.Relations, func(r *sqlmodel.Relation) bool { return r.Hole || r.Name == t.Name })
}

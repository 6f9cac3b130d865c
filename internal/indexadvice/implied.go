package indexadvice

import (
	"slices"
	"strings"

	"github.com/sqlvet/sqlvet/internal/schema"
	"github.com/sqlvet/sqlvet/internal/sqlmodel"
)

// An implication is a query that PostgreSQL runs for a foreign key.
type implication struct {
	sql string
	key *schema.ForeignKey
}

// cascades returns the queries that PostgreSQL runs for each row that a
// DELETE removes: one for every foreign key that refers to the table, and on
// through ON DELETE CASCADE; and for each row whose key an UPDATE changes.
func (c *catalog) cascades(st *sqlmodel.Statement) []implication {
	var out []implication
	seen := make(map[*schema.ForeignKey]bool)
	for _, l := range st.Levels {
		if l.Target == nil || l.Target.Hole {
			continue
		}
		t := c.schema.Table(l.Target.Schema, l.Target.Name)
		switch {
		case t == nil:
		case l.Kind == sqlmodel.Delete:
			out = c.cascade(t, seen, out, func(reference) bool { return true })
		case len(l.Sets) > 0:
			out = c.cascade(t, seen, out, func(ref reference) bool {
				return ref.table != t && slices.ContainsFunc(l.Sets, func(a sqlmodel.Assignment) bool { return slices.Contains(ref.key.RefColumns, a.Column) })
			})
		}
	}
	return out
}

func (c *catalog) cascade(parent *schema.Table, seen map[*schema.ForeignKey]bool, out []implication, asked func(reference) bool) []implication {
	for _, ref := range c.referring(parent) {
		if seen[ref.key] || !asked(ref) {
			continue
		}
		seen[ref.key] = true
		var where []string
		for _, col := range ref.key.Columns {
			where = append(where, schema.Quote(col)+" = $1")
		}
		out = append(out, implication{"SELECT 1 FROM " + ref.table.String() + " WHERE " + strings.Join(where, " AND "), ref.key})
		if ref.key.OnDelete == "cascade" {
			out = c.cascade(ref.table, seen, out, func(reference) bool { return true })
		}
	}
	return out
}

// A reference is a foreign key and the table that has it.
type reference struct {
	table *schema.Table
	key   *schema.ForeignKey
}

// referring returns the foreign keys that refer to parent.
func (c *catalog) referring(parent *schema.Table) []reference {
	if c.referrers == nil {
		c.referrers = make(map[*schema.Table][]reference)
		for _, t := range c.schema.Tables {
			for _, f := range t.ForeignKeys {
				if p := c.schema.Table(f.RefSchema, f.RefTable); p != nil {
					c.referrers[p] = append(c.referrers[p], reference{t, f})
				}
			}
		}
	}
	return c.referrers[parent]
}

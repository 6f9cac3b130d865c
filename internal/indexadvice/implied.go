package indexadvice

import (
	"slices"
	"strings"

	"github.com/sqlvet/sqlvet/internal/priors"
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
			out = c.cascade(t, seen, out, func(priors.Reference) bool { return true })
		case len(l.Sets) > 0:
			out = c.cascade(t, seen, out, func(ref priors.Reference) bool {
				return ref.Table != t && slices.ContainsFunc(l.Sets, func(a sqlmodel.Assignment) bool { return slices.Contains(ref.Key.RefColumns, a.Column) })
			})
		}
	}
	return out
}

func (c *catalog) cascade(parent *schema.Table, seen map[*schema.ForeignKey]bool, out []implication, asked func(priors.Reference) bool) []implication {
	for _, ref := range c.Referring(parent) {
		if seen[ref.Key] || !asked(ref) {
			continue
		}
		seen[ref.Key] = true
		var where []string
		for _, col := range ref.Key.Columns {
			where = append(where, schema.Quote(col)+" = $1")
		}
		out = append(out, implication{"SELECT 1 FROM " + ref.Table.String() + " WHERE " + strings.Join(where, " AND "), ref.Key})
		if ref.Key.OnDelete == "cascade" {
			out = c.cascade(ref.Table, seen, out, func(priors.Reference) bool { return true })
		}
	}
	return out
}

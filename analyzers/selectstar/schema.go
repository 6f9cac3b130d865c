package selectstar

import (
	"cmp"
	"slices"
	"strings"

	"golang.org/x/tools/go/analysis"

	"github.com/sqlvet/sqlvet/analyzers/sqlparse"
	"github.com/sqlvet/sqlvet/internal/passes/dbschema"
	"github.com/sqlvet/sqlvet/internal/schema"
	"github.com/sqlvet/sqlvet/internal/sqlscan"
)

// table returns the schema's table that a star covers, nil if it covers
// several, or if the schema does not have it for certain.
func (c *checker) table(q *sqlparse.Query, s star) *schema.Table {
	if len(s.tables) != 1 || s.tables[0] == "" || s.covers > 1 || q.Dialect.Foreign() {
		return nil
	}
	db := c.pass.ResultOf[dbschema.Analyzer].(*dbschema.Result).Schema()
	if db == nil {
		return nil
	}
	space, name := "", s.tables[0]
	if len(s.relations) == 1 {
		space, name = s.relations[0].Schema, s.relations[0].Name
	} else if before, after, ok := strings.Cut(name, "."); ok {
		space, name = before, after
	}
	t := db.Table(space, name)
	if t == nil || t.Uncertain || len(t.Columns) == 0 {
		return nil
	}
	return t
}

// wideTypes are the types whose values may be so long that PostgreSQL stores
// them apart from the row and reads them only if they are asked for, the
// longest first.
var wideTypes = []string{"jsonb", "json", "bytea", "xml", "tsvector", "text"}

// maxWide bounds the columns that a message names.
const maxWide = 3

// wide names those of a table's columns that cost most to read, with their
// types; "" if there is none. If unread is not nil, only the columns in it count.
func wide(t *schema.Table, unread []string) string {
	if t == nil {
		return ""
	}
	rank := func(c *schema.Column) int { return slices.Index(wideTypes, c.Type) }
	cols := slices.DeleteFunc(slices.Clone(t.Columns), func(c *schema.Column) bool {
		return rank(c) < 0 || unread != nil && !slices.Contains(unread, c.Name)
	})
	slices.SortStableFunc(cols, func(a, b *schema.Column) int { return cmp.Compare(rank(a), rank(b)) })
	var names []string
	for _, c := range cols[:min(len(cols), maxWide)] {
		names = append(names, c.Name+" ("+c.Type+")")
	}
	return enumerate(names)
}

// enumerate joins names as a sentence does.
func enumerate(names []string) string {
	if len(names) > 1 {
		names = append(names[:len(names)-2:len(names)-2], names[len(names)-2]+" and "+names[len(names)-1])
	}
	return strings.Join(names, ", ")
}

// allColumns returns the fix that puts all columns of a table in the star's
// place, which changes nothing: those that are not needed are left to delete.
func allColumns(q *sqlparse.Query, t *schema.Table, s star) (analysis.SuggestedFix, bool) {
	r := s.projection.Range
	text := q.Text.Source().Text
	if q.Fragment() != sqlscan.Statement || len(s.relations) != 1 || s.covers != 1 || r.Start < 0 || r.Start > r.End || r.End > len(text) || text[r.Start:r.End] != "*" {
		return analysis.SuggestedFix{}, false
	}
	qualifier := ""
	if s.projection.Qualifier != "" {
		qualifier = schema.Quote(s.projection.Qualifier) + "."
	} else if len(s.level.Relations) > 1 {
		return analysis.SuggestedFix{}, false
	}
	var names []string
	for _, c := range t.Columns {
		names = append(names, schema.Quote(c.Name))
	}
	// Have: of t.* the range holds the star alone, so the first has its t.
	edit, ok := q.Edit(r, strings.Join(names, ", "+qualifier))
	if !ok {
		return analysis.SuggestedFix{}, false
	}
	return analysis.SuggestedFix{Message: "List the columns of " + t.String(), TextEdits: []analysis.TextEdit{edit}}, true
}

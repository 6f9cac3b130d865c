package sqlparse

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"golang.org/x/tools/go/analysis"

	"github.com/sqlvet/sqlvet/internal/config"
	"github.com/sqlvet/sqlvet/internal/migrations"
	"github.com/sqlvet/sqlvet/internal/passes/dbschema"
	"github.com/sqlvet/sqlvet/internal/passes/suppress"
	"github.com/sqlvet/sqlvet/internal/schema"
	"github.com/sqlvet/sqlvet/internal/sqlmodel"
	"github.com/sqlvet/sqlvet/internal/sqlnames"
	"github.com/sqlvet/sqlvet/internal/sqlscan"
	"github.com/sqlvet/sqlvet/internal/sqltext"
)

var (
	makesTable = regexp.MustCompile(`(?i)\b(?:create\s+(?:(?:global|local)\s+)?(?:temp|temporary|unlogged|foreign)?\s*table|into\s+(?:temp|temporary)(?:\s+table)?|create\s+(?:or\s+replace\s+)?(?:temp\s+|temporary\s+)?(?:materialized\s+)?view|rename\s+to)\s+(?:if\s+not\s+exists\s+)?(?:[\w"]+\.)?"?(\w+)`)
	makesOther = regexp.MustCompile(`(?i)\bset\s+(?:local\s+|session\s+)?search_path|\badd\s+column\b|\bset_config\s*\(\s*'search_path'`)
)

// isGeneric: so do several tools, and many programs, call the table of what was
// migrated.
func isGeneric(table string) bool { return table == "migrations" || table == "migration" }

// A namesChecker compares the names in a package's queries with the schema.
type namesChecker struct {
	pass   *analysis.Pass
	schema *schema.Schema
	made   map[string]bool // tables that the package's own SQL makes
	tables map[string]bool // of the schema that the package uses
	absent map[string]bool // that the schema does not have
	found  []named
	short  []suppress.Finding // of INSERTs that leave a column out
}

// A named is a query with names that the schema does not have.
type named struct {
	q       *Query
	unknown []sqlnames.Unknown
}

// reportNames reports tables and columns that the schema, if it was read to
// its end, does not have.
func reportNames(pass *analysis.Pass, bySite [][]*Query) {
	c := &namesChecker{pass: pass, made: make(map[string]bool), tables: make(map[string]bool), absent: make(map[string]bool)}
	for _, qs := range bySite {
		for _, q := range qs {
			text := q.Text.Source().Text
			if makesOther.MatchString(text) {
				return // the package changes what names mean
			}
			for _, m := range makesTable.FindAllStringSubmatch(text, -1) {
				c.made[strings.ToLower(m[1])] = true
			}
		}
	}
	for _, qs := range bySite {
		if len(qs) == 0 || !slices.ContainsFunc(qs, judged) || slices.ContainsFunc(qs, func(q *Query) bool { return !judged(q) }) || c.inTest(qs[0]) {
			continue
		}
		if c.schema == nil {
			// Cheap tests first: most packages get here only with a query.
			if c.schema = pass.ResultOf[dbschema.Analyzer].(*dbschema.Result).Schema(); c.schema == nil || !c.schema.Complete {
				return
			}
		}
		c.look(qs)
	}
	c.report()
}

// judged reports whether the names of a query can be compared: its text is
// known to the last byte, and PostgreSQL gets it.
func judged(q *Query) bool {
	return q.Dialect == Postgres && q.Text.Knowledge() == sqltext.Full && q.Fragment() == sqlscan.Statement && q.Sends() && q.Model().Err == nil
}

// inTest reports whether a query stands in a test, which may make the tables
// that it needs.
func (c *namesChecker) inTest(q *Query) bool {
	return strings.HasSuffix(c.pass.Fset.Position(q.Call.Pos()).Filename, "_test.go")
}

// look compares the alternatives of one call's text. A name counts if all of
// them have it: a combination of parts may never run.
func (c *namesChecker) look(qs []*Query) {
	var first named
	for i, q := range qs {
		unknown, tables := sqlnames.Find(c.schema, q.Model().SQL)
		for _, t := range tables {
			c.tables[t] = true
		}
		unknown = slices.DeleteFunc(unknown, func(u sqlnames.Unknown) bool {
			return !u.Column && (c.made[strings.ToLower(u.Name)] || migrations.KeepsBooks(u.Name) || isGeneric(u.Name))
		})
		if i == 0 {
			first = named{q, unknown}
			continue
		}
		first.unknown = slices.DeleteFunc(first.unknown, func(u sqlnames.Unknown) bool {
			return !slices.ContainsFunc(unknown, func(v sqlnames.Unknown) bool { return v.Name == u.Name && v.Column == u.Column })
		})
	}
	for _, u := range first.unknown {
		if !u.Column {
			c.absent[u.Name] = true
		}
	}
	if len(first.unknown) > 0 {
		c.found = append(c.found, first)
	} else {
		c.leavesOut(qs)
	}
}

// leavesOut notes a column of which a new row needs a value, and that an INSERT in
// no form of its text gives one: NOT NULL, without a default and anything else
// that could fill it.
func (c *namesChecker) leavesOut(qs []*Query) {
	var missing []*schema.Column
	var at *sqlmodel.Relation
	var of *schema.Table
	for i, q := range qs {
		m := q.Model()
		if len(m.Statements) != 1 || m.Statements[0].Kind != sqlmodel.Insert || len(m.Statements[0].Levels) == 0 {
			return
		}
		l := m.Statements[0].Levels[0]
		if l.Target == nil || l.Target.Kind != sqlmodel.RelTable || l.Target.Hole || len(l.Columns) == 0 {
			return
		}
		t := c.schema.Table(l.Target.Schema, l.Target.Name)
		if t == nil || t.Kind != schema.BaseTable || t.Uncertain || t.Triggered || len(t.Inherits) > 0 || of != nil && t != of {
			return
		}
		if i == 0 {
			missing, at, of = slices.Clone(t.Columns), l.Target, t
		}
		missing = slices.DeleteFunc(missing, func(col *schema.Column) bool {
			own := slices.ContainsFunc(c.schema.Types, func(x *schema.Type) bool { return x.Name == col.Type && x.Kind == "domain" })
			key := t.Primary != nil && slices.ContainsFunc(t.Primary.Keys, func(k schema.Key) bool { return k.Column == col.Name })
			return q.Chain && key || // Have: libraries leave a key out while it is zero, which no type tells.
				!col.NotNull || col.Default != "" || col.Generated != "" || col.Identity || own || slices.Contains(l.Columns, col.Name)
		})
	}
	if len(missing) > 0 {
		col := missing[0]
		c.short = append(c.short, qs[0].Finding(name, "left-out", at.Range, fmt.Sprintf(
			"this INSERT leaves out %s of %s, which is NOT NULL and has no default: it fails; the column is defined in %s:%d", schema.Quote(col.Name), of, col.File, col.Line)))
	}
}

// report reports what was found, unless the package seems to work with
// another database than the one that was read.
func (c *namesChecker) report() {
	if len(c.absent) > len(c.tables) {
		return
	}
	for _, f := range c.short {
		suppress.Report(c.pass, f)
	}
	for _, f := range c.found {
		for _, u := range f.unknown {
			suppress.Report(c.pass, c.finding(f.q, u))
		}
	}
}

func (c *namesChecker) finding(q *Query, u sqlnames.Unknown) suppress.Finding {
	model := q.Model()
	end := u.Offset + 1
	for end < len(model.SQL) && !strings.ContainsRune(" \t\r\n,;()=<>+-*/", rune(model.SQL[end])) {
		end++
	}
	at := sqlmodel.Range{Start: model.Source(u.Offset), End: model.Source(end)}
	if at.End < at.Start {
		at.End = at.Start
	}
	category, message := "unknown-table", fmt.Sprintf("table %s is not in the schema", schema.Quote(u.Name))
	switch {
	case u.Column && u.Table != nil:
		category, message = "unknown-column", fmt.Sprintf("table %s has no column %s", u.Table, schema.Quote(u.Name))
	case u.Column:
		category, message = "unknown-column", fmt.Sprintf("no table of this query has a column %s", schema.Quote(u.Name))
	}
	message += config.Hint(u.Name, u.Known)
	if u.Table != nil {
		message += fmt.Sprintf("; it is defined in %s:%d", u.Table.File, u.Table.Line)
	}
	f := q.Finding(name, category, at, message)
	return f
}

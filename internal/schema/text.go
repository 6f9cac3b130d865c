package schema

import (
	"fmt"
	"strings"
)

// Text returns the extensions, types, tables and problems for people: one line
// a thing. A question mark stands behind what is Uncertain.
func (s *Schema) Text() string {
	var b strings.Builder
	for _, e := range s.Extensions {
		fmt.Fprintf(&b, "extension %s\n", e)
	}
	for _, t := range s.Types {
		fmt.Fprintf(&b, "%s %s", t.Kind, name{t.Schema, t.Name})
		if len(t.Values) > 0 {
			fmt.Fprintf(&b, " (%s)", strings.Join(t.Values, ","))
		}
		if t.Base != "" {
			fmt.Fprintf(&b, " %s", t.Base)
		}
		for _, c := range t.Columns {
			fmt.Fprintf(&b, " %s:%s", c.Name, c.Type)
		}
		b.WriteByte('\n')
	}
	for _, t := range s.Tables {
		writeTable(&b, t)
	}
	for _, p := range s.Problems {
		fmt.Fprintf(&b, "problem %s:%d: %s\n", p.File, p.Line, p.Message)
	}
	return b.String()
}

func writeTable(b *strings.Builder, t *Table) {
	fmt.Fprintf(b, "%s %s", t.Kind, t)
	opt := func(format, s string) {
		if s != "" {
			fmt.Fprintf(b, format, s)
		}
	}
	opt(" of %s", t.PartitionOf)
	opt(" by %s", t.PartitionBy)
	opt(" inherits %s", strings.Join(t.Inherits, ","))
	opt(" # %s", t.Comment)
	if t.Uncertain {
		b.WriteString(" ?")
	}
	b.WriteByte('\n')
	for _, c := range t.Columns {
		fmt.Fprintf(b, "  %s %s", c.Name, c.Type)
		if c.NotNull {
			b.WriteString(" not null")
		}
		if c.Identity {
			b.WriteString(" identity")
		}
		opt(" default %s", c.Default)
		opt(" generated %s", c.Generated)
		opt(" collate %s", c.Collation)
		opt(" # %s", c.Comment)
		b.WriteByte('\n')
	}
	for _, x := range t.Indexes {
		fmt.Fprintf(b, "  %s\n", x.text())
	}
	for _, f := range t.ForeignKeys {
		ref := name{f.RefSchema, f.RefTable}
		fmt.Fprintf(b, "  fk %s (%s) -> %s (%s)", f.Name, strings.Join(f.Columns, ","), ref, strings.Join(f.RefColumns, ","))
		if f.OnDelete != "no action" {
			fmt.Fprintf(b, " on delete %s", f.OnDelete)
		}
		if f.OnUpdate != "no action" {
			fmt.Fprintf(b, " on update %s", f.OnUpdate)
		}
		if f.NotValid {
			b.WriteString(" not valid")
		}
		b.WriteByte('\n')
	}
	for _, c := range t.Checks {
		fmt.Fprintf(b, "  check %s: %s\n", c.Name, c.Expr)
	}
}

func (x *Index) text() string {
	kind := "index"
	switch {
	case x.Primary:
		kind = "primary"
	case x.Unique && x.Constraint:
		kind = "unique constraint"
	case x.Unique:
		kind = "unique"
	case x.Constraint:
		kind = "exclude"
	}
	var keys []string
	for _, k := range x.Keys {
		s := k.Column
		if k.Expr != "" {
			s = "[" + k.Expr + "]"
		}
		if k.Collation != "" {
			s += " collate " + k.Collation
		}
		if k.Opclass != "" {
			s += " " + k.Opclass
		}
		if k.Desc {
			s += " desc"
		}
		if k.Nulls != "" {
			s += " nulls " + k.Nulls
		}
		keys = append(keys, s)
	}
	out := fmt.Sprintf("%s %s %s (%s)", kind, x.Name, x.Method, strings.Join(keys, ", "))
	if len(x.Include) > 0 {
		out += " include (" + strings.Join(x.Include, ",") + ")"
	}
	if x.NullsNotDistinct {
		out += " nulls not distinct"
	}
	if x.Predicate != "" {
		out += " where " + x.Predicate
	}
	if x.Invalid {
		out += " invalid"
	}
	return out
}

package priors

import (
	"math"
	"strings"

	"github.com/sqlvet/sqlvet/internal/schema"
	"github.com/sqlvet/sqlvet/internal/sqlmodel"
	"github.com/sqlvet/sqlvet/internal/sqlscan"
)

// facts answers what follows from keys, types and constraints.
type facts struct{}

// Rows is known of a table whose key allows a few.
func (facts) Rows(t *Table) (float64, bool) {
	if t.Primary == nil || len(t.Primary.Keys) != 1 {
		return 0, false
	}
	k := t.Column(t.Primary.Keys[0].Column)
	return lookupRows, k != nil && (t.p.BaseType(k.Type) == "boolean" || t.p.Enum(k.Type) != nil)
}

func (facts) Distinct(t *Table, c *schema.Column) (float64, bool) {
	if n := t.p.Enum(c.Type); n != nil {
		return math.Max(float64(len(n.Values)), 2), true
	}
	if n := t.checked(c.Name); n > 0 {
		return float64(n), true
	}
	rows, _ := t.Rows()
	switch {
	case t.IsUnique(c.Name):
		return rows, true
	case t.p.BaseType(c.Type) == "boolean":
		return 2, true
	}
	return 0, false
}

func (facts) Nulls(t *Table, c *schema.Column) (float64, bool) {
	return 0, c.NotNull || t.Primary != nil && hasKey(t.Primary, c.Name)
}

func hasKey(x *schema.Index, column string) bool {
	for _, k := range x.Keys {
		if k.Column == column {
			return true
		}
	}
	return false
}

// Share is left to what values mean: that a column can have four of them does
// not say how the rows are divided.
func (facts) Share(*Table, *schema.Column, Ask) (float64, bool) { return 0, false }

// Width is known of types whose values are all of one size.
func (facts) Width(t *Table, c *schema.Column) (float64, bool) {
	typ := t.p.BaseType(c.Type)
	n := fixedWidths[typ]
	if t.p.Enum(c.Type) != nil && !strings.HasSuffix(typ, "[]") {
		n = 4
	}
	return n, n > 0
}

var fixedWidths = map[string]float64{
	"boolean": 1, "smallint": 2, "integer": 4, "bigint": 8, "real": 4, "double precision": 8, "uuid": 16,
	"timestamptz": 8, "timestamp": 8, "date": 4, "time": 8, "timetz": 12,
}

// checked returns how many values a CHECK constraint lists for a column, 0 if
// there is none.
func (t *Table) checked(column string) int {
	if t.lists == nil {
		t.lists = make(map[string]int)
		for _, k := range t.Checks {
			if column, n := listed(k.Expr); n > 0 {
				t.lists[column] = n
			}
		}
	}
	return t.lists[column]
}

// listed returns the column of which a condition lists the values, and their
// number; 0 if it does something else.
func listed(where string) (column string, n int) {
	res := sqlmodel.Parse(sqlscan.Source{Text: "SELECT 1 FROM t WHERE " + where}, sqlscan.Statement, 0)
	if res.Err != nil || len(res.Statements) != 1 || len(res.Statements[0].Levels) != 1 {
		return "", 0
	}
	list := res.Statements[0].Levels[0].Predicates
	if len(list) != 1 || list[0].Op != sqlmodel.OpIn || list[0].Negated {
		return "", 0
	}
	values := list[0].List
	if r := list[0].Right; r != nil {
		if values = nil; r.Kind == sqlmodel.ExprArray {
			values = r.Args
		}
	}
	for _, v := range values {
		if bare(v).Kind != sqlmodel.ExprConst {
			return "", 0
		}
	}
	if col := bare(list[0].Left); col.Kind == sqlmodel.ExprColumn {
		return col.Name, len(values)
	}
	return "", 0
}

// bare returns e without casts.
func bare(e *sqlmodel.Expr) *sqlmodel.Expr {
	for e.Kind == sqlmodel.ExprCast && len(e.Args) == 1 {
		e = e.Args[0]
	}
	return e
}

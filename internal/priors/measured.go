package priors

import (
	"math"
	"slices"
	"strings"

	"github.com/sqlvet/sqlvet/internal/schema"
	"github.com/sqlvet/sqlvet/internal/stats"
)

// measured answers from the statistics of a database.
type measured struct{}

func (measured) Rows(t *Table) (float64, bool) {
	if t.measured == nil || t.measured.Rows < 0 {
		return 0, false
	}
	return t.measured.Rows, true
}

// column returns the statistics of a column, nil if there are none.
func (t *Table) column(c *schema.Column) *stats.Column {
	if t.measured == nil {
		return nil
	}
	return t.measured.Column(c.Name)
}

func (measured) Distinct(t *Table, c *schema.Column) (float64, bool) {
	x := t.column(c)
	if x == nil {
		return 0, false
	}
	n := x.Values(t.measured.Rows)
	return n, n > 0
}

func (measured) Nulls(t *Table, c *schema.Column) (float64, bool) {
	if x := t.column(c); x != nil {
		return x.NullFraction, true
	}
	return 0, false
}

func (measured) Share(t *Table, c *schema.Column, a Ask) (float64, bool) {
	x := t.column(c)
	if x == nil || a.Op != Equal {
		return 0, false
	}
	n := x.Values(t.measured.Rows)
	if n <= 0 {
		return 0, false
	}
	rest := 1 - x.NullFraction
	if a.Values == nil || len(x.Common) == 0 {
		return a.Count * rest / math.Max(n, 1), true
	}
	for _, f := range x.Frequencies {
		rest -= f
	}
	// What is none of the most common values is one of the others, if there
	// are any: as PostgreSQL has it.
	other := 1 / math.Max(t.measured.Rows, 1)
	if more := n - float64(len(x.Common)); more >= 1 && rest > 0 {
		other = rest / more
	}
	sum := 0.0
	for _, v := range a.Values {
		if i := slices.Index(x.Common, storedText(v)); i >= 0 {
			sum += x.Frequencies[i]
		} else {
			sum += other
		}
	}
	return sum, true
}

// storedText is a literal of SQL as its type writes it.
func storedText(literal string) string {
	switch literal {
	case "true":
		return "t"
	case "false":
		return "f"
	}
	if n := len(literal); n >= 2 && literal[0] == '\'' && literal[n-1] == '\'' {
		return strings.ReplaceAll(literal[1:n-1], "''", "'")
	}
	return literal
}

func (measured) Width(t *Table, c *schema.Column) (float64, bool) {
	if x := t.column(c); x != nil && x.Width > 0 {
		return float64(x.Width), true
	}
	return 0, false
}

// settings answers what the user says of the sizes of tables.
type settings struct{}

func (settings) Rows(t *Table) (float64, bool) {
	if n, ok := t.set(); ok {
		return n, true
	}
	switch {
	case named(t.p.known.Small, t.Table):
		return lookupRows, true
	case named(t.p.known.Big, t.Table):
		return namedBig, true
	}
	return 0, false
}

// set returns the number of rows that the settings give: by the name with the
// schema before that without.
func (t *Table) set() (n float64, ok bool) {
	for name, rows := range t.p.known.Rows {
		if isNamed(name, t.Table) && (!ok || strings.Contains(name, ".")) {
			n, ok = rows, true
		}
	}
	return n, ok
}

// namedBig is the number of rows of what the settings call big.
const namedBig = 10_000_000

func (settings) Distinct(*Table, *schema.Column) (float64, bool)   { return 0, false }
func (settings) Nulls(*Table, *schema.Column) (float64, bool)      { return 0, false }
func (settings) Share(*Table, *schema.Column, Ask) (float64, bool) { return 0, false }
func (settings) Width(*Table, *schema.Column) (float64, bool)      { return 0, false }

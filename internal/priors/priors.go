// Package priors answers what is believed of the tables of a schema before a
// query runs: how many rows a table has, how many values a column, which share
// of the rows satisfies a comparison, how wide they are.
//
// Four sources are asked, and the first that knows answers: the statistics of
// a database (package stats), the settings, what the schema says by its keys,
// types and constraints, and last what names say, which stands in words.txt.
package priors

import (
	"cmp"
	"fmt"
	"math"
	"strings"
	"time"

	"github.com/sqlvet/sqlvet/internal/schema"
	"github.com/sqlvet/sqlvet/internal/stats"
)

// Known is what is known of a database besides its schema.
type Known struct {
	Stats *stats.File // nil if there are none
	// Rows gives the numbers of rows that the settings name, by table:
	// "orders" or "shop.orders".
	Rows map[string]float64
	// Small and Big name tables that the settings call so, with the schema
	// in front or without.
	Small, Big []string
}

// A Basis says where an answer comes from.
type Basis uint8

const (
	Assumed  Basis = iota // from names, or from nothing
	Declared              // by the schema
	Set                   // in the settings
	Measured              // in the statistics
)

// A source answers what it knows: ok is false for the rest.
type source interface {
	Rows(t *Table) (n float64, ok bool)
	Distinct(t *Table, c *schema.Column) (n float64, ok bool)
	Nulls(t *Table, c *schema.Column) (share float64, ok bool)
	Share(t *Table, c *schema.Column, a Ask) (share float64, ok bool)
	Width(t *Table, c *schema.Column) (bytes float64, ok bool)
}

// An Ask is a comparison of a column with values.
type Ask struct {
	Op Op
	// Values are the literals as SQL writes them ('a', 1, true), nil if they
	// are not known; Count is their number, known or not.
	Values []string
	Count  float64
}

// Op is how a column is compared.
type Op uint8

const (
	Equal    Op = iota // with one or several values
	Between            // some range
	Past               // less than a time of the clock
	Purged             // the same in a DELETE, which is run often: few are left
	Recent             // more than a time before now
	Upcoming           // more than now
)

// Numbers by which sizes are judged.
const (
	// SmallRows is the number below which no index is worth its writes.
	SmallRows = 1000
	// BigRows is the number from which reading all of a table is never right.
	BigRows = 100_000
	// FewRows is the number up to which rows that an index found are read so
	// fast that it does not matter how.
	FewRows = 100
)

// A Class says how many different values a column is likely to have.
type Class uint8

const (
	Medium Class = iota // foreign keys, names, the default
	Unique              // nearly every row has its own
	Low                 // a few values
	Time                // times and decimals: many, and compared by range
)

// Priors are the beliefs about one schema. They may not be used by several
// goroutines at a time.
type Priors struct {
	schema  *schema.Schema
	known   Known
	sources [Measured + 1]source // by basis
	types   map[string]*schema.Type
	tables  map[*schema.Table]*Table

	referrers map[*schema.Table][]Reference // by the table referred to; nil until asked for
}

// New returns what is believed of s.
func New(s *schema.Schema, known Known) *Priors {
	p := &Priors{schema: s, known: known, types: make(map[string]*schema.Type), tables: make(map[*schema.Table]*Table)}
	p.sources = [...]source{Assumed: words{}, Declared: facts{}, Set: settings{}, Measured: measured{}}
	for _, t := range s.Types {
		p.types[t.Name] = t
	}
	return p
}

// A Table is what is believed of a table.
type Table struct {
	*schema.Table
	p        *Priors
	measured *stats.Table                  // nil if there is no statistics of it
	foreign  map[string]*schema.ForeignKey // by its first column
	classes  map[string]Class
	lists    map[string]int // how many values CHECK constraints list; nil until asked for

	inserted map[string][]bool // see Inserted

	rows  float64 // 0 until asked for
	basis Basis   // of rows
}

// Table returns what is believed of t, a table of the schema.
func (p *Priors) Table(t *schema.Table) *Table {
	if got, ok := p.tables[t]; ok {
		return got
	}
	x := &Table{Table: t, p: p, classes: make(map[string]Class), foreign: make(map[string]*schema.ForeignKey)}
	p.tables[t] = x
	for _, f := range t.ForeignKeys {
		if len(f.Columns) > 0 && x.foreign[f.Columns[0]] == nil {
			x.foreign[f.Columns[0]] = f
		}
	}
	if p.known.Stats != nil {
		x.measured = p.known.Stats.Table(cmp.Or(t.Schema, "public"), t.Name)
		if x.measured == nil && t.Schema == "" {
			x.measured = p.known.Stats.Table("", t.Name)
		}
	}
	return x
}

// ask returns the first answer, and where it comes from. The last source knows
// everything.
func (t *Table) ask(f func(source) (float64, bool)) (float64, Basis) {
	for b := Measured; ; b-- {
		if n, ok := f(t.p.sources[b]); ok || b == Assumed {
			return n, b
		}
	}
}

// Rows returns the number of rows, at least 1.
func (t *Table) Rows() (n float64, basis Basis) {
	if t.rows == 0 {
		n, t.basis = t.ask(func(s source) (float64, bool) { return s.Rows(t) })
		t.rows = math.Max(n, 1)
	}
	return t.rows, t.basis
}

// Small reports whether the table has so few rows, or is believed to, that no
// index matters. What the settings call small always is.
func (t *Table) Small() bool {
	n, _ := t.Rows()
	return n < SmallRows || named(t.p.known.Small, t.Table)
}

// Big reports whether the table is known to have very many rows.
func (t *Table) Big() bool {
	n, basis := t.Rows()
	return named(t.p.known.Big, t.Table) || basis >= Set && n >= BigRows
}

// Found returns how many rows an index finds by equalities with the given
// columns, as far as those are its first; whole is set if they are all of its
// columns.
func (t *Table) Found(x *schema.Index, given map[string]bool) (n float64, basis Basis, whole bool) {
	n, basis = t.Rows()
	for _, k := range x.Keys {
		c := t.Column(k.Column)
		if c == nil || !given[k.Column] {
			return n, basis, false
		}
		values, of := t.Distinct(c)
		n, basis = n/values, min(basis, of)
	}
	return n, basis, true
}

// Size says how many rows the table has, and when they were counted, as a
// parenthesis behind its name; "" if that is not known.
func (t *Table) Size() string {
	n, basis := t.Rows()
	switch basis {
	case Measured:
		at := t.p.known.Stats.Taken
		if t.measured.Analyzed != nil && t.measured.Analyzed.Before(at) {
			at = *t.measured.Analyzed
		}
		return fmt.Sprintf(" (%s rows on %s)", Count(n), at.Format(time.DateOnly))
	case Set:
		if _, ok := t.set(); ok {
			return fmt.Sprintf(" (%s rows by the settings)", Count(n))
		}
	}
	return ""
}

// Count writes a number as people say it: "840", "52,000", "4.2 million".
func Count(n float64) string {
	switch {
	case n >= 1e9:
		return trimmed(n/1e9) + " billion"
	case n >= 1e6:
		return trimmed(n/1e6) + " million"
	case n >= 1000:
		return fmt.Sprintf("%d,%03d", int(n)/1000, int(n)%1000)
	}
	return fmt.Sprintf("%.0f", n)
}

func trimmed(n float64) string { return strings.TrimSuffix(fmt.Sprintf("%.1f", n), ".0") }

// Distinct returns the number of different values of a column.
func (t *Table) Distinct(c *schema.Column) (n float64, basis Basis) {
	n, basis = t.ask(func(s source) (float64, bool) { return s.Distinct(t, c) })
	return math.Max(n, 1), basis
}

// Nulls returns the share of rows in which a column is null.
func (t *Table) Nulls(c *schema.Column) float64 {
	n, _ := t.ask(func(s source) (float64, bool) { return s.Nulls(t, c) })
	return n
}

// Share returns the share of rows for which a comparison holds.
func (t *Table) Share(c *schema.Column, a Ask) float64 {
	n, _ := t.ask(func(s source) (float64, bool) { return s.Share(t, c, a) })
	return math.Min(n, 1)
}

// Width returns the average size of a column's values, in bytes, and where the
// number comes from.
func (t *Table) Width(c *schema.Column) (float64, Basis) {
	return t.ask(func(s source) (float64, bool) { return s.Width(t, c) })
}

// rowsPerPage is assumed where the size of a table is not known.
const rowsPerPage = 40

// Pages returns the size of the table in pages.
func (t *Table) Pages() float64 {
	n, _ := t.Rows()
	if t.measured != nil && t.measured.Rows >= 0 && t.measured.Pages > 0 {
		return float64(t.measured.Pages)
	}
	return n / rowsPerPage
}

// Correlation returns how far the order of a column's values is that of the
// rows in the table, from -1 to 1; ok is false if it was not measured.
func (t *Table) Correlation(c *schema.Column) (n float64, ok bool) {
	if x := t.column(c); x != nil && x.Correlation != nil {
		return *x.Correlation, true
	}
	return 0, false
}

// Scans returns how often an index was read since the counters began; ok is
// false if that is not known.
func (t *Table) Scans(x *schema.Index) (n int64, ok bool) {
	if t.measured == nil {
		return 0, false
	}
	if got := t.measured.Index(x.Name); got != nil && got.Scans != nil {
		return *got.Scans, true
	}
	return 0, false
}

// Counted returns for how long the scans have been counted; 0 if they are not
// known. Counters that were never reset began with the database: a long time
// ago.
func (t *Table) Counted() time.Duration {
	f := t.p.known.Stats
	switch {
	case f == nil || t.measured == nil:
		return 0
	case f.Since == nil:
		return math.MaxInt64
	}
	return f.Taken.Sub(*f.Since)
}

// Inserted notes that a statement of the program inserts rows with a flag set
// so, whatever its default is.
func (t *Table) Inserted(column string, value bool) {
	if t.inserted == nil {
		t.inserted = make(map[string][]bool)
	}
	t.inserted[column] = append(t.inserted[column], value)
}

// Foreign returns the foreign key that begins with a column, nil if none does.
func (t *Table) Foreign(column string) *schema.ForeignKey { return t.foreign[column] }

// Class returns the class of a column.
func (t *Table) Class(c *schema.Column) Class {
	got, ok := t.classes[c.Name]
	if !ok {
		got = t.classOf(c)
		t.classes[c.Name] = got
	}
	return got
}

func (t *Table) classOf(c *schema.Column) Class {
	if t.IsUnique(c.Name) {
		return Unique
	}
	typ := t.p.BaseType(c.Type)
	continuous := IsTime(typ) || typ == "numeric" || typ == "real" || typ == "double precision" || typ == "money"
	if n, ok := (measured{}).Distinct(t, c); ok {
		rows, _ := t.Rows()
		switch {
		case n <= fewValues:
			return Low
		case continuous:
			return Time
		case n >= uniqueShare*rows:
			return Unique
		}
		return Medium
	}
	_, fk := t.foreign[c.Name]
	switch name := strings.ToLower(c.Name); {
	case typ == "boolean", typ == "smallint" && !fk, t.p.Enum(c.Type) != nil, t.checked(c.Name) > 0:
		return Low
	case continuous:
		return Time
	case fk:
		return Medium
	default:
		return nameClass(name, typ)
	}
}

// The numbers of values that make a class, where they were measured.
const (
	fewValues   = 12
	uniqueShare = 0.3
)

// named reports whether the list names the table.
func named(list []string, t *schema.Table) bool {
	for _, name := range list {
		if isNamed(name, t) {
			return true
		}
	}
	return false
}

func isNamed(name string, t *schema.Table) bool {
	if s, n, ok := strings.Cut(name, "."); ok {
		return strings.EqualFold(n, t.Name) && (strings.EqualFold(s, t.Schema) || t.Schema == "" && s == "public")
	}
	return strings.EqualFold(name, t.Name)
}

// A Reference is a foreign key of a table.
type Reference struct {
	Table *schema.Table
	Key   *schema.ForeignKey
}

// Referring returns the foreign keys that refer to parent.
func (p *Priors) Referring(parent *schema.Table) []Reference {
	if p.referrers == nil {
		p.referrers = make(map[*schema.Table][]Reference)
		for _, t := range p.schema.Tables {
			for _, f := range t.ForeignKeys {
				if to := p.schema.Table(f.RefSchema, f.RefTable); to != nil {
					p.referrers[to] = append(p.referrers[to], Reference{t, f})
				}
			}
		}
	}
	return p.referrers[parent]
}

// Package stats holds what a database's planner knows of its tables as a file:
// sqlvet.stats.json, written by "sqlvet snapshot" from production and read
// without a server. It is numbers, and of values only those that whoever wrote
// the file let through; docs/statistics.md says which.
//
// It answers what stands in the file. What a share or a number of rows means
// to a rule is indexadvice's to say.
package stats

import "time"

// Name is the name of the file.
const Name = "sqlvet.stats.json"

// Version is the version of the format that this package writes, and the
// newest that it reads.
const Version = 1

// A File is one snapshot. Its tables are ordered by schema and name.
type File struct {
	Version int       `json:"version"`
	Taken   time.Time `json:"taken"`
	// Server is the server's version as a number, as server_version_num gives
	// it (150018); 0 if it is not known.
	Server int `json:"server,omitempty"`
	// Since is when the counters of scans and calls were last reset, nil if
	// they never were or it is not known.
	Since *time.Time `json:"since,omitempty"`
	// Values is set if values of all columns were asked for.
	Values bool     `json:"values,omitempty"`
	Tables []*Table `json:"tables"`
	// Statements are the server's counts of statements, by fingerprint.
	Statements []Statement `json:"statements,omitempty"`
}

// A Table is one table, partitioned table or materialized view. The columns of
// a partitioned table are those of all partitions together, and so are its
// rows.
type Table struct {
	Schema string `json:"schema"`
	Name   string `json:"name"`
	// Rows is the planner's estimate; -1 if the table was never analyzed.
	Rows float64 `json:"rows"`
	// Pages is the size of the main file in blocks of 8 KiB, AllVisible the
	// number of those whose rows every transaction sees.
	Pages      int64      `json:"pages"`
	AllVisible int64      `json:"all_visible,omitempty"`
	Analyzed   *time.Time `json:"analyzed,omitempty"` // nil: never, or not known
	Columns    []*Column  `json:"columns,omitempty"`
	Indexes    []*Index   `json:"indexes,omitempty"`
}

// A Column is what is known of the values of a column, or of an expression of
// an index. All shares are of the rows, from 0 to 1.
type Column struct {
	Name         string  `json:"name"`
	Type         string  `json:"type,omitempty"` // as format_type writes it: "character varying(20)"
	NullFraction float64 `json:"null_fraction,omitempty"`
	Width        int     `json:"width,omitempty"` // average, in bytes
	// Distinct is PostgreSQL's n_distinct: the number of different values
	// that are not null; if it is negative, minus their number divided by the
	// rows; 0 if it is not known.
	Distinct float64 `json:"n_distinct,omitempty"`
	// Correlation is that of the values' order with their place in the table,
	// from -1 to 1; nil if it is not known.
	Correlation *float64 `json:"correlation,omitempty"`
	// Common are the most common values, the most common first: each has a
	// frequency, and a text as the type writes it unless texts are left out.
	Common      []string  `json:"common,omitempty"`
	Frequencies []float64 `json:"frequencies,omitempty"`
	// Histogram holds the bounds of parts of the remaining values that hold
	// equally many rows, ascending; nil if they are left out or there are none.
	Histogram []string `json:"histogram,omitempty"`
	// Elements describe what is in an array or a text search vector.
	Elements *Elements `json:"elements,omitempty"`
}

// Elements are the statistics of the elements of arrays, as pg_stats has them.
type Elements struct {
	Common []string `json:"common,omitempty"` // left out or one for each frequency
	// Frequencies are the shares of rows that hold each common element, then
	// the least and the greatest of them, and for arrays the share of rows
	// that hold a null.
	Frequencies []float64 `json:"frequencies,omitempty"`
	// Counts is a histogram of the numbers of different elements in a row,
	// and behind it their average.
	Counts []float64 `json:"counts,omitempty"`
}

// An Index is one index of a table. Its name is in the table's schema.
type Index struct {
	Name  string  `json:"name"`
	Rows  float64 `json:"rows"` // -1 if it was never analyzed
	Pages int64   `json:"pages"`
	// Scans is how often it was read since the counters began; nil if that is
	// not known.
	Scans *int64 `json:"scans,omitempty"`
	// Columns hold the statistics of its expressions, by the names that the
	// server gave them.
	Columns []*Column `json:"columns,omitempty"`
}

// A Statement is how often statements of one fingerprint were run.
type Statement struct {
	Fingerprint string `json:"fingerprint"` // libpg_query's, of the normalized text
	Calls       int64  `json:"calls"`
}

// Table returns the table, nil if the file does not have it. Without a schema
// any schema will do if one only has the name.
func (f *File) Table(schema, name string) *Table {
	var found *Table
	for _, t := range f.Tables {
		switch {
		case t.Name != name || schema != "" && t.Schema != schema:
		case schema != "":
			return t
		case found != nil:
			return nil
		default:
			found = t
		}
	}
	return found
}

// Column returns the column, nil if nothing is known of it.
func (t *Table) Column(name string) *Column { return named(t.Columns, name) }

// Column returns the expression of the index, nil if nothing is known of it.
func (x *Index) Column(name string) *Column { return named(x.Columns, name) }

func named(list []*Column, name string) *Column {
	for _, c := range list {
		if c.Name == name {
			return c
		}
	}
	return nil
}

// Index returns the index, nil if the table has none of the name.
func (t *Table) Index(name string) *Index {
	for _, x := range t.Indexes {
		if x.Name == name {
			return x
		}
	}
	return nil
}

// Values is the number of different values that are not null in a column of a
// table of so many rows; 0 if it is not known.
func (c *Column) Values(rows float64) float64 {
	if c.Distinct < 0 {
		return -c.Distinct * max(rows, 0)
	}
	return c.Distinct
}

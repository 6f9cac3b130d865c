// Package schema answers what tables a database has: their columns, keys,
// constraints and indexes, as the migration files of a module say when they
// are replayed in order (Read), or as one SQL text does (Parse).
//
// It does not know Go code, nor what a query would want (package
// indexadvice does). What it did not understand is there to be seen: a table
// that may look different is Uncertain, a schema that was not read to its
// end is not Complete.
package schema

import "strings"

// A Schema is the state after the last statement that was read.
type Schema struct {
	// Tables in the order in which they were created. Views stand here too.
	Tables []*Table
	// Enums, Domains and composite types by name.
	Types []*Type
	// Extensions that were created: "pg_trgm".
	Extensions []string

	// Root is the module's directory, absolute; "" for Parse.
	Root string
	// From says what was read and by which rule it was chosen, Others what
	// was not taken, the best first.
	From   string
	Others []string

	// Sources lists the files in the order in which they were replayed, and
	// those that were found and not read.
	Sources []Source
	// Problems lists what could not be replayed.
	Problems []Problem
	// Complete is set if every statement of every source was understood: only
	// then does a name's absence mean that there is no such table or column.
	Complete bool
}

// A Place is where a definition stands.
type Place struct {
	File string // as the source names it: relative to the module's directory
	Line int    // 1-based
}

// A Source is one file.
type Source struct {
	File   string
	Format string // "golang-migrate", "goose", "dbmate", "sql-migrate", "tern", "flyway", "atlas", "sqlc", "sql", "pg_dump"
	// Skipped says why the file was not read: another dialect, a Go
	// migration, a down migration. "" if it was.
	Skipped    string
	Statements int
	// Blocks counts the DO blocks that were not replayed.
	Blocks int
}

// A Problem is a statement that could not be replayed.
type Problem struct {
	Place
	Message string
	// Tables that it may have touched; their tables are Uncertain. Empty if
	// that is not known.
	Tables []string
}

// A Table is a base table, view or materialized view.
type Table struct {
	Schema string // "" for the search path's first, as "public" is also written
	Name   string
	Kind   TableKind
	Place
	Comment string

	Columns     []*Column
	Primary     *Index `json:"-"` // nil if none; also among Indexes
	Indexes     []*Index
	ForeignKeys []*ForeignKey
	Checks      []Check

	// PartitionOf names the parent of a partition, PartitionBy the strategy
	// and key of a partitioned table ("range (created_at)").
	PartitionOf string
	PartitionBy string
	// Inherits names the parents of CREATE TABLE … INHERITS.
	Inherits []string

	// Query is the text of a view.
	Query string

	// Uncertain is set if a statement that was not understood may have changed
	// the table: no advice can be given on it.
	Uncertain bool
}

// TableKind tells tables from views.
type TableKind uint8

const (
	BaseTable TableKind = iota
	View
	MaterializedView
	ForeignTable
)

// A Column is a column of a table or view.
type Column struct {
	Name string
	// Type is the type's canonical short name with its modifier and []:
	// "integer", "bigint", "text", "varchar(20)", "timestamptz",
	// "numeric(10,2)", "text[]", or the name of an enum, domain or
	// extension's type ("citext"). "" for a view's column of unknown type.
	Type      string
	NotNull   bool
	Default   string // SQL text, "" if none
	Generated string // the expression of GENERATED ALWAYS AS (…) STORED
	Identity  bool
	Collation string // "" if the default one
	Comment   string
	Place
}

// A Type is an enum, domain, or composite type.
type Type struct {
	Schema, Name string
	Kind         string   // "enum", "domain", "composite", "range"
	Values       []string // of an enum, in order
	Base         string   // of a domain
	NotNull      bool     // of a domain
	// Columns of a composite type.
	Columns []*Column
}

// An Index is an index, a primary key or a unique constraint.
type Index struct {
	Name       string // "" if PostgreSQL chooses it and we do not know it
	Method     string // "btree", "hash", "gin", "gist", "spgist", "brin", or an extension's
	Keys       []Key
	Include    []string
	Predicate  string   // SQL text of WHERE as the parser writes it back, "" if none
	Reads      []string // the columns that Predicate reads
	Unique     bool
	Primary    bool
	Constraint bool // made by a constraint: not to be dropped by DROP INDEX
	// NullsNotDistinct: UNIQUE NULLS NOT DISTINCT.
	NullsNotDistinct bool
	// Invalid is set for an index ON ONLY a partitioned table with
	// partitions not attached.
	Invalid bool
	Place
}

// A Key is one part of an index: a column or an expression.
type Key struct {
	Column    string
	Expr      string // SQL text as the parser writes it back; "" for a column
	Desc      bool
	Reads     []string // the columns that Expr reads
	Nulls     string   // "first", "last", or "" for the direction's default
	Opclass   string   // "" if the default one
	Collation string
}

// A ForeignKey refers from a table's columns to another's.
type ForeignKey struct {
	Name       string
	Columns    []string
	RefSchema  string
	RefTable   string
	RefColumns []string // the primary key if none were written
	OnDelete   string   // "no action", "restrict", "cascade", "set null", "set default"
	OnUpdate   string
	NotValid   bool
	Place
}

// A Check is a CHECK constraint.
type Check struct {
	Name string
	Expr string // SQL text as the parser writes it back
	// Columns that the expression reads.
	Columns []string
}

// Table returns the table or view of that name, nil if there is none. Without
// a schema it looks in "public" first, then for the only table of that name.
func (s *Schema) Table(schema, name string) *Table {
	if s == nil {
		return nil
	}
	if schema == "public" {
		schema = ""
	}
	var other *Table
	n := 0
	for _, t := range s.Tables {
		if t.Name != name {
			continue
		}
		if t.Schema == schema {
			return t
		}
		other = t
		n++
	}
	if schema == "" && n == 1 {
		return other
	}
	return nil
}

// Column returns the column of that name, nil if there is none.
func (t *Table) Column(name string) *Column {
	for _, c := range t.Columns {
		if c.Name == name {
			return c
		}
	}
	return nil
}

// String returns the table's name as SQL writes it.
func (t *Table) String() string {
	if t.Schema == "" {
		return Quote(t.Name)
	}
	return Quote(t.Schema) + "." + Quote(t.Name)
}

// IsUnique reports whether the columns are exactly those of a unique index
// without predicate or expression, in any order.
func (t *Table) IsUnique(columns ...string) bool {
	for _, x := range t.Indexes {
		if x.Unique && x.Predicate == "" && !x.Invalid && sameSet(x.Keys, columns) {
			return true
		}
	}
	return false
}

func sameSet(keys []Key, columns []string) bool {
	if len(keys) != len(columns) {
		return false
	}
	for _, k := range keys {
		found := false
		for _, c := range columns {
			found = found || k.Column != "" && k.Column == c
		}
		if !found {
			return false
		}
	}
	return true
}

// Quote returns a name as it must stand in SQL: quoted if it is a reserved
// word or not all lower case letters, digits and underscores.
func Quote(name string) string {
	if plain(name) && !reserved[name] {
		return name
	}
	return `"` + strings.ReplaceAll(name, `"`, `""`) + `"`
}

func plain(name string) bool {
	for i, c := range name {
		switch {
		case c >= 'a' && c <= 'z' || c == '_':
		case i > 0 && (c >= '0' && c <= '9' || c == '$'):
		default:
			return false
		}
	}
	return name != ""
}

// Package schema answers what tables a database has: their columns, keys,
// constraints and indexes, as the migration files of a module say when they
// are replayed in order (Read), or as one SQL text does (Parse).
//
// It does not know Go code, nor what a query would want (package
// indexadvice does). What it did not understand is there to be seen: a table
// that may look different is Uncertain, a schema that was not read to its
// end is not Complete.
package schema

import (
	"fmt"
	"slices"

	"github.com/sqlvet/sqlvet/internal/sqlscan"
)

// A Schema is the state after the last statement that was read.
type Schema struct {
	// Tables in the order in which they were created. Views stand here too.
	Tables []*Table `json:"tables"`
	// Enums, Domains and composite types by name.
	Types []*Type `json:"types,omitempty"`
	// Extensions that were created: "pg_trgm".
	Extensions []string `json:"extensions,omitempty"`

	// Root is the module's directory, absolute; "" for Parse.
	Root string `json:"root,omitempty"`
	// From says what was read and by which rule it was chosen, Others what
	// was not taken, the best first.
	From   string   `json:"from,omitempty"`
	Others []string `json:"others,omitempty"`

	// Elsewhere holds the names, "table" and "table.column", that files which
	// were not taken define and the schema does not have.
	Elsewhere []string `json:"elsewhere,omitempty"`

	// Sources lists the files in the order in which they were replayed, and
	// those that were found and not read.
	Sources []Source `json:"sources,omitempty"`
	// Problems lists what could not be replayed.
	Problems []Problem `json:"problems,omitempty"`
	// Complete is set if every statement of every source was understood: only
	// then does a name's absence mean that there is no such table or column.
	Complete bool `json:"complete"`
}

// A Place is where a definition stands.
type Place struct {
	File string `json:"file"` // as the source names it: relative to the module's directory
	Line int    `json:"line"` // 1-based
}

// A Source is one file.
type Source struct {
	File   string `json:"file"`
	Format string `json:"format,omitempty"` // the name of a migrations.Tool, "go" or "sqlc"
	// Skipped says why the file was not read: another dialect, a Go
	// migration, a down migration. "" if it was.
	Skipped    string `json:"skipped,omitempty"`
	Statements int    `json:"statements,omitempty"`
	// Blocks counts the DO blocks that were not replayed.
	Blocks int `json:"blocks,omitempty"`
}

// A Problem is a statement that could not be replayed.
type Problem struct {
	Place
	Message string `json:"message,omitempty"`
	// Tables that it may have touched; their tables are Uncertain. Empty if
	// that is not known.
	Tables []string `json:"tables"`
}

// A Table is a base table, view or materialized view.
type Table struct {
	Schema string    `json:"schema,omitempty"` // "" for the search path's first, as "public" is also written
	Name   string    `json:"name"`
	Kind   TableKind `json:"kind,omitempty"`
	Place
	Comment string `json:"comment,omitempty"`

	Columns     []*Column     `json:"columns"`
	Primary     *Index        `json:"-"` // nil if none; also among Indexes
	Indexes     []*Index      `json:"indexes,omitempty"`
	ForeignKeys []*ForeignKey `json:"foreignKeys,omitempty"`
	Checks      []Check       `json:"checks,omitempty"`

	// PartitionOf names the parent of a partition, PartitionBy the strategy
	// and key of a partitioned table ("range (created_at)").
	PartitionOf string `json:"partitionOf,omitempty"`
	PartitionBy string `json:"partitionBy,omitempty"`
	// Inherits names the parents of CREATE TABLE … INHERITS.
	Inherits []string `json:"inherits,omitempty"`

	// Triggered: a trigger runs before rows are inserted, and may fill columns.
	Triggered bool `json:"triggered,omitempty"`

	// Query is the text of a view.
	Query string `json:"query,omitempty"`

	// Uncertain is set if a statement that was not understood may have changed
	// the table: no advice can be given on it.
	Uncertain bool `json:"uncertain,omitempty"`
}

// TableKind tells tables from views.
type TableKind uint8

const (
	BaseTable TableKind = iota
	View
	MaterializedView
	ForeignTable
)

var kindNames = [...]string{"table", "view", "materialized view", "foreign table"}

func (k TableKind) String() string { return kindNames[k] }

// MarshalText writes the kind's name.
func (k TableKind) MarshalText() ([]byte, error) { return []byte(k.String()), nil }

// UnmarshalText reads what MarshalText writes.
func (k *TableKind) UnmarshalText(text []byte) error {
	for i, n := range kindNames {
		if n == string(text) {
			*k = TableKind(i)
			return nil
		}
	}
	return fmt.Errorf("%q is no kind of table", text)
}

// A Column is a column of a table or view.
type Column struct {
	Name string `json:"name"`
	// Type is the type's canonical short name with its modifier and []:
	// "integer", "bigint", "text", "varchar(20)", "timestamptz",
	// "numeric(10,2)", "text[]", or the name of an enum, domain or
	// extension's type ("citext"). "" for a view's column of unknown type.
	Type      string `json:"type,omitempty"`
	NotNull   bool   `json:"notNull,omitempty"`
	Default   string `json:"default,omitempty"`   // SQL text, "" if none
	Generated string `json:"generated,omitempty"` // the expression of GENERATED ALWAYS AS (…) STORED
	Identity  bool   `json:"identity,omitempty"`
	Collation string `json:"collation,omitempty"` // "" if the default one
	Comment   string `json:"comment,omitempty"`
	Place
}

// A Type is an enum, domain, or composite type.
type Type struct {
	Schema  string   `json:"schema,omitempty"`
	Name    string   `json:"name"`
	Kind    string   `json:"kind,omitempty"`    // "enum", "domain", "composite", "range"
	Values  []string `json:"values,omitempty"`  // of an enum, in order
	Base    string   `json:"base,omitempty"`    // of a domain
	NotNull bool     `json:"notNull,omitempty"` // of a domain
	// Columns of a composite type.
	Columns []*Column `json:"columns"`
}

// An Index is an index, a primary key or a unique constraint.
type Index struct {
	Name       string   `json:"name"`             // "" if PostgreSQL chooses it and we do not know it
	Method     string   `json:"method,omitempty"` // "btree", "hash", "gin", "gist", "spgist", "brin", or an extension's
	Keys       []Key    `json:"keys,omitempty"`
	Include    []string `json:"include,omitempty"`
	Predicate  string   `json:"predicate,omitempty"` // SQL text of WHERE as the parser writes it back, "" if none
	Reads      []string `json:"reads,omitempty"`     // the columns that Predicate reads
	Unique     bool     `json:"unique,omitempty"`
	Primary    bool     `json:"primary,omitempty"`
	Constraint bool     `json:"constraint,omitempty"` // made by a constraint: not to be dropped by DROP INDEX
	// NullsNotDistinct: UNIQUE NULLS NOT DISTINCT.
	NullsNotDistinct bool `json:"nullsNotDistinct,omitempty"`
	// Invalid is set for an index ON ONLY a partitioned table with
	// partitions not attached.
	Invalid bool `json:"invalid,omitempty"`
	// attributes are the names that the keys and included columns had when
	// the index was made: names of copies are made of them.
	attributes []string
	Place
}

// A Key is one part of an index: a column or an expression.
type Key struct {
	Column    string   `json:"column,omitempty"`
	Expr      string   `json:"expr,omitempty"` // SQL text as the parser writes it back; "" for a column
	Desc      bool     `json:"desc,omitempty"`
	Reads     []string `json:"reads,omitempty"`   // the columns that Expr reads
	Nulls     string   `json:"nulls,omitempty"`   // "first", "last", or "" for the direction's default
	Opclass   string   `json:"opclass,omitempty"` // "" if the default one
	Collation string   `json:"collation,omitempty"`
}

// A ForeignKey refers from a table's columns to another's.
type ForeignKey struct {
	Name       string   `json:"name"`
	Columns    []string `json:"columns"`
	RefSchema  string   `json:"refSchema,omitempty"`
	RefTable   string   `json:"refTable,omitempty"`
	RefColumns []string `json:"refColumns,omitempty"` // the primary key if none were written
	OnDelete   string   `json:"onDelete,omitempty"`   // "no action", "restrict", "cascade", "set null", "set default"
	OnUpdate   string   `json:"onUpdate,omitempty"`
	NotValid   bool     `json:"notValid,omitempty"`
	Place
}

// A Check is a CHECK constraint.
type Check struct {
	Name string `json:"name"`
	Expr string `json:"expr,omitempty"` // SQL text as the parser writes it back
	// Columns that the expression reads.
	Columns []string `json:"columns"`
}

// Table returns the table or view of that name, nil if there is none. Without
// a schema it looks in "public" first, then for the only table of that name.
func (s *Schema) Table(schema, name string) *Table {
	if s == nil {
		return nil
	}
	anywhere := schema == ""
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
	if anywhere && n == 1 {
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

// UniqueBy reports whether columns hold all of a unique key without predicate or
// expression.
func (t *Table) UniqueBy(columns map[string]bool) bool {
	return slices.ContainsFunc(t.Indexes, func(x *Index) bool {
		return x.Unique && x.Predicate == "" && !slices.ContainsFunc(x.Keys, func(k Key) bool { return !columns[k.Column] })
	})
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
func Quote(name string) string { return sqlscan.QuoteIdent(name) }

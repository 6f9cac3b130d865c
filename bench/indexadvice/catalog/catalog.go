// Package catalog answers: which tables, columns, indexes and foreign keys
// does the benchmark's database have, by the server's own catalog?
//
// It is the benchmark's view, with statistics; what sqlvet knows it must read
// from the DDL alone.
package catalog

import "strings"

// A Column is a column with what ANALYZE found out about it.
type Column struct {
	Name      string
	Type      string // as format_type prints it: character varying(32)
	Base      string // the type's name in pg_type: varchar
	Category  string // pg_type.typcategory: N numbers, S strings, D dates, B booleans, A arrays, …
	NotNull   bool
	NDistinct float64 // number of distinct values; 0 if unknown
	NullFrac  float64 // share of NULLs, 0 to 1
	Enum      []string
	Generated bool // GENERATED ALWAYS AS (…) STORED
	Identity  bool
}

// An Index is an index that the database has.
type Index struct {
	Name    string
	AM      string // access method: btree, gin, …
	Def     string // CREATE INDEX …, by pg_get_indexdef
	Pred    string // predicate of a partial index
	Keys    []string
	Include []string
	Unique  bool
	Constr  bool // belongs to a PRIMARY KEY, UNIQUE or EXCLUDE constraint
}

// An FK is a foreign key.
type FK struct {
	Name, Table, Ref string
	Cols, RefCols    []string
	OnDelete         string // pg_constraint.confdeltype: a no action, r restrict, c cascade, n set null, d set default
}

// A Table is a table, a partitioned table or a materialized view.
type Table struct {
	Name    string // with its schema unless that is public
	Rows    float64
	Cols    []*Column
	ByName  map[string]*Column
	Indexes []*Index
	FKs     []*FK
	RefBy   []*FK
	Kind    string // pg_class.relkind: r, p or m
}

// A Catalog holds the tables of a database outside of the system's schemas.
type Catalog struct {
	Tables map[string]*Table
	Order  []string // names of Tables, sorted
}

// Table finds a table by the names that a statement uses.
func (c *Catalog) Table(schema, name string) *Table {
	if schema != "" && schema != "public" {
		return c.Tables[schema+"."+name]
	}
	return c.Tables[name]
}

// Covered reports whether a whole B-tree of the table begins with keys.
func (t *Table) Covered(keys []string) bool {
	for _, x := range t.Indexes {
		if x.Pred == "" && x.AM == "btree" && hasPrefix(x.Keys, keys) {
			return true
		}
	}
	return false
}

func hasPrefix(list, prefix []string) bool {
	if len(list) < len(prefix) {
		return false
	}
	for i := range prefix {
		if list[i] != prefix[i] {
			return false
		}
	}
	return true
}

// UniqueAlone reports whether a unique index has the column as its only key.
func (t *Table) UniqueAlone(column string) bool {
	for _, x := range t.Indexes {
		if x.Unique && x.Pred == "" && len(x.Keys) == 1 && x.Keys[0] == column {
			return true
		}
	}
	return false
}

// SchemaPrefix returns the quoted schema of a table's name with a dot behind,
// or nothing if it is public.
func SchemaPrefix(table string) string {
	if i := strings.IndexByte(table, '.'); i > 0 {
		return Quote(table[:i]) + "."
	}
	return ""
}

// Quote quotes an identifier if it needs it.
func Quote(s string) string {
	plain := s != "" && !reserved[s]
	for i, r := range s {
		if r != '_' && (r < 'a' || r > 'z') && (i == 0 || r < '0' || r > '9') {
			plain = false
		}
	}
	if plain {
		return s
	}
	return `"` + strings.ReplaceAll(s, `"`, `""`) + `"`
}

// reserved lists the reserved words that are met as names.
var reserved = map[string]bool{
	"user": true, "order": true, "group": true, "desc": true, "end": true, "table": true, "select": true, "limit": true,
	"offset": true, "default": true, "check": true, "references": true, "to": true, "from": true, "primary": true,
	"when": true, "column": true, "all": true, "any": true, "both": true, "case": true, "cast": true, "do": true, "for": true,
	"grant": true, "in": true, "into": true, "not": true, "null": true, "on": true, "only": true, "or": true, "and": true,
	"then": true, "union": true, "unique": true, "using": true, "where": true, "window": true, "with": true,
}

// QuoteTable quotes a table's name as in Table.Name.
func QuoteTable(s string) string {
	if i := strings.IndexByte(s, '.'); i > 0 {
		return Quote(s[:i]) + "." + Quote(s[i+1:])
	}
	return Quote(s)
}

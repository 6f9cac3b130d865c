//go:build unix

package planner

import (
	"cmp"
	"context"
	"slices"
	"strconv"
	"strings"

	"github.com/sqlvet/sqlvet/internal/schema"
)

// A Table is a relation of the box that has rows: a table, a partitioned table
// or a materialized view.
type Table struct {
	Schema, Name string // Schema is "public", too
	Kind         string // pg_class.relkind: r, p, m
	Columns      []*Column
	Indexes      []*Index
	// PartitionOf is the parent of a partition, nil if it is none.
	PartitionOf *Table
	// Rows and Pages are what the statistics gave it.
	Rows  float64
	Pages int64

	oid     uint32
	file    string // relative to the data folder, "" for a partitioned table
	base    int64  // bytes of the file before it was extended
	visible int64  // pages whose rows every transaction sees
}

// String is the name as schema.Table.String writes it.
func (t *Table) String() string { return relationName(t.Schema, t.Name) }

// A Column is one of a table.
type Column struct {
	Name    string
	NotNull bool
	Number  int // pg_attribute.attnum
	Width   int // bytes, in the statistics

	typ       *sqlType
	length    int // pg_attribute.attlen
	collation uint32
	distinct  float64  // as pg_statistic has it, 0 if it is not known
	bounds    []string // of the histogram
}

// Type is the column's type as format_type writes it, without modifier.
func (c *Column) Type() string { return c.typ.name }

// An Index is one of a table's.
type Index struct {
	Name, Method string
	Definition   string // pg_get_indexdef
	Unique       bool
	Constraint   bool
	Candidate    bool // made to be tried
	Pages        int64

	oid       uint32
	table     *Table
	keys      []int  // attnum, 0 for an expression
	predicate string // SQL, "" if it is not partial
	file      string
	base      int64
}

// A sqlType is a type with the operators of its default order, 0 if it has
// none.
type sqlType struct {
	name      string
	category  string // pg_type.typcategory
	elem      uint32
	oid       uint32
	eq, lt    uint32
	collation uint32
}

// Table returns a table of the box; without a schema, the first on the search
// path that has the name. nil if there is none.
func (b *Box) Table(schema, name string) *Table {
	for _, t := range b.Tables {
		if t.Name == name && (t.Schema == schema || schema == "") {
			return t
		}
	}
	return nil
}

const typesQuery = `
SELECT t.oid, format_type(t.oid, NULL), t.typcategory, t.typelem, t.typcollation,
	coalesce(eq.amopopr, 0), coalesce(lt.amopopr, 0)
FROM pg_type t
LEFT JOIN pg_type base ON base.oid = CASE WHEN t.typtype = 'd' THEN t.typbasetype ELSE t.oid END
LEFT JOIN LATERAL (
	SELECT c.opcfamily, c.opcintype FROM pg_opclass c
	WHERE c.opcmethod = 403 AND c.opcdefault AND c.opcintype = CASE
		WHEN base.typtype = 'e' THEN 3500
		WHEN base.oid = 1043 THEN 25
		WHEN base.typtype = 'r' THEN 3831
		WHEN base.typtype = 'c' THEN 2249
		WHEN base.typcategory = 'A' AND base.typelem <> 0 THEN 2277
		ELSE base.oid END
	LIMIT 1
) c ON true
LEFT JOIN pg_amop eq ON eq.amopfamily = c.opcfamily AND eq.amoplefttype = c.opcintype AND eq.amoprighttype = c.opcintype AND eq.amopstrategy = 3
LEFT JOIN pg_amop lt ON lt.amopfamily = c.opcfamily AND lt.amoplefttype = c.opcintype AND lt.amoprighttype = c.opcintype AND lt.amopstrategy = 1
WHERE t.typisdefined`

const tablesQuery = `
SELECT c.oid, n.nspname, c.relname, c.relkind, coalesce(pg_relation_filepath(c.oid), ''), coalesce(i.inhparent, 0), coalesce(pg_relation_size(c.oid), 0)
FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
LEFT JOIN pg_inherits i ON i.inhrelid = c.oid AND c.relispartition
WHERE c.relkind IN ('r', 'p', 'm') AND n.nspname NOT LIKE 'pg\_%' AND n.nspname <> 'information_schema'
	AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.deptype = 'e')
ORDER BY n.nspname <> 'public', n.nspname, c.relname`

const columnsQuery = `
SELECT a.attrelid, a.attnum, a.attname, a.atttypid, a.attlen, a.attnotnull, a.attcollation
FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE c.relkind IN ('r', 'p', 'm') AND a.attnum > 0 AND NOT a.attisdropped AND n.nspname NOT LIKE 'pg\_%' AND n.nspname <> 'information_schema'
ORDER BY a.attrelid, a.attnum`

const indexesQuery = `
SELECT x.indrelid, x.indexrelid, c.relname, m.amname, x.indisunique, coalesce(pg_relation_filepath(c.oid), ''),
	(SELECT string_agg(k::text, ' ') FROM unnest(x.indkey[0:x.indnatts - 1]) k), coalesce(pg_get_expr(x.indpred, x.indrelid), ''),
	pg_get_indexdef(x.indexrelid), EXISTS (SELECT FROM pg_constraint WHERE conindid = x.indexrelid), coalesce(pg_relation_size(c.oid), 0)
FROM pg_index x JOIN pg_class c ON c.oid = x.indexrelid JOIN pg_am m ON m.oid = c.relam
JOIN pg_class t ON t.oid = x.indrelid JOIN pg_namespace n ON n.oid = t.relnamespace
WHERE t.relkind IN ('r', 'p', 'm') AND n.nspname NOT LIKE 'pg\_%' AND n.nspname <> 'information_schema'
ORDER BY x.indrelid, c.relname`

// load reads the catalog.
func (b *Box) load(ctx context.Context) error {
	rows, err := b.admin.rows(ctx, typesQuery)
	if err != nil {
		return err
	}
	b.types = make(map[string]*sqlType)
	for _, r := range rows {
		b.types[r[0]] = &sqlType{
			oid: number(r[0]), name: r[1], category: r[2], elem: number(r[3]), collation: number(r[4]), eq: number(r[5]), lt: number(r[6]),
		}
	}
	if rows, err = b.admin.rows(ctx, tablesQuery); err != nil {
		return err
	}
	byOID := make(map[string]*Table)
	parents := make(map[*Table]string)
	for _, r := range rows {
		t := &Table{oid: number(r[0]), Schema: r[1], Name: r[2], Kind: r[3], file: r[4], base: int64(number(r[6]))}
		byOID[r[0]], parents[t] = t, r[5]
		b.Tables = append(b.Tables, t)
	}
	for t, parent := range parents {
		t.PartitionOf = byOID[parent]
	}
	if rows, err = b.admin.rows(ctx, columnsQuery); err != nil {
		return err
	}
	for _, r := range rows {
		if t := byOID[r[0]]; t != nil && b.types[r[3]] != nil {
			n, _ := strconv.Atoi(r[1]) // Have: numbers of the catalog.
			length, _ := strconv.Atoi(r[4])
			t.Columns = append(t.Columns, &Column{Name: r[2], Number: n, typ: b.types[r[3]], length: length, NotNull: r[5] == "t", collation: number(r[6])})
		}
	}
	if rows, err = b.admin.rows(ctx, indexesQuery); err != nil {
		return err
	}
	for _, r := range rows {
		if t := byOID[r[0]]; t != nil {
			t.Indexes = append(t.Indexes, newIndex(t, r))
		}
	}
	return nil
}

// newIndex reads a row of indexesQuery.
func newIndex(t *Table, r []string) *Index {
	x := &Index{
		table: t, oid: number(r[1]), Name: r[2], Method: r[3], Unique: r[4] == "t", file: r[5], predicate: r[7],
		Definition: r[8], Constraint: r[9] == "t", base: int64(number(r[10])),
	}
	for _, k := range strings.Fields(r[6]) {
		n, _ := strconv.Atoi(k)
		x.keys = append(x.keys, n)
	}
	return x
}

// number reads an OID or a size below 4 GiB.
func number(s string) uint32 {
	n, _ := strconv.ParseUint(s, 10, 32) // Have: numbers of the catalog.
	return uint32(n)
}

// Column returns the column, nil if there is none.
func (t *Table) Column(name string) *Column {
	i := slices.IndexFunc(t.Columns, func(c *Column) bool { return c.Name == name })
	if i < 0 {
		return nil
	}
	return t.Columns[i]
}

func (t *Table) column(number int) *Column {
	i, ok := slices.BinarySearchFunc(t.Columns, number, func(c *Column, n int) int { return cmp.Compare(c.Number, n) })
	if !ok {
		return nil
	}
	return t.Columns[i]
}

// relationName writes a relation's name as schema.Table.String does.
func relationName(space, name string) string {
	if space == "" || space == "public" {
		return schema.Quote(name)
	}
	return schema.Quote(space) + "." + schema.Quote(name)
}

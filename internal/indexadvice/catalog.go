package indexadvice

import (
	"math"
	"slices"
	"strings"

	"github.com/sqlvet/sqlvet/internal/schema"
	"github.com/sqlvet/sqlvet/internal/sqlmodel"
	"github.com/sqlvet/sqlvet/internal/sqlscan"
)

// A catalog is the schema with what the planner's model needs of it.
type catalog struct {
	schema *schema.Schema
	opts   Options
	tables map[*schema.Table]*table
	types  map[string]*schema.Type

	referrers map[*schema.Table][]reference // by the table referred to; nil until asked for
}

// A table is a base table with its estimates and its understood indexes.
type table struct {
	*schema.Table
	cat     *catalog
	rows    float64
	grows   bool // a row is added whenever something happens
	small   bool // a look-up table, or known to be small
	indexes []*index
	hot     map[string]int // columns in SET lists, with the number of statements
	inserts int            // INSERT statements of the workload
	classes map[string]class
	foreign map[string]*schema.ForeignKey // by its first column
	lists   map[string]int                // how many values CHECK constraints list for a column; nil until asked for
}

func newCatalog(s *schema.Schema, opts Options) *catalog {
	c := &catalog{schema: s, opts: opts, tables: make(map[*schema.Table]*table), types: make(map[string]*schema.Type)}
	for _, t := range s.Types {
		c.types[t.Name] = t
	}
	return c
}

// table returns the base table t, its partitions' parent if it is one. It is
// nil for what no index can be made on or whose state is not known.
func (c *catalog) table(t *schema.Table) *table {
	for n := 0; t != nil && t.PartitionOf != "" && n < 100; n++ {
		t = c.parent(t)
	}
	if t == nil || t.Kind != schema.BaseTable {
		return nil
	}
	if got, ok := c.tables[t]; ok {
		return got
	}
	x := &table{Table: t, cat: c, hot: make(map[string]int), classes: make(map[string]class), foreign: make(map[string]*schema.ForeignKey)}
	c.tables[t] = x // before the indexes, whose predicates refer to it
	for _, f := range t.ForeignKeys {
		if len(f.Columns) > 0 && x.foreign[f.Columns[0]] == nil {
			x.foreign[f.Columns[0]] = f
		}
	}
	x.grows = growsName.MatchString(strings.ToLower(t.Name))
	x.rows, x.small = c.size(t)
	for _, i := range t.Indexes {
		if got := x.existing(i); got != nil {
			x.indexes = append(x.indexes, got)
		}
	}
	for _, i := range c.ofPartitions(t) {
		if got := x.existing(i); got != nil {
			got.unique, got.parts = false, true
			x.indexes = append(x.indexes, got)
		}
	}
	return x
}

// parent returns the table that t is a partition of, nil if it is not known.
func (c *catalog) parent(t *schema.Table) *schema.Table {
	for _, p := range c.schema.Tables {
		if p.String() == t.PartitionOf {
			return p
		}
	}
	return nil
}

// ofPartitions returns the indexes that each partition of t has for itself:
// they serve as one of t's own would.
func (c *catalog) ofPartitions(t *schema.Table) (out []*schema.Index) {
	if t.PartitionBy == "" {
		return nil
	}
	parts := c.partitions(t)
	if len(parts) == 0 {
		return nil
	}
	for _, x := range slices.Concat(parts[0].Indexes, c.ofPartitions(parts[0])) {
		if !c.everyPartHas(t, x) || slices.ContainsFunc(slices.Concat(t.Indexes, out), x.Same) {
			continue
		}
		out = append(out, x)
	}
	return out
}

func (c *catalog) everyPartHas(t *schema.Table, x *schema.Index) bool {
	return !slices.ContainsFunc(c.partitions(t), func(p *schema.Table) bool {
		has := slices.ContainsFunc(p.Indexes, func(y *schema.Index) bool { return !y.Invalid && x.Same(y) })
		return !has && (p.PartitionBy == "" || !c.everyPartHas(p, x))
	})
}

func (c *catalog) partitions(t *schema.Table) (out []*schema.Table) {
	for _, p := range c.schema.Tables {
		if p.PartitionOf != "" && p.PartitionOf == t.String() {
			out = append(out, p)
		}
	}
	return out
}

// Assumed numbers of rows where none are known.
const (
	unknownRows = 100_000
	bigRows     = 10_000_000
	// rowsPerHeight is how many times more rows a table has than one that it
	// refers to, perParent how many of them go with a row referred to that
	// has any.
	rowsPerHeight = 8
	perParent     = 30
	maxHeight     = 2
	lookupRows    = 100
	// smallRows is the number below which no index is worth its writes.
	smallRows = 1000
)

func (c *catalog) size(t *schema.Table) (rows float64, small bool) {
	for _, name := range []string{t.Name, t.Schema + "." + t.Name} {
		if n, ok := c.opts.Rows[name]; ok {
			return math.Max(float64(n), 1), n < smallRows
		}
	}
	switch {
	case named(c.opts.Small, t):
		return lookupRows, true
	case named(c.opts.Big, t):
		return bigRows, false
	case c.lookup(t) || c.singleton(t):
		return lookupRows, true
	}
	rows = unknownRows / math.Pow(rowsPerHeight, float64(min(c.height(t, nil), maxHeight)))
	if growsName.MatchString(strings.ToLower(t.Name)) {
		rows *= rowsPerHeight
	}
	return rows, false
}

// named reports whether the list names the table.
func named(list []string, t *schema.Table) bool {
	return slices.ContainsFunc(list, func(name string) bool {
		if s, n, ok := strings.Cut(name, "."); ok {
			return strings.EqualFold(n, t.Name) && (strings.EqualFold(s, t.Schema) || t.Schema == "" && s == "public")
		}
		return strings.EqualFold(name, t.Name)
	})
}

// height is the length of the longest chain of foreign keys that ends at t:
// what others refer to has fewer rows than they have.
func (c *catalog) height(t *schema.Table, path []*schema.Table) int {
	h := 0
	if len(path) > maxHeight || slices.Contains(path, t) {
		return 0
	}
	path = append(slices.Clip(path), t)
	for _, ref := range c.referring(t) {
		if ref.table != t && !c.lookup(ref.table) && !slices.Contains(path, ref.table) {
			h = max(h, 1+c.height(ref.table, path))
		}
	}
	return h
}

// condition parses the SQL condition where of t into terms that all hold. ok
// is false if a part of it was not understood.
func (t *table) condition(where string) (out []*term, ok bool) {
	st := parseOne("SELECT 1 FROM " + t.String() + " WHERE " + where)
	if st == nil {
		return nil, false
	}
	a := analyse(t.cat, st)
	if len(a.blocks) != 1 || len(a.blocks[0].rels) != 1 {
		return nil, false
	}
	r := a.blocks[0].rels[0]
	for _, x := range r.terms {
		if x.canon == "" {
			return nil, false
		}
	}
	return r.terms, len(r.terms) > 0 && a.blocks[0].unplaced == 0
}

// expression returns the canonical text of an expression over t's columns, ""
// if it is not understood.
func (t *table) expression(sql string) string {
	st := parseOne("SELECT (" + sql + ") FROM " + t.String())
	if st == nil {
		return ""
	}
	a := analyse(t.cat, st)
	l := st.Levels[0]
	if len(l.Projections) != 1 {
		return ""
	}
	text, _ := a.print(l, l.Projections[0].Expr)
	return text
}

func parseOne(sql string) *sqlmodel.Statement {
	res := sqlmodel.Parse(sqlscan.Source{Text: sql}, sqlscan.Statement, 0)
	if res.Err != nil || len(res.Statements) != 1 || len(res.Statements[0].Levels) == 0 {
		return nil
	}
	return res.Statements[0]
}

package indexadvice

import (
	"cmp"
	"slices"
	"time"

	"github.com/sqlvet/sqlvet/internal/priors"
	"github.com/sqlvet/sqlvet/internal/schema"
	"github.com/sqlvet/sqlvet/internal/sqlmodel"
	"github.com/sqlvet/sqlvet/internal/sqlscan"
)

// A catalog is the schema with what the planner's model needs of it.
type catalog struct {
	*priors.Priors
	schema *schema.Schema
	tables map[*schema.Table]*table
	long   time.Duration // Options.Long
}

// A table is a base table with its estimates and its understood indexes.
type table struct {
	*schema.Table
	cat     *catalog
	known   *priors.Table
	rows    float64
	indexes []*index
	beats   map[string]bool // columns that a heartbeat sets to the time
	hot     map[string]int  // columns in SET lists, with the number of statements
	inserts int             // INSERT statements of the workload
}

func newCatalog(s *schema.Schema, opts Options) *catalog {
	return &catalog{Priors: priors.New(s, opts.Known), schema: s, long: cmp.Or(opts.Long, LongCounted), tables: make(map[*schema.Table]*table)}
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
	x := &table{Table: t, cat: c, known: c.Table(t), hot: make(map[string]int), beats: make(map[string]bool)}
	c.tables[t] = x // before the indexes, whose predicates refer to it
	x.rows, _ = x.known.Rows()
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

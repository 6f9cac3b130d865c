//go:build unix

package planner

import (
	"context"
	"fmt"
	"math"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"github.com/sqlvet/sqlvet/internal/sqlscan"
	"github.com/sqlvet/sqlvet/internal/stats"
)

// Apply makes the tables look as the file says. Of several files the first
// that has a table counts; where it shows no values of a column, the next may
// say between which they lie. It returns the names of tables and columns that the
// box does not have, or whose values its types do not take.
func (b *Box) Apply(ctx context.Context, files ...*stats.File) (strange []string, err error) {
	w := &writer{box: b, have: make(map[*Table]*stats.Table)}
	for _, f := range files {
		for _, st := range f.Tables {
			t := b.Table(st.Schema, st.Name)
			switch {
			case t == nil:
				w.strange = append(w.strange, relationName(st.Schema, st.Name))
			case w.have[t] == nil && st.Rows >= 0:
				w.have[t] = st
			case w.have[t] != nil:
				w.have[t] = ranged(w.have[t], st)
			}
		}
	}
	w.divide()
	if err := b.admin.exec(ctx, "DELETE FROM pg_statistic s USING pg_class c WHERE c.oid = s.starelid AND c.oid >= 16384"); err != nil {
		return nil, err
	}
	for _, t := range b.Tables {
		if st := w.have[t]; st != nil {
			if err := w.table(ctx, t, st); err != nil {
				return nil, err
			}
		}
	}
	if err := w.flush(ctx); err != nil {
		return nil, err
	}
	for _, t := range b.Tables {
		for _, x := range t.Indexes {
			if err := w.index(ctx, x, w.have[t]); err != nil {
				return nil, err
			}
		}
	}
	slices.Sort(w.strange)
	return slices.Compact(w.strange), w.flush(ctx)
}

// ranged returns t with the histograms of other for the columns of which t
// shows no value: a statement that asks for a part of them is planned as if
// they lay evenly, instead of by the planner's third.
func ranged(t, other *stats.Table) *stats.Table {
	out := *t
	out.Columns = slices.Clone(t.Columns)
	for i, c := range out.Columns {
		o := other.Column(c.Name)
		if o == nil || len(c.Histogram)+len(c.Common) > 0 || len(o.Histogram) == 0 || c.Distinct == 0 {
			continue
		}
		with := *c
		with.Histogram = o.Histogram
		out.Columns[i] = &with
	}
	return &out
}

// A writer writes statistics.
type writer struct {
	box     *Box
	have    map[*Table]*stats.Table
	sizes   []string // rows of VALUES: oid, pages, rows, visible pages
	columns []string // statements, each of one column
	names   []string // of those columns
	strange []string
}

// divide gives partitions of which nothing is known their part of what their
// parent has.
func (w *writer) divide() {
	for range w.box.Tables { // as deep as partitions are nested
		parts := make(map[*Table][]*Table)
		for _, t := range w.box.Tables {
			if p := t.PartitionOf; p != nil && w.have[p] != nil && w.have[t] == nil {
				parts[p] = append(parts[p], t)
			}
		}
		if len(parts) == 0 {
			return
		}
		for p, list := range parts {
			for _, t := range list {
				st := *w.have[p]
				st.Rows /= float64(len(list))
				st.Pages /= int64(len(list))
				st.AllVisible /= int64(len(list))
				st.Indexes = nil
				w.have[t] = &st
			}
		}
	}
}

// table gives a table its columns' statistics and its size.
func (w *writer) table(ctx context.Context, t *Table, st *stats.Table) error {
	t.Rows = st.Rows
	for _, sc := range st.Columns {
		c := t.Column(sc.Name)
		if c == nil {
			w.strange = append(w.strange, t.String()+"."+sc.Name)
			continue
		}
		c.Width, c.distinct, c.bounds = sc.Width, sc.Distinct, sc.Histogram
		w.column(t.oid, c.Number, t.Kind == "p", c.typ, c.collation, sc, t.String()+"."+sc.Name)
	}
	for _, c := range t.Columns {
		if c.Width == 0 {
			c.Width = widthOf(c)
		}
	}
	t.Pages, t.visible = st.Pages, st.AllVisible
	if t.Pages == 0 && t.Rows > 0 {
		t.Pages = heapPages(t.Rows, t.Columns)
		t.visible = t.Pages * 9 / 10
	}
	if t.Kind == "p" {
		return nil
	}
	w.sizes = append(w.sizes, sizeRow(t.oid, t.Pages, t.Rows, t.visible))
	return resize(w.box.server.Data(), t.file, t.Pages, t.base)
}

func sizeRow(oid uint32, pages int64, rows float64, visible int64) string {
	return fmt.Sprintf("(%d, %d, %s, %d)", oid, min(pages, maxPages), strconv.FormatFloat(rows, 'g', 8, 64), min(visible, pages, maxPages))
}

// widthOf is the width of a column of which nothing is known, in bytes: as the
// planner assumes it.
func widthOf(c *Column) int {
	if c.length > 0 {
		return c.length
	}
	return 32
}

// index gives an index its size.
func (w *writer) index(ctx context.Context, x *Index, st *stats.Table) error {
	if x.file == "" || x.table.Kind == "p" {
		return nil
	}
	rows, known := x.table.Rows, (*stats.Index)(nil)
	if st != nil {
		known = st.Index(x.Name)
	}
	switch {
	case known != nil && known.Rows >= 0:
		rows, x.Pages = known.Rows, known.Pages
		if err := w.expressions(ctx, x, known.Columns); err != nil {
			return err
		}
	case x.predicate != "":
		n, err := w.box.share(ctx, x)
		if err != nil {
			return err
		}
		rows = n
		x.Pages = x.pagesOf(rows)
	default:
		x.Pages = x.pagesOf(rows)
	}
	w.sizes = append(w.sizes, sizeRow(x.oid, max(x.Pages, (x.base+pageSize-1)/pageSize), rows, 0))
	if err := resize(w.box.server.Data(), x.file, x.Pages, x.base); err != nil || x.Method != "btree" {
		return err
	}
	return x.raise(filepath.Join(w.box.server.Data(), x.file))
}

// share asks the planner how many rows a partial index has. The indexes of the
// table are switched off meanwhile: the server is not to read their files.
func (b *Box) share(ctx context.Context, x *Index) (float64, error) {
	if err := b.admin.exec(ctx, fmt.Sprintf("BEGIN; UPDATE pg_index SET indisvalid = false WHERE indrelid = %d AND indisvalid", x.table.oid)); err != nil {
		return 0, err
	}
	p, err := b.plan(ctx, b.admin, fmt.Sprintf("EXPLAIN (FORMAT JSON) SELECT FROM %s WHERE %s", sqlscan.QuoteIdent(x.table.Schema)+"."+sqlscan.QuoteIdent(x.table.Name), x.predicate))
	if err := b.admin.exec(ctx, "ROLLBACK"); err != nil {
		return 0, err
	}
	if refusal(err) != nil {
		return x.table.Rows, nil
	} else if err != nil {
		return 0, err
	}
	return p.Rows, nil
}

// expressions gives the expressions of an index their statistics.
func (w *writer) expressions(ctx context.Context, x *Index, columns []*stats.Column) error {
	if len(columns) == 0 {
		return nil
	}
	rows, err := w.box.admin.rows(ctx, fmt.Sprintf("SELECT attname, attnum, atttypid, attcollation FROM pg_attribute WHERE attrelid = %d", x.oid))
	if err != nil {
		return err
	}
	for _, r := range rows {
		i := slices.IndexFunc(columns, func(c *stats.Column) bool { return c.Name == r[0] })
		if i >= 0 && w.box.types[r[2]] != nil {
			w.column(x.oid, int(number(r[1])), false, w.box.types[r[2]], number(r[3]), columns[i], x.Name+"."+r[0])
		}
	}
	return nil
}

// Kinds of slots in pg_statistic.
const (
	slotCommon      = 1
	slotHistogram   = 2
	slotCorrelation = 3
	slotElements    = 4
	slotCounts      = 5
	slots           = 5
)

// A slot is one of those of pg_statistic.
type slot struct {
	kind    int
	op      uint32
	numbers []float64
	values  []string
	typ     uint32
}

// column writes a row of pg_statistic.
func (w *writer) column(rel uint32, number int, inherit bool, typ *sqlType, collation uint32, c *stats.Column, name string) {
	var list []slot
	add := func(s slot) {
		if s.op != 0 && len(list) < slots {
			list = append(list, s)
		}
	}
	if len(c.Common) > 0 {
		add(slot{kind: slotCommon, op: typ.eq, numbers: c.Frequencies, values: c.Common, typ: typ.oid})
	}
	if len(c.Histogram) > 1 {
		add(slot{kind: slotHistogram, op: typ.lt, values: c.Histogram, typ: typ.oid})
	}
	if c.Correlation != nil {
		add(slot{kind: slotCorrelation, op: typ.lt, numbers: []float64{*c.Correlation}})
	}
	if e := c.Elements; e != nil {
		elem := w.box.types[itoa(typ.elem)]
		if typ.name == "tsvector" {
			elem = w.box.types["25"]
		}
		if elem != nil && len(e.Common) > 0 {
			add(slot{kind: slotElements, op: elem.eq, numbers: e.Frequencies, values: e.Common, typ: elem.oid})
		}
		if elem != nil && len(e.Counts) > 0 {
			add(slot{kind: slotCounts, op: elem.eq, numbers: e.Counts})
		}
	}
	for len(list) < slots {
		list = append(list, slot{})
	}
	cells := []string{
		fmt.Sprint(rel), fmt.Sprint(number), fmt.Sprint(inherit), real4(c.NullFraction), fmt.Sprint(max(c.Width, 0)), real4(c.Distinct),
	}
	each := func(f func(s slot) string) {
		for _, s := range list {
			cells = append(cells, f(s))
		}
	}
	each(func(s slot) string { return fmt.Sprint(s.kind) })
	each(func(s slot) string { return fmt.Sprint(s.op) })
	each(func(s slot) string {
		if s.kind == 0 {
			return "0"
		}
		return fmt.Sprint(collation)
	})
	each(func(s slot) string {
		if len(s.numbers) == 0 {
			return "NULL"
		}
		var out []string
		for _, n := range s.numbers {
			out = append(out, real4(n))
		}
		return "'{" + strings.Join(out, ",") + "}'::real[]"
	})
	each(func(s slot) string {
		if len(s.values) == 0 {
			return "NULL"
		}
		return fmt.Sprintf("array_in(%s, %d, -1)", literal(arrayText(s.values)), s.typ)
	})
	w.columns = append(w.columns, "INSERT INTO pg_statistic VALUES ("+strings.Join(cells, ", ")+")")
	w.names = append(w.names, name)
}

func real4(n float64) string {
	if math.IsNaN(n) || math.IsInf(n, 0) {
		return "0"
	}
	return strconv.FormatFloat(n, 'g', -1, 32)
}

// arrayText writes an array of texts as PostgreSQL reads it.
func arrayText(list []string) string {
	var b strings.Builder
	b.WriteByte('{')
	for i, s := range list {
		if i > 0 {
			b.WriteByte(',')
		}
		b.WriteByte('"')
		b.WriteString(strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace(s))
		b.WriteByte('"')
	}
	b.WriteByte('}')
	return b.String()
}

// flush writes what was collected: at once, or column by column if a value is
// none of its type's.
func (w *writer) flush(ctx context.Context) error {
	var all strings.Builder
	if len(w.sizes) > 0 {
		fmt.Fprintf(&all, "UPDATE pg_class c SET relpages = v.pages, reltuples = v.rows, relallvisible = v.visible FROM (VALUES %s) v (oid, pages, rows, visible) WHERE c.oid = v.oid;\n",
			strings.Join(w.sizes, ", "))
	}
	sizes := all.String()
	all.WriteString(strings.Join(w.columns, ";\n"))
	err := w.box.admin.exec(ctx, all.String())
	if refusal(err) != nil && len(w.columns) > 0 {
		if err := w.box.admin.exec(ctx, sizes); err != nil {
			return err
		}
		for i, sql := range w.columns {
			if err := w.box.admin.exec(ctx, sql); refusal(err) != nil {
				w.strange = append(w.strange, w.names[i])
			} else if err != nil {
				return err
			}
		}
		err = nil
	}
	w.sizes, w.columns, w.names = nil, nil, nil
	return err
}

package indexadvice

import (
	"math"
	"slices"
	"strings"
	"time"

	"github.com/sqlvet/sqlvet/internal/schema"
	"github.com/sqlvet/sqlvet/internal/sqlmodel"
	"github.com/sqlvet/sqlvet/internal/stats"
)

// Assumed returns statistics that say what Advise assumes of the tables of s:
// rows, values, and how common those are that the statements compare with.
func Assumed(s *schema.Schema, statements []Statement, opts Options, now time.Time) *stats.File {
	c := newCatalog(s, opts)
	literals := c.literals(statements)
	f := &stats.File{Version: stats.Version, Taken: now}
	for _, st := range s.Tables {
		if st.Kind != schema.BaseTable || st.PartitionOf != "" {
			continue
		}
		t := c.table(st)
		space := st.Schema
		if space == "" {
			space = "public"
		}
		out := &stats.Table{Schema: space, Name: st.Name, Rows: math.Round(t.rows)}
		for _, col := range st.Columns {
			out.Columns = append(out.Columns, t.assumed(col, literals[col], now))
		}
		f.Tables = append(f.Tables, out)
	}
	return f
}

// literals returns what the statements compare each column of few values with.
func (c *catalog) literals(statements []Statement) map[*schema.Column][]string {
	out := make(map[*schema.Column][]string)
	for _, s := range statements {
		if s.Model == nil {
			continue
		}
		for _, l := range s.Model.Levels {
			for _, p := range l.Predicates {
				if p.Op != sqlmodel.OpEq && p.Op != sqlmodel.OpIn && p.Op != sqlmodel.OpNe && p.Op != sqlmodel.OpNotIn ||
					p.Left == nil || p.Left.Kind != sqlmodel.ExprColumn || p.Left.Rel == nil {
					continue
				}
				t := c.schema.Table(p.Left.Rel.Schema, p.Left.Rel.Name)
				if t == nil || t.Column(p.Left.Name) == nil {
					continue
				}
				col := t.Column(p.Left.Name)
				for _, e := range append(slices.Clip(p.List), p.Right) {
					for e != nil && e.Kind == sqlmodel.ExprCast && len(e.Args) == 1 {
						e = e.Args[0]
					}
					if e != nil && e.Kind == sqlmodel.ExprConst && !e.Hole && e.ConstKind != sqlmodel.ConstNull && !slices.Contains(out[col], e.Const) {
						out[col] = append(out[col], e.Const)
					}
				}
			}
		}
	}
	return out
}

// assumed is what is assumed of a column, of which the literals are known.
func (t *table) assumed(c *schema.Column, literals []string, now time.Time) *stats.Column {
	typ := t.cat.baseType(c.Type)
	out := &stats.Column{Name: c.Name, Type: c.Type, NullFraction: t.nullShare(c), Width: int(t.width(c))}
	n := t.distinct(c)
	if out.Distinct = math.Round(n); n > t.rows/10 {
		out.Distinct = -math.Min(n/t.rows, 1)
	}
	filled := 1 - out.NullFraction
	common := func(value string, share float64) {
		out.Common = append(out.Common, value)
		out.Frequencies = append(out.Frequencies, share)
	}
	switch {
	case typ == "boolean":
		yes := t.flagShare(c, true) * filled
		out.Common, out.Frequencies = []string{"t", "f"}, []float64{yes, filled - yes}
		if yes < filled/2 {
			slices.Reverse(out.Common)
			slices.Reverse(out.Frequencies)
		}
	case t.class(c) == classLow:
		t.commonValues(c, literals, filled, common)
		out.Distinct = math.Max(out.Distinct, float64(len(out.Common)))
	case isTime(typ) && typ != "time" && typ != "timetz":
		// Rows have come evenly for two years.
		const bounds = 100
		for i := range bounds + 1 {
			out.Histogram = append(out.Histogram, now.AddDate(-2, 0, 0).Add(time.Duration(i)*now.Sub(now.AddDate(-2, 0, 0))/bounds).UTC().Format("2006-01-02 15:04:05"))
		}
	}
	if t.inOrder(c, typ) {
		one := 1.0
		out.Correlation = &one
	}
	return out
}

// commonValues tells how common the values of a column of few values are: the
// literals have the shares that conditions on them are assumed to have, and
// what the schema lists besides divides the rest.
func (t *table) commonValues(c *schema.Column, literals []string, filled float64, common func(string, float64)) {
	type pair struct {
		value string
		share float64
	}
	var list []pair
	left := filled
	var others []string
	if e := t.cat.enum(c.Type); e != nil {
		others = slices.DeleteFunc(slices.Clone(e.Values), func(v string) bool { return slices.Contains(literals, v) })
	}
	for _, v := range literals {
		share := math.Min(t.literalShare(c, []string{"'" + v + "'"})*filled, left)
		list = append(list, pair{v, share})
		left -= share
	}
	for _, v := range others {
		list = append(list, pair{v, left / float64(len(others))})
	}
	slices.SortStableFunc(list, func(a, b pair) int { return compareShare(b.share, a.share) })
	for _, p := range list {
		if p.share > 0 {
			common(p.value, p.share)
		}
	}
}

// width is the assumed width of a column's values in bytes.
func (t *table) width(c *schema.Column) float64 {
	typ := t.cat.baseType(c.Type)
	if n := widths[typ]; n > 0 {
		return n
	}
	if t.cat.enum(c.Type) != nil {
		return 4
	}
	if t.class(c) == classLow {
		return 8
	}
	return 24
}

var widths = map[string]float64{
	"boolean": 1, "smallint": 2, "integer": 4, "bigint": 8, "real": 4, "double precision": 8, "numeric": 8, "uuid": 16,
	"timestamptz": 8, "timestamp": 8, "date": 4, "time": 8, "timetz": 12, "json": 200, "jsonb": 200, "bytea": 40,
}

// inOrder reports whether later rows have greater values: of keys that are
// counted, and times of what the row came with.
func (t *table) inOrder(c *schema.Column, typ string) bool {
	def := strings.ToLower(c.Default)
	switch {
	case c.Identity, strings.HasPrefix(def, "nextval("), strings.HasSuffix(strings.ToLower(c.Type), "serial"):
		return true
	case isTime(typ):
		return strings.HasPrefix(def, "now()") || strings.HasPrefix(def, "current_timestamp") || strings.HasPrefix(def, "clock_timestamp()")
	}
	return false
}

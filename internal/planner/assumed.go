//go:build unix

package planner

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strings"
	"time"

	"github.com/sqlvet/sqlvet/internal/priors"
	"github.com/sqlvet/sqlvet/internal/schema"
	"github.com/sqlvet/sqlvet/internal/sqlmodel"
	"github.com/sqlvet/sqlvet/internal/stats"
)

// Assumed returns statistics that say what is believed of the tables of s:
// rows, values, and how common those are that the statements compare with.
func Assumed(s *schema.Schema, known priors.Known, statements []*sqlmodel.Statement, now time.Time) *stats.File {
	a := &assumer{Priors: priors.New(s, known), now: now}
	a.literals, a.dates = literals(s, statements)
	f := &stats.File{Version: stats.Version, Taken: now}
	for _, t := range s.Tables {
		if t.Kind != schema.BaseTable || t.PartitionOf != "" {
			continue
		}
		p := a.Table(t)
		rows, _ := p.Rows()
		out := &stats.Table{Schema: cmp.Or(t.Schema, "public"), Name: t.Name, Rows: math.Round(rows)}
		for _, c := range t.Columns {
			out.Columns = append(out.Columns, a.column(p, c, rows))
		}
		f.Tables = append(f.Tables, out)
	}
	return f
}

type assumer struct {
	*priors.Priors
	now      time.Time
	literals map[*schema.Column][]string
	dates    map[*schema.Column]*span
}

// A span is the time between two dates.
type span struct{ from, to time.Time }

// literals returns what the statements compare each column with, and the
// first and the last of the dates.
func literals(s *schema.Schema, statements []*sqlmodel.Statement) (out map[*schema.Column][]string, dates map[*schema.Column]*span) {
	out, dates = make(map[*schema.Column][]string), make(map[*schema.Column]*span)
	for _, st := range statements {
		for _, l := range st.Levels {
			for _, p := range l.Predicates {
				c := columnOf(s, l, p.Left)
				if c == nil {
					continue
				}
				for _, e := range []*sqlmodel.Expr{p.Right, p.High} {
					if t, ok := dateIn(e); ok {
						if dates[c] == nil {
							dates[c] = &span{t, t}
						} else if d := dates[c]; t.Before(d.from) {
							d.from = t
						} else if t.After(d.to) {
							d.to = t
						}
					}
				}
				if !slices.Contains([]sqlmodel.Op{sqlmodel.OpEq, sqlmodel.OpIn, sqlmodel.OpNe, sqlmodel.OpNotIn}, p.Op) {
					continue
				}
				for _, e := range append(slices.Clip(p.List), p.Right) {
					for e != nil && e.Kind == sqlmodel.ExprCast && len(e.Args) == 1 {
						e = e.Args[0]
					}
					if e != nil && e.Kind == sqlmodel.ExprConst && !e.Hole && e.ConstKind != sqlmodel.ConstNull && !slices.Contains(out[c], e.Const) {
						out[c] = append(out[c], e.Const)
					}
				}
			}
		}
	}
	return out, dates
}

// columnOf returns the column that e is of the only relation of a level that
// has it, nil if there is none.
func columnOf(s *schema.Schema, l *sqlmodel.Level, e *sqlmodel.Expr) (found *schema.Column) {
	if e == nil || e.Kind != sqlmodel.ExprColumn {
		return nil
	}
	of := l.Relations
	if e.Rel != nil {
		of = []*sqlmodel.Relation{e.Rel}
	} else if e.Qualifier != "" {
		return nil
	}
	for _, r := range of {
		t := s.Table(r.Schema, r.Name)
		if t == nil || r.Kind != sqlmodel.RelTable {
			return nil
		}
		if c := t.Column(e.Name); c != nil {
			if found != nil {
				return nil
			}
			found = c
		}
	}
	return found
}

// dateIn returns the date that stands in an expression.
func dateIn(e *sqlmodel.Expr) (time.Time, bool) {
	if e == nil {
		return time.Time{}, false
	}
	if e.Kind == sqlmodel.ExprConst && e.ConstKind == sqlmodel.ConstString && len(e.Const) >= len(time.DateOnly) {
		t, err := time.Parse(time.DateOnly, e.Const[:len(time.DateOnly)])
		return t, err == nil
	}
	for _, a := range e.Args {
		if t, ok := dateIn(a); ok {
			return t, ok
		}
	}
	return time.Time{}, false
}

const (
	bounds = 100 // parts of a histogram
	years  = 2   // for which rows have come
)

// column is what is believed of a column.
func (a *assumer) column(t *priors.Table, c *schema.Column, rows float64) *stats.Column {
	typ := a.BaseType(c.Type)
	width, _ := t.Width(c)
	out := &stats.Column{Name: c.Name, Type: c.Type, NullFraction: t.Nulls(c), Width: int(width)}
	n, _ := t.Distinct(c)
	if out.Distinct = math.Round(n); n > rows/10 {
		out.Distinct = -math.Min(n/rows, 1)
	}
	values := slices.Clone(a.literals[c])
	switch {
	case typ == "boolean":
		values = []string{"true", "false"}
	case t.Class(c) != priors.Low:
		values = nil
	}
	if len(values) > 0 {
		a.common(out, t, c, values)
	}
	if priors.IsTime(typ) && typ != "time" && typ != "timetz" {
		// Rows have come evenly for two years; where statements speak of other
		// dates, around those.
		from, to := a.now.AddDate(-years, 0, 0), a.now
		if d := a.dates[c]; d != nil && (d.from.Before(from) || d.to.After(to)) {
			from, to = d.from.AddDate(-years, 0, 0), d.to.AddDate(years, 0, 0)
		}
		for i := range bounds + 1 {
			out.Histogram = append(out.Histogram, from.Add(to.Sub(from)/bounds*time.Duration(i)).UTC().Format(time.DateTime))
		}
	}
	if inOrder(c, typ) {
		one := 1.0
		out.Correlation = &one
		if !priors.IsTime(typ) {
			for i := range bounds + 1 {
				out.Histogram = append(out.Histogram, fmt.Sprintf("%.0f", 1+math.Max(rows-1, 0)/bounds*float64(i)))
			}
		}
	}
	return out
}

// common tells how common values are: those that the statements compare with
// have the share that is believed of such a comparison, and what else an enum
// has divides the rest.
func (a *assumer) common(out *stats.Column, t *priors.Table, c *schema.Column, values []string) {
	type pair struct {
		value string
		share float64
	}
	filled := 1 - out.NullFraction
	left := filled
	var list []pair
	for _, v := range values {
		text := "'" + strings.ReplaceAll(v, "'", "''") + "'"
		if v == "true" || v == "false" {
			text = v
		}
		share := math.Min(t.Share(c, priors.Ask{Op: priors.Equal, Values: []string{text}, Count: 1})*filled, left)
		list = append(list, pair{v, share})
		left -= share
	}
	if e := a.Enum(c.Type); e != nil {
		others := slices.DeleteFunc(slices.Clone(e.Values), func(v string) bool { return slices.Contains(values, v) })
		for _, v := range others {
			list = append(list, pair{v, left / float64(len(others))})
		}
	}
	slices.SortStableFunc(list, func(a, b pair) int { return cmp.Compare(b.share, a.share) })
	for _, p := range list {
		if p.share > 0 {
			out.Common = append(out.Common, p.value)
			out.Frequencies = append(out.Frequencies, p.share)
		}
	}
	out.Distinct = math.Max(out.Distinct, float64(len(out.Common)))
}

// inOrder reports whether later rows have greater values: of keys that are
// counted, and times of what the row came with.
func inOrder(c *schema.Column, typ string) bool {
	def := strings.ToLower(c.Default)
	switch {
	case c.Identity, strings.HasPrefix(def, "nextval("), strings.HasSuffix(strings.ToLower(c.Type), "serial"):
		return true
	case priors.IsTime(typ):
		return strings.HasPrefix(def, "now()") || strings.HasPrefix(def, "current_timestamp") || strings.HasPrefix(def, "clock_timestamp()")
	}
	return false
}

package sqlmodel

import (
	"fmt"
	"strings"
)

// dump prints a result for golden files: one line per fact, ranges as the
// text they cover.
func dump(text string, res *Result) string {
	d := &dumper{text: text, rels: map[*Relation]string{}, levels: map[*Level]int{}}
	if res.Err != nil {
		d.line("error %q at %d", res.Err.Message, res.Err.Offset)
	}
	for i, s := range res.Statements {
		d.line("statement %d %s exact=%v %s", i, kindNames[s.Kind], s.Exact, d.at(s.Range))
		for k, l := range s.Levels {
			d.levels[l] = k
			for n, r := range l.Relations {
				d.rels[r] = fmt.Sprintf("%d.%d", k, n)
			}
		}
		for k, l := range s.Levels {
			d.level(k, l)
		}
	}
	return d.b.String()
}

var kindNames = []string{"unknown", "select", "values", "insert", "update", "delete", "merge", "utility"}
var roleNames = []string{"top", "cte", "from", "arm", "exists", "in", "scalar", "insert source", "utility"}
var relNames = []string{"unknown", "table", "cte", "subquery", "function", "values"}
var placeNames = []string{"where", "on", "having", "conflict", "when"}
var opNames = []string{"other", "=", "<>", "<", "<=", ">", ">=", "like", "ilike", "not like", "not ilike",
	"similar", "regex", "in", "not in", "between", "not between", "is null", "is not null", "exists", "bool"}
var exprNames = []string{"other", "col", "param", "const", "func", "cast", "op", "bool", "sub", "case", "array", "row", "star", "hole"}

type dumper struct {
	b      strings.Builder
	text   string
	rels   map[*Relation]string
	levels map[*Level]int
}

func (d *dumper) line(format string, args ...any) { fmt.Fprintf(&d.b, format+"\n", args...) }

func (d *dumper) at(r Range) string {
	if r.Start < 0 || r.End > len(d.text) || r.Start > r.End {
		return fmt.Sprintf("«%d,%d»", r.Start, r.End)
	}
	if r.Start == r.End {
		return fmt.Sprintf("«@%d»", r.Start)
	}
	s := d.text[r.Start:r.End]
	if r.End-r.Start > 80 {
		head, tail := strings.ToValidUTF8(s[:30], ""), strings.ToValidUTF8(s[len(s)-30:], "")
		s = fmt.Sprintf("%s …%d… %s", head, len(s)-60, tail)
	}
	return "«" + s + "»"
}

func (d *dumper) rel(r *Relation) string {
	if r == nil {
		return "?"
	}
	return d.rels[r]
}

func (d *dumper) level(k int, l *Level) {
	flags := ""
	add := func(ok bool, s string) {
		if ok {
			flags += " " + s
		}
	}
	add(l.Name != "", "name="+l.Name)
	add(l.SetOp != "", "setop="+l.SetOp)
	add(l.Distinct, "distinct")
	add(l.Aggregates, "aggregates")
	add(l.Lock != "", "lock="+l.Lock)
	add(l.SkipLocked, "skip")
	add(l.HasConflict, fmt.Sprintf("conflict%v", l.Conflict))
	add(l.Target != nil, "target="+d.rel(l.Target))
	add(len(l.Columns) > 0, fmt.Sprintf("columns%v", l.Columns))
	parent := ""
	if l.Parent != nil {
		parent = fmt.Sprintf(" of %d", d.levels[l.Parent])
	}
	d.line("level %d %s %s%s%s %s", k, roleNames[l.Role], kindNames[l.Kind], parent, flags, d.at(l.Range))
	for i, r := range l.Relations {
		s := ""
		for _, f := range []struct {
			ok bool
			s  string
		}{{r.Schema != "", "schema=" + r.Schema}, {r.Name != "", "name=" + r.Name}, {r.Alias != "", "alias=" + r.Alias},
			{r.Hole, "hole"}, {r.Lateral, "lateral"}, {r.Nullable, "nullable"}, {r.Join != "", r.Join}} {
			if f.ok {
				s += " " + f.s
			}
		}
		if r.Level != nil {
			s += fmt.Sprintf(" level=%d", d.levels[r.Level])
		}
		d.line("  rel %d.%d %s%s %s%s", k, i, relNames[r.Kind], s, d.at(r.Range), d.list(" args=", r.Args))
	}
	for _, p := range l.Projections {
		s := ""
		if p.Alias != "" {
			s += " as " + p.Alias
		}
		if p.Star {
			s += " star " + p.Qualifier + " rel=" + d.rel(p.Rel)
		}
		d.line("  proj %s%s %s", d.at(p.Range), s, d.expr(p.Expr))
	}
	for _, r := range l.Rows {
		d.line("  row%s", d.list(" ", r))
	}
	for _, p := range l.Predicates {
		s := ""
		if p.Or {
			s += " or"
		}
		if p.Negated {
			s += " negated"
		}
		d.line("  %s %s %q%s %s op%s: %s | %s | %s%s", placeNames[p.Place], opNames[p.Op], p.OpText, s, d.at(p.Range), d.at(p.OpRange),
			d.expr(p.Left), d.expr(p.Right), d.expr(p.High), d.list(" list=", p.List))
	}
	for _, a := range l.Sets {
		d.line("  set %s %s %s", a.Column, d.at(a.Range), d.expr(a.Value))
	}
	if s := d.list("  distinct on ", l.DistinctOn); s != "" {
		d.line("%s", s)
	}
	if s := d.list("  group ", l.Group); s != "" {
		d.line("%s", s)
	}
	for _, k := range l.Sort {
		d.line("  sort desc=%v nulls=%q %s", k.Desc, k.Nulls, d.expr(k.Expr))
	}
	if l.Limit != nil || l.Offset != nil {
		d.line("  limit %s offset %s", d.expr(l.Limit), d.expr(l.Offset))
	}
}

func (d *dumper) list(prefix string, list []*Expr) string {
	if len(list) == 0 {
		return ""
	}
	var parts []string
	for _, e := range list {
		parts = append(parts, d.expr(e))
	}
	return prefix + "[" + strings.Join(parts, ", ") + "]"
}

func (d *dumper) expr(e *Expr) string {
	if e == nil {
		return "-"
	}
	s := exprNames[e.Kind]
	switch e.Kind {
	case ExprColumn, ExprStar:
		name := e.Name
		if e.Kind == ExprStar {
			name = "*"
		}
		if e.Qualifier != "" {
			name = e.Qualifier + "." + name
		}
		s = name + "@" + d.rel(e.Rel)
		if e.Outer {
			s += "^"
		}
	case ExprConst:
		s = fmt.Sprintf("%d:%q", e.ConstKind, e.Const)
	case ExprSub:
		if e.Level != nil {
			s += fmt.Sprintf("#%d", d.levels[e.Level])
		}
	default:
		if e.Name != "" {
			s += ":" + e.Name
		}
	}
	if e.Hole {
		s += "~"
	}
	if e.Aggregate {
		s += "!"
	}
	if len(e.Args) > 0 {
		s += d.list("", e.Args)
	}
	if len(e.More) > 0 {
		s += d.list("+", e.More)
	}
	return s + d.at(e.Range)
}

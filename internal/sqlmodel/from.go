package sqlmodel

import (
	pg "github.com/sqlvet/sqlvet/internal/pgquery"
	"github.com/sqlvet/sqlvet/internal/sqlscan"
)

// from adds the relations of a FROM item to s.level and s, in order, and
// returns them with the tokens of the item.
func (b *builder) from(n *pg.Node, s *scope, join string) ([]*Relation, tokens) {
	switch n := n.GetNode().(type) {
	case *pg.IsRangeVar:
		r, t := b.table(n.RangeVar, s)
		return b.joined(r, join), t
	case *pg.IsRangeSubselect:
		r, t := b.derived(n.RangeSubselect, s)
		return b.joined(r, join), t
	case *pg.IsRangeFunction:
		return b.function(n.RangeFunction, s, join)
	case *pg.IsRangeTableSample:
		rels, t := b.from(n.RangeTableSample.Relation, s, join)
		b.exprs(n.RangeTableSample.Args, s)
		return rels, t
	case *pg.IsJoinExpr:
		return b.join(n.JoinExpr, s, join)
	}
	return b.otherFrom(n, s, join)
}

func (b *builder) joined(r *Relation, join string) []*Relation {
	if r == nil {
		return nil
	}
	r.Join = join
	return []*Relation{r}
}

// otherFrom is for XMLTABLE, JSON_TABLE and what else there may come.
func (b *builder) otherFrom(n *pg.Node, s *scope, join string) ([]*Relation, tokens) {
	r := &Relation{Kind: RelFunction, Join: join, Lateral: true}
	e := b.other(n, s)
	r.Args = e.Args
	t := e.toks
	alias := ""
	switch n := n.GetNode().(type) {
	case *pg.IsJsonTable:
		r.Name, alias = "json_table", n.JsonTable.GetAlias().GetAliasname()
	case *pg.IsRangeTableFunc:
		r.Name, alias = "xmltable", n.RangeTableFunc.GetAlias().GetAliasname()
	default:
		r.Kind = RelUnknown
	}
	r.Alias = alias
	r.Range = b.rangeOf(t)
	b.addRelation(s, r, alias)
	return []*Relation{r}, t
}

func (b *builder) addRelation(s *scope, r *Relation, name string) {
	s.level.Relations = append(s.level.Relations, r)
	if name != "" {
		s.rels = append(s.rels, named{name, r.Schema, r})
	}
}

// table adds a relation given by name. The relation of a wrapper is none: it
// stands for whatever the clause will be put on.
func (b *builder) table(v *pg.RangeVar, s *scope) (*Relation, tokens) {
	parts := 1
	if v.Schemaname != "" {
		parts++
	}
	if v.Catalogname != "" {
		parts++
	}
	t := b.name(b.at(v.Location), parts)
	if b.inWrapper(t) {
		s.open = true
		return nil, t
	}
	r := &Relation{Range: b.rangeOf(t), Kind: RelTable, Schema: v.Schemaname, Name: v.Relname}
	r.Alias = v.GetAlias().GetAliasname()
	name := r.Name
	if r.Alias != "" {
		name = r.Alias
	}
	if b.aliasIsHole(t.hi) {
		r.Alias = ""
	}
	if parts > 1 && b.hasHole(tokens{t.hi - 3, t.hi - 2}) {
		r.Schema = "" // not known; the name is
	}
	if h, ok := b.holeOf(tokens{t.hi - 1, t.hi}); ok {
		r.Hole = true
		r.Name = ""
		if b.inHole(t) && (h < 0 || b.src.Holes[h].Kind != sqlscan.HoleIdent) {
			r.Kind = RelUnknown
		}
	} else if l := s.ctes.find(r.Name); l != nil && r.Schema == "" && parts == 1 {
		r.Kind, r.Level = RelCTE, l
	}
	b.addRelation(s, r, name)
	return r, t
}

// holeOf returns the first hole in t; -1 if it is a placeholder for a name.
func (b *builder) holeOf(t tokens) (int, bool) {
	if t.empty() || t.lo < 0 {
		return -1, false
	}
	return b.cand.HoleIn(b.toks[t.lo].Start, b.toks[t.hi-1].End)
}

// aliasIsHole reports whether a hole gives the alias of what ends before
// token i.
func (b *builder) aliasIsHole(i int) bool {
	for b.word(i) == "*" || b.word(i) == ")" {
		i++
	}
	if b.word(i) == "as" {
		i++
	}
	return b.isName(i) && b.hasHole(tokens{i, i + 1})
}

func (b *builder) derived(v *pg.RangeSubselect, s *scope) (*Relation, tokens) {
	r := &Relation{Kind: RelSubquery, Lateral: v.Lateral, Alias: v.GetAlias().GetAliasname()}
	outer := s.outer
	if v.Lateral {
		outer = s
	}
	mark := len(b.stmt.Levels)
	l := b.query(v.Subquery, queryPlace{role: RoleFrom, parent: s.level, outer: outer, ctes: s.ctes, name: r.Alias})
	t := l.toks
	for t.lo > 0 && !t.empty() && b.word(t.lo-1) == "(" && b.match[t.lo-1] == t.hi {
		t = tokens{t.lo - 1, t.hi + 1}
	}
	r.Level = l
	if l.Kind == Values {
		r.Kind = RelValues
	}
	if b.inHole(l.toks) {
		b.stmt.Levels = b.stmt.Levels[:mark]
		r.Kind, r.Level, r.Hole = RelUnknown, nil, true
	}
	r.Range = b.rangeOf(t)
	b.addRelation(s, r, r.Alias)
	if b.aliasIsHole(t.hi) {
		r.Alias = ""
	}
	return r, t
}

func (b *builder) function(v *pg.RangeFunction, s *scope, join string) (rels []*Relation, t tokens) {
	for _, n := range v.Functions {
		items := n.GetList().GetItems()
		if len(items) == 0 {
			continue
		}
		e := b.expr(items[0], s)
		r := &Relation{Range: e.Range, Kind: RelFunction, Name: e.Name, Args: e.Args, Lateral: true, Join: join}
		r.Alias = v.GetAlias().GetAliasname()
		name := r.Alias
		if name == "" {
			name = r.Name
		}
		r.Hole = e.Hole || e.Kind == ExprHole
		rels, t = append(rels, r), union(t, e.toks)
		b.addRelation(s, r, name)
	}
	return rels, t
}

func (b *builder) join(j *pg.JoinExpr, s *scope, join string) ([]*Relation, tokens) {
	left, lt := b.from(j.Larg, s, join)
	kind := "inner"
	using := pg.Names(j.UsingClause)
	switch {
	case j.IsNatural:
		kind = "natural"
	case j.Jointype == pg.JoinLeft:
		kind = "left"
	case j.Jointype == pg.JoinRight:
		kind = "right"
	case j.Jointype == pg.JoinFull:
		kind = "full"
	case j.Quals == nil && len(using) == 0:
		kind = "cross"
	}
	right, rt := b.from(j.Rarg, s, kind)
	var nullable []*Relation
	if j.Jointype == pg.JoinLeft || j.Jointype == pg.JoinFull {
		setNullable(right)
		nullable = append(nullable, right...)
	}
	if j.Jointype == pg.JoinRight || j.Jointype == pg.JoinFull {
		setNullable(left)
		nullable = append(nullable, left...)
	}
	t := union(lt, rt)
	if on := b.expr(j.Quals, s); on != nil {
		c := b.condition(on, cond{place: PlaceOn})
		c.Join, c.Nullable = kind, nullable
		s.level.restrict(c)
		t = union(t, on.toks)
	}
	if len(using) > 0 {
		hi, conds := b.using(using, left, right, rt.hi)
		t.hi = max(t.hi, hi)
		for _, c := range conds {
			c.Join, c.Nullable = kind, nullable
			s.level.restrict(c)
		}
	}
	return append(left, right...), b.balanced(t)
}

func setNullable(rels []*Relation) {
	for _, r := range rels {
		r.Nullable = true
	}
}

// using returns a condition for each column of USING (…), which stands after
// token i, and the index after it.
func (b *builder) using(cols []string, left, right []*Relation, i int) (end int, out []*Condition) {
	for i < len(b.toks) && b.word(i) != "using" {
		i++
	}
	for k, col := range cols {
		t := tokens{i + 2 + 2*k, i + 3 + 2*k}
		if t.hi > len(b.toks) {
			return i, out
		}
		r := b.rangeOf(t)
		side := func(rels []*Relation) *Expr {
			e := &Expr{Range: r, Kind: ExprColumn, Name: col, toks: t}
			if len(rels) == 1 {
				e.Rel = rels[0]
			}
			return e
		}
		out = append(out, &Condition{Place: PlaceOn, Predicate: Predicate{
			Range: r, Place: PlaceOn, Op: OpEq, OpText: "using", OpRange: b.rangeOf(tokens{i, i + 1}),
			Left: side(left), Right: side(right),
		}})
	}
	return b.closing(i + 1), out
}

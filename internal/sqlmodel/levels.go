package sqlmodel

import (
	pg "github.com/sqlvet/sqlvet/internal/pgquery"
	"github.com/sqlvet/sqlvet/internal/sqlscan"
)

func (b *builder) selectStmt(x *pg.SelectStmt, s *scope) {
	l := s.level
	b.with(x.WithClause, s)
	if x.Op != pg.SetOpNone && x.Larg != nil {
		b.setOperation(x, s)
	} else {
		b.fromClause(x.FromClause, s)
		b.projections(x.TargetList, s)
		b.rows(x.ValuesLists, s)
		b.where(x.WhereClause, s, PlaceWhere)
		l.Group = b.exprs(x.GroupClause, s)
		l.Aggregates = l.Aggregates || len(x.GroupClause) > 0
		b.where(x.HavingClause, s, PlaceHaving)
		for _, w := range x.WindowClause {
			b.window(w.GetWindowDef(), s)
		}
		for _, n := range x.DistinctClause {
			l.Distinct = true
			l.DistinctOn = append(l.DistinctOn, b.exprs([]*pg.Node{n}, s)...)
		}
	}
	b.sort(x.SortClause, s)
	l.Limit = b.limit(x.LimitCount, s)
	l.Offset = b.limit(x.LimitOffset, s)
	for _, n := range x.LockingClause {
		c := n.GetLockingClause()
		switch c.GetStrength() {
		case pg.LockUpdate:
			l.Lock = "update"
		case pg.LockNoKeyUpdate:
			l.Lock = "no key update"
		case pg.LockShare:
			l.Lock = "share"
		case pg.LockKeyShare:
			l.Lock = "key share"
		}
		l.SkipLocked = l.SkipLocked || c.GetWaitPolicy() == pg.LockWaitSkip
	}
}

// fromClause adds the relations of a FROM or USING list. A run of SQL that
// was guessed away behind them may have been a join.
func (b *builder) fromClause(list []*pg.Node, s *scope) {
	var t tokens
	for _, n := range list {
		_, ft := b.from(n, s, "")
		t = union(t, ft)
	}
	b.openIfLoose(t, s)
}

// openIfLoose marks s as open if a guessed run of SQL stands in the relations
// at t, or behind them before a clause begins.
func (b *builder) openIfLoose(t tokens, s *scope) {
	if t.empty() {
		return
	}
	end := t.hi
	for end < len(b.toks) && !endsFrom[b.word(end)] {
		end = b.closing(end)
	}
	for _, i := range b.loose {
		s.open = s.open || t.lo < i && i <= end
	}
}

// endsFrom are the words and brackets behind which no relation is joined.
var endsFrom = map[string]bool{
	"where": true, "group": true, "having": true, "window": true, "order": true, "limit": true,
	"offset": true, "fetch": true, "for": true, "union": true, "intersect": true, "except": true,
	"returning": true, "set": true, "when": true, ")": true, ";": true, "on": true,
}

func (b *builder) setOperation(x *pg.SelectStmt, s *scope) {
	l := s.level
	l.SetOp = map[bool]string{true: " all"}[x.All]
	switch x.Op {
	case pg.SetOpUnion:
		l.SetOp = "union" + l.SetOp
	case pg.SetOpIntersect:
		l.SetOp = "intersect" + l.SetOp
	case pg.SetOpExcept:
		l.SetOp = "except" + l.SetOp
	}
	for _, arm := range arms(x, x.Op, x.All) {
		lo := b.selectStart(arm)
		a := &Level{Kind: Select, Role: RoleArm, Parent: l}
		if len(arm.ValuesLists) > 0 {
			a.Kind = Values
		}
		nested := arm.Op != pg.SetOpNone
		if lo >= 0 {
			a.toks = tokens{lo, b.armEnd(lo, nested)}
			if !l.toks.empty() {
				a.toks.hi = min(a.toks.hi, l.toks.hi)
			}
		}
		b.stmt.Levels = append(b.stmt.Levels, a)
		b.selectStmt(arm, &scope{level: a, outer: s.outer, ctes: s.ctes})
		if nested && !b.bracketed(a.toks) {
			a.toks = tokens{}
			for _, inner := range a.Arms {
				a.toks = b.balanced(union(a.toks, inner.toks))
			}
		}
		a.Range = b.clamped(a.toks)
		l.Arms = append(l.Arms, a)
	}
}

// arms flattens a UNION b UNION c.
func arms(x *pg.SelectStmt, op any, all bool) []*pg.SelectStmt {
	var out []*pg.SelectStmt
	for _, arm := range []*pg.SelectStmt{x.Larg, x.Rarg} {
		plain := arm.WithClause == nil && len(arm.SortClause) == 0 && arm.LimitCount == nil && arm.LimitOffset == nil
		if arm == x.Larg && any(arm.Op) == op && arm.All == all && plain {
			out = append(out, arms(arm, op, all)...)
		} else if arm != nil {
			out = append(out, arm)
		}
	}
	return out
}

// armEnd returns the index behind the arm of a set operation that begins at
// token i. ORDER BY and the like belong to the operation, unless the arm has
// brackets, in which they are followed by no set operation. An arm that is an
// operation itself (nested) reaches to the end of its brackets at most.
func (b *builder) armEnd(i int, nested bool) int {
	end := b.levelEnd(i)
	inBrackets := b.bracketed(tokens{i, end})
	if nested {
		return end
	}
	for k := i; k < end; k = b.closing(k) {
		if !b.isWord(k) {
			continue
		}
		switch w := b.word(k); {
		case setWords[w]:
			return k
		case !inBrackets && (w == "order" || w == "limit" || w == "offset" || w == "fetch" || w == "for"):
			return k
		}
	}
	return end
}

// bracketed reports whether t is all that stands in its brackets.
func (b *builder) bracketed(t tokens) bool {
	return t.hi < len(b.toks) && t.lo > 0 && b.word(t.hi) == ")" && b.match[t.hi] == t.lo-1
}

func (b *builder) projections(list []*pg.Node, s *scope) {
	for _, n := range list {
		rt := n.GetResTarget()
		e := b.expr(rt.GetVal(), s)
		if e == nil || b.inWrapper(e.toks) {
			continue // the 1 of a wrapper
		}
		p := Projection{Range: e.Range, Expr: e, Alias: rt.GetName()}
		if p.Alias != "" && b.aliasIsHole(e.toks.hi) {
			p.Alias = ""
		}
		if e.Kind == ExprStar {
			p.Star, p.Qualifier, p.Rel = true, e.Qualifier, e.Rel
			p.Range = b.rangeOf(tokens{e.toks.hi - 1, e.toks.hi}) // none for TABLE t
		}
		s.level.Projections = append(s.level.Projections, p)
	}
}

func (b *builder) rows(lists []*pg.Node, s *scope) {
	for _, n := range lists {
		s.level.Rows = append(s.level.Rows, b.exprs(n.GetList().GetItems(), s))
	}
}

func (b *builder) where(n *pg.Node, s *scope, place Place) {
	if e := b.expr(n, s); e != nil {
		s.level.restrict(b.condition(e, cond{place: place}))
	}
}

// limit is nil for LIMIT ALL.
func (b *builder) limit(n *pg.Node, s *scope) *Expr {
	e := b.expr(n, s)
	if e != nil && e.Kind == ExprConst && e.ConstKind == ConstNull {
		return nil
	}
	return e
}

func (b *builder) sort(list []*pg.Node, s *scope) {
	for _, n := range list {
		x := n.GetSortBy()
		e := b.expr(x.GetNode(), s)
		if e == nil {
			continue
		}
		if e.Kind == ExprColumn && e.Qualifier == "" {
			b.outputColumn(e, s.level)
		}
		k := SortKey{Expr: e, Desc: x.SortbyDir == pg.SortDesc}
		switch x.SortbyNulls {
		case pg.SortNullsFirst:
			k.Nulls = "first"
		case pg.SortNullsLast:
			k.Nulls = "last"
		}
		s.level.Sort = append(s.level.Sort, k)
	}
}

// outputColumn sets the relation of a sort key that names an output column:
// none, unless the output is just a column.
func (b *builder) outputColumn(e *Expr, l *Level) {
	if l.SetOp != "" {
		e.Rel, e.Outer = nil, false
	}
	for _, p := range l.Projections {
		switch {
		case p.Alias != e.Name:
		case p.Expr.Kind == ExprColumn && p.Expr.Name == e.Name:
			e.Rel, e.Outer = p.Expr.Rel, p.Expr.Outer
			return
		default:
			e.Rel, e.Outer = nil, false
			return
		}
	}
}

// target adds the relation that a statement writes.
func (b *builder) target(v *pg.RangeVar, s *scope) {
	if v == nil {
		return
	}
	r, _ := b.table(v, s)
	s.level.Target = r
}

func (b *builder) insert(x *pg.InsertStmt, s *scope) {
	l := s.level
	b.with(x.WithClause, s)
	b.target(x.Relation, s)
	for _, n := range x.Cols {
		l.Columns = append(l.Columns, b.columnName(n.GetResTarget()))
	}
	if sel := x.SelectStmt.GetSelectStmt(); sel != nil {
		none := &scope{level: l, ctes: s.ctes, outer: s.outer} // the target cannot be seen
		if len(sel.ValuesLists) > 0 && sel.WithClause == nil && len(sel.SortClause) == 0 && sel.LimitCount == nil {
			b.rows(sel.ValuesLists, none)
		} else {
			b.query(x.SelectStmt, queryPlace{role: RoleInsertSource, parent: l, outer: s.outer, ctes: s.ctes})
		}
	}
	b.conflict(x.OnConflictClause, s)
	b.projections(x.ReturningList, s)
}

// columnName is the name of a column that is written, "" if a hole gives it.
func (b *builder) columnName(rt *pg.ResTarget) string {
	if b.hasHole(b.one(rt.GetLocation())) {
		return ""
	}
	return rt.GetName()
}

func (b *builder) conflict(c *pg.OnConflictClause, s *scope) {
	if c == nil {
		return
	}
	l := s.level
	l.HasConflict = true
	for _, n := range c.GetInfer().GetIndexElems() {
		l.Conflict = append(l.Conflict, n.GetIndexElem().GetName())
	}
	b.where(c.GetInfer().GetWhereClause(), s, PlaceConflict)
	b.sets(c.TargetList, s)
	b.where(c.WhereClause, s, PlaceConflict)
}

func (b *builder) sets(list []*pg.Node, s *scope) {
	var multi *Expr // the row of (a, b) = …, shared by its columns
	for _, n := range list {
		rt := n.GetResTarget()
		a := Assignment{Column: b.columnName(rt)}
		t := b.one(rt.GetLocation())
		if m := rt.GetVal().GetMultiAssignRef(); m != nil {
			if m.Colno == 1 {
				multi = b.expr(m.Source, s)
			}
			a.Value = multi
		} else {
			a.Value = b.expr(rt.GetVal(), s)
			if a.Value != nil {
				t = union(t, a.Value.toks)
			}
		}
		a.Range = b.rangeOf(b.balanced(t))
		s.level.Sets = append(s.level.Sets, a)
	}
}

func (b *builder) update(x *pg.UpdateStmt, s *scope) {
	b.with(x.WithClause, s)
	b.target(x.Relation, s)
	b.fromClause(x.FromClause, s)
	b.sets(x.TargetList, s)
	b.where(x.WhereClause, s, PlaceWhere)
	b.projections(x.ReturningList, s)
}

func (b *builder) delete(x *pg.DeleteStmt, s *scope) {
	b.with(x.WithClause, s)
	b.target(x.Relation, s)
	b.fromClause(x.UsingClause, s)
	b.where(x.WhereClause, s, PlaceWhere)
	b.projections(x.ReturningList, s)
}

func (b *builder) merge(x *pg.MergeStmt, s *scope) {
	b.with(x.WithClause, s)
	b.target(x.Relation, s)
	b.fromClause([]*pg.Node{x.SourceRelation}, s)
	b.where(x.JoinCondition, s, PlaceOn)
	for _, n := range x.MergeWhenClauses {
		w := n.GetMergeWhenClause()
		b.where(w.GetCondition(), s, PlaceWhen)
		if len(w.GetValues()) > 0 {
			for _, c := range w.GetTargetList() {
				s.level.Columns = append(s.level.Columns, b.columnName(c.GetResTarget()))
			}
			s.level.Rows = append(s.level.Rows, b.exprs(w.GetValues(), s))
		} else {
			b.sets(w.GetTargetList(), s)
		}
	}
	b.projections(x.ReturningList, s)
}

// looseTokens returns the tokens before which a run of SQL was guessed.
func looseTokens(z tokenized, c sqlscan.Candidate) []int {
	var out []int
	for _, off := range c.Loose {
		i := 0
		for i < len(z.toks) && z.toks[i].Start < off {
			i++
		}
		out = append(out, i)
	}
	return out
}

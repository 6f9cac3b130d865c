package sqlmodel

import (
	"sort"

	pg "github.com/sqlvet/sqlvet/internal/pgquery"
	"github.com/sqlvet/sqlvet/internal/sqlscan"
)

// A builder turns one candidate's syntax tree into statements.
type builder struct {
	tokenized
	src  sqlscan.Source
	frag sqlscan.Fragment
	stmt *Statement
	// loose holds the tokens before which a run of SQL was guessed away.
	loose []int
}

// A queryPlace is where a query stands.
type queryPlace struct {
	role   Role
	parent *Level
	outer  *scope // what its expressions see of the levels around
	ctes   *ctes
	name   string
	inside tokens // tokens that enclose it, if known
}

// statement builds the statement raw.
func (b *builder) statement(raw *pg.RawStmt) *Statement {
	b.stmt = &Statement{Exact: b.cand.Exact}
	t := b.statementTokens(raw)
	b.stmt.Range = b.clamped(t)
	b.stmt.Kind = stmtKind(raw.Stmt)
	if b.stmt.Kind != Utility {
		b.query(raw.Stmt, queryPlace{role: RoleTop, inside: t})
	} else {
		pg.Walk(raw.Stmt, func(n *pg.Node) bool {
			if stmtKind(n) == Utility {
				return true
			}
			b.query(n, queryPlace{role: RoleUtility})
			return false
		})
	}
	if b.frag != sqlscan.Statement && b.frag != sqlscan.TableClause {
		b.stmt.Kind = Unknown
		if len(b.stmt.Levels) > 0 {
			b.stmt.Levels[0].Kind = Unknown
		}
	}
	return b.stmt
}

// stmtKind is Utility for everything that is no query.
func stmtKind(n *pg.Node) Kind {
	switch n := n.GetNode().(type) {
	case *pg.IsSelectStmt:
		if len(n.SelectStmt.ValuesLists) > 0 {
			return Values
		}
		return Select
	case *pg.IsInsertStmt:
		return Insert
	case *pg.IsUpdateStmt:
		return Update
	case *pg.IsDeleteStmt:
		return Delete
	case *pg.IsMergeStmt:
		return Merge
	}
	return Utility
}

func (b *builder) statementTokens(raw *pg.RawStmt) tokens {
	first := func(off int) int {
		return sort.Search(len(b.toks), func(i int) bool { return b.toks[i].Start >= off })
	}
	t := tokens{first(int(raw.StmtLocation)), len(b.toks)}
	if raw.StmtLen > 0 {
		t.hi = first(int(raw.StmtLocation + raw.StmtLen))
	}
	for !t.empty() && b.word(t.lo) == ";" {
		t.lo++
	}
	for !t.empty() && b.word(t.hi-1) == ";" {
		t.hi--
	}
	return t
}

// clamped is rangeOf with the tokens of a wrapper left out.
func (b *builder) clamped(t tokens) Range {
	for !t.empty() && b.inWrapper(t) {
		t.lo++
	}
	for !t.empty() && b.inWrapper(tokens{t.hi - 1, t.hi}) {
		t.hi--
	}
	return b.rangeOf(t)
}

// query builds the level of a query and those inside it.
func (b *builder) query(n *pg.Node, p queryPlace) *Level {
	l := &Level{Kind: stmtKind(n), Role: p.role, Parent: p.parent, Name: p.name}
	b.fill(l, n, p)
	return l
}

// fill builds n into l, which may be known by name already.
func (b *builder) fill(l *Level, n *pg.Node, p queryPlace) {
	b.stmt.Levels = append(b.stmt.Levels, l)
	s := &scope{level: l, outer: p.outer, ctes: p.ctes}
	switch b.frag {
	case sqlscan.SelectList, sqlscan.Expression, sqlscan.ColumnName:
		s.open = p.role == RoleTop // FROM comes from elsewhere
	}
	l.toks = p.inside
	if p.role != RoleTop {
		l.toks = b.queryTokens(n, p.role, p.inside)
	}
	l.Range = b.clamped(l.toks)
	switch n := n.GetNode().(type) {
	case *pg.IsSelectStmt:
		b.selectStmt(n.SelectStmt, s)
	case *pg.IsInsertStmt:
		b.insert(n.InsertStmt, s)
	case *pg.IsUpdateStmt:
		b.update(n.UpdateStmt, s)
	case *pg.IsDeleteStmt:
		b.delete(n.DeleteStmt, s)
	case *pg.IsMergeStmt:
		b.merge(n.MergeStmt, s)
	}
}

// with makes the WITH queries of a level visible in s.
func (b *builder) with(w *pg.WithClause, s *scope) {
	if w == nil {
		return
	}
	var levels []*Level
	for _, n := range w.Ctes {
		c := n.GetCommonTableExpr()
		l := &Level{Kind: stmtKind(c.GetCtequery()), Role: RoleCTE, Parent: s.level, Name: c.GetCtename()}
		levels = append(levels, l)
		if w.Recursive { // each sees itself and all the others
			s.ctes = &ctes{c.GetCtename(), l, s.ctes}
		}
	}
	for i, n := range w.Ctes {
		c := n.GetCommonTableExpr()
		at := b.at(c.GetLocation())
		var inside tokens
		if at >= 0 {
			k := at + 1
			for k < len(b.toks) && b.word(k) != "as" {
				k = b.closing(k)
			}
			if open := b.opening(k, k+4); open >= 0 {
				inside = tokens{open, b.closing(open)}
			}
		}
		b.fill(levels[i], c.GetCtequery(), queryPlace{role: RoleCTE, parent: s.level, outer: s.outer, ctes: s.ctes, inside: inside})
		if !w.Recursive {
			s.ctes = &ctes{c.GetCtename(), levels[i], s.ctes}
		}
	}
}

// queryTokens returns the tokens of the query n. If inside is not empty it is
// the query's brackets with what stands before them.
func (b *builder) queryTokens(n *pg.Node, role Role, inside tokens) tokens {
	if !inside.empty() && b.word(inside.hi-1) == ")" && b.match[inside.hi-1] >= inside.lo {
		t := tokens{b.match[inside.hi-1] + 1, inside.hi - 1}
		for !t.empty() && b.word(t.lo) == "(" && b.match[t.lo] == t.hi-1 {
			t = tokens{t.lo + 1, t.hi - 1}
		}
		return t
	}
	lo := b.queryStart(n)
	if lo < 0 {
		return tokens{}
	}
	hi := b.levelEnd(lo)
	if role == RoleInsertSource {
		for k := lo; k < hi; k = b.closing(k) {
			if b.word(k) == "returning" || b.word(k) == "on" && b.word(k+1) == "conflict" {
				hi = k
			}
		}
	}
	return tokens{lo, hi}
}

// levelEnd returns the index of the bracket or semicolon that ends the
// bracket level of token i.
func (b *builder) levelEnd(i int) int {
	for i < len(b.toks) {
		switch b.word(i) {
		case ")", "]", ";":
			return i
		}
		i = b.closing(i)
	}
	return i
}

// queryStart finds the first token of a query, which the tree does not
// record, from what is recorded inside it.
func (b *builder) queryStart(n *pg.Node) int {
	switch n := n.GetNode().(type) {
	case *pg.IsSelectStmt:
		return b.selectStart(n.SelectStmt)
	case *pg.IsInsertStmt:
		return b.dmlStart(n.InsertStmt.WithClause, n.InsertStmt.Relation, "insert")
	case *pg.IsUpdateStmt:
		return b.dmlStart(n.UpdateStmt.WithClause, n.UpdateStmt.Relation, "update")
	case *pg.IsDeleteStmt:
		return b.dmlStart(n.DeleteStmt.WithClause, n.DeleteStmt.Relation, "delete")
	case *pg.IsMergeStmt:
		return b.dmlStart(n.MergeStmt.WithClause, n.MergeStmt.Relation, "merge")
	}
	return -1
}

func (b *builder) dmlStart(w *pg.WithClause, r *pg.RangeVar, verb string) int {
	if w != nil {
		return b.at(w.Location)
	}
	for i := b.at(r.GetLocation()); i >= 0; i-- {
		if b.word(i) == verb {
			return i
		}
	}
	return -1
}

func (b *builder) selectStart(x *pg.SelectStmt) int {
	switch {
	case x.WithClause != nil:
		return b.at(x.WithClause.Location)
	case x.Op != pg.SetOpNone && x.Larg != nil:
		lo, right := b.selectStart(x.Larg), b.selectStart(x.Rarg)
		// The first arm may have brackets of its own, closed before the second.
		for lo > 0 && b.word(lo-1) == "(" && b.match[lo-1] > lo && b.match[lo-1] < right {
			lo--
		}
		return lo
	}
	i := -1
	if len(x.TargetList) > 0 {
		i = b.at(x.TargetList[0].GetResTarget().GetLocation())
	} else if len(x.ValuesLists) > 0 {
		i = b.firstIn(x.ValuesLists[0])
		for i > 0 && b.word(i) != "values" {
			i--
		}
		return i
	}
	if i < 0 && len(x.FromClause) > 0 { // TABLE t
		i = b.at(pg.Location(x.FromClause[0]))
	}
	for i--; i >= 0; i-- {
		switch {
		case b.word(i) == "select" && b.isWord(i), b.word(i) == "table" && b.isWord(i):
			return i
		case b.match[i] >= 0 && b.match[i] < i:
			i = b.match[i]
		case b.match[i] > i:
			return i + 1
		}
	}
	return -1
}

var setWords = map[string]bool{"union": true, "intersect": true, "except": true}

// firstIn returns the first token that a node below n records.
func (b *builder) firstIn(n *pg.Node) int {
	first := -1
	pg.Walk(n, func(c *pg.Node) bool {
		if i := b.at(pg.Location(c)); i >= 0 && (first < 0 || i < first) {
			first = i
		}
		return true
	})
	return first
}

package indexadvice

import (
	"github.com/sqlvet/sqlvet/internal/schema"
	"github.com/sqlvet/sqlvet/internal/sqlmodel"
	"github.com/sqlvet/sqlvet/internal/sqlpattern"
)

// An analysis takes a statement apart into blocks, as the planner does: what
// it would pull up into the query around is pulled up here.
type analysis struct {
	cat    *catalog
	stmt   *sqlmodel.Statement
	bound  sqlpattern.Bound
	blocks []*block

	rels   map[*sqlmodel.Relation]*rel
	pulled map[*sqlmodel.Relation]*sqlmodel.Level // a derived relation that became part of the block around
	home   map[*sqlmodel.Level]*block
	refs   map[*sqlmodel.Level]int // references of a CTE
	views  int                     // views expanded so far

	pending []*sqlmodel.Level // that may become blocks
}

// A block is a join of relations with its conditions and the order and number
// of rows that are wanted of it.
type block struct {
	a      *analysis
	level  *sqlmodel.Level
	parent *block
	rels   []*rel
	edges  []*edge
	sort   []sortKey // nil if no index order can be of use
	// limit is the number of rows wanted of the sort, 0 if all.
	limit float64
	// minmax is set if the order comes from min(x) or max(x), distinctOn if
	// from DISTINCT ON.
	minmax, distinctOn bool
	// correlated is set if the block is run once for each row of the parent.
	correlated bool
	// unplaced counts the conditions that belong to no single relation and
	// are no join.
	unplaced int
	exists   bool // only the first row is wanted
}

// A rel is a relation of a block: one scan of a table.
type rel struct {
	block *block
	table *table // nil if it is no base table
	model *sqlmodel.Relation
	terms []*term
	ors   []*orTerm
	// nullable is set on the nullable side of an outer join, semi for EXISTS
	// and IN (SELECT), anti for NOT EXISTS.
	nullable, semi, anti bool
	// rows is the number of rows of what is no base table.
	rows float64
	// columns counts where each column is read, whole is set if all are or
	// might be.
	columns map[string]int
	whole   bool
	only    map[*index]bool // whether an index holds all of them, as far as asked
}

// An edge is an equality between columns of two relations.
type edge struct {
	a, b side
	at   sqlmodel.Range
}

type side struct {
	rel *rel
	key key
}

// A sortKey is a key of ORDER BY over a column or expression of one relation.
type sortKey struct {
	rel        *rel
	key        key
	desc       bool
	nullsFirst bool
	at         sqlmodel.Range
}

// defaultRows is the assumed number of rows of a function or subquery.
const defaultRows = 100

// analyse takes apart a statement of the schema's or one that has no patterns
// with parameters.
func analyse(c *catalog, st *sqlmodel.Statement) *analysis { return analyseBound(c, st, nil) }

func analyseBound(c *catalog, st *sqlmodel.Statement, bound sqlpattern.Bound) *analysis {
	a := &analysis{
		cat: c, stmt: st, bound: bound,
		rels: make(map[*sqlmodel.Relation]*rel), pulled: make(map[*sqlmodel.Relation]*sqlmodel.Level),
		home: make(map[*sqlmodel.Level]*block), refs: make(map[*sqlmodel.Level]int),
	}
	if st.Kind == sqlmodel.Utility {
		return a
	}
	a.levels(st)
	return a
}

// maxLevels bounds how many levels a statement has with its views.
const maxLevels = 500

// levels makes blocks of the levels of st, outer before inner, and of those of
// the views that are met.
func (a *analysis) levels(st *sqlmodel.Statement) {
	a.add(st)
	for i := 0; i < len(a.pending) && i < maxLevels; i++ {
		if l := a.pending[i]; a.home[l] == nil {
			a.block(l)
		}
	}
}

func (a *analysis) add(st *sqlmodel.Statement) {
	a.pending = append(a.pending, st.Levels...)
	for _, l := range st.Levels {
		for _, r := range l.Relations {
			if r.Kind == sqlmodel.RelCTE && r.Level != nil {
				a.refs[r.Level]++
			}
		}
	}
}

func (a *analysis) block(l *sqlmodel.Level) {
	b := &block{a: a, level: l}
	if l.Parent != nil {
		b.parent = a.home[l.Parent]
	}
	b.exists = l.Role == sqlmodel.RoleExists
	a.blocks = append(a.blocks, b)
	b.relations(l, nil)
	b.conditions(l)
	b.order()
	b.correlated = b.refersOut(l)
}

// relations adds the relations of l, of which the derived relation via is nil
// for the block's own level.
func (b *block) relations(l *sqlmodel.Level, via *rel) {
	a := b.a
	a.home[l] = b
	for _, m := range l.Relations {
		if l.Kind == sqlmodel.Insert && m == l.Target {
			a.rels[m] = &rel{block: b, model: m, table: a.tableOf(m), rows: 1}
			continue // its rows are not read
		}
		r := &rel{block: b, model: m, rows: defaultRows, nullable: m.Nullable}
		if via != nil {
			r.nullable = r.nullable || via.nullable
			r.semi, r.anti = via.semi, via.anti
		}
		a.rels[m] = r
		if sub := a.pullable(m); sub != nil {
			a.pulled[m] = sub
			b.relations(sub, r)
			continue
		}
		r.table = a.tableOf(m)
		if r.table != nil {
			r.rows = r.table.rows
		}
		switch {
		case m.Kind == sqlmodel.RelValues || m.Kind == sqlmodel.RelFunction:
			r.rows = 10
		case r.table == nil && m.Level != nil:
			r.rows = a.derivedRows(m.Level)
		}
		b.rels = append(b.rels, r)
	}
}

// tableOf returns the base table that m names, nil if it is none.
func (a *analysis) tableOf(m *sqlmodel.Relation) *table {
	if m.Kind != sqlmodel.RelTable || m.Hole || m.Name == "" {
		return nil
	}
	return a.cat.table(a.cat.schema.Table(m.Schema, m.Name))
}

// maxViews bounds how many views are expanded in a statement.
const maxViews = 20

// pullable returns the level of m if the planner makes it a part of the query
// around: a plain subquery, a CTE that is used once, a view.
func (a *analysis) pullable(m *sqlmodel.Relation) *sqlmodel.Level {
	l := m.Level
	switch m.Kind {
	case sqlmodel.RelCTE:
		if l != nil && a.refs[l] > 1 {
			return nil
		}
	case sqlmodel.RelTable:
		t := a.cat.schema.Table(m.Schema, m.Name)
		if t == nil || t.Kind != schema.View || m.Hole || a.views >= maxViews {
			return nil
		}
		a.views++
		st := parseOne(t.Query)
		if st == nil || st.Levels[0].Kind != sqlmodel.Select {
			return nil
		}
		a.add(st)
		l = st.Levels[0]
	}
	if l == nil || a.home[l] != nil || !plain(l) {
		return nil
	}
	return l
}

// plain reports whether l is a join and nothing more.
func plain(l *sqlmodel.Level) bool {
	if l.Kind != sqlmodel.Select || l.SetOp != "" || l.Distinct || l.Aggregates || len(l.Group) > 0 ||
		l.Limit != nil || l.Offset != nil || l.Lock != "" {
		return false
	}
	for _, p := range l.Projections {
		if hasAggregate(p.Expr) {
			return false
		}
	}
	return len(l.Relations) > 0
}

// hasAggregate reports whether e calls an aggregate or window function.
func hasAggregate(e *sqlmodel.Expr) bool {
	found := false
	walk(e, func(x *sqlmodel.Expr) { found = found || x.Aggregate })
	return found
}

// walk calls f for e and all that is inside, subselects excluded.
func walk(e *sqlmodel.Expr, f func(*sqlmodel.Expr)) {
	if e == nil {
		return
	}
	f(e)
	for _, x := range e.Args {
		walk(x, f)
	}
	for _, x := range e.More {
		walk(x, f)
	}
}

// refersOut reports whether a condition of l depends on a level around it.
func (b *block) refersOut(l *sqlmodel.Level) bool {
	for _, r := range b.rels {
		for _, t := range r.terms {
			if t.outer {
				return true
			}
		}
	}
	return false
}

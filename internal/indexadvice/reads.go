package indexadvice

import (
	"math"
	"slices"

	"github.com/sqlvet/sqlvet/internal/priors"
	"github.com/sqlvet/sqlvet/internal/schema"
	"github.com/sqlvet/sqlvet/internal/sqlmodel"
)

// reads finds out which columns the statement reads of each relation, so that
// an index which holds them all can be read alone (an index-only scan). What
// is not understood counts as all columns.
func (a *analysis) reads() {
	for _, l := range a.pending {
		if a.home[l] == nil {
			continue
		}
		if l.Lock != "" || l.Kind == sqlmodel.Unknown {
			a.readsAll(l.Relations)
			continue
		}
		if l.Target != nil {
			a.readsAll([]*sqlmodel.Relation{l.Target}) // a row that is written is fetched
		}
		a.readsLevel(l)
	}
}

// readsAll marks the relations, and what was pulled up from them.
func (a *analysis) readsAll(list []*sqlmodel.Relation) {
	for _, m := range list {
		if r := a.rels[m]; r != nil {
			r.whole = true
		}
	}
}

// readsLevel marks what the expressions of l read.
func (a *analysis) readsLevel(l *sqlmodel.Level) {
	for _, m := range l.Relations {
		if m.Join == "natural" {
			a.readsAll(l.Relations)
		}
		a.readsExpr(l, m.Args...)
	}
	if l.Role != sqlmodel.RoleExists {
		for _, p := range l.Projections {
			switch {
			case p.Star && p.Rel != nil:
				a.readsAll([]*sqlmodel.Relation{p.Rel})
			case p.Star:
				a.readsAll(l.Relations)
			}
			a.readsExpr(l, p.Expr)
		}
	}
	for i := range l.Predicates {
		p := &l.Predicates[i]
		if p.OpText == "using" && p.Right != nil {
			a.readsNamed(l.Relations, p.Right.Name)
			continue
		}
		a.readsExpr(l, p.Left, p.Right, p.High)
		a.readsExpr(l, p.List...)
	}
	for _, s := range l.Sets {
		a.readsExpr(l, s.Value)
	}
	for _, row := range l.Rows {
		a.readsExpr(l, row...)
	}
	for _, s := range l.Sort {
		if !outputs(l, s.Expr) {
			a.readsExpr(l, s.Expr)
		}
	}
	for _, list := range [][]*sqlmodel.Expr{l.Group, l.DistinctOn} {
		for _, e := range list {
			if !outputs(l, e) {
				a.readsExpr(l, e)
			}
		}
	}
	a.readsExpr(l, l.Limit, l.Offset)
}

// outputs reports whether e names an output column of l, whose expression is
// read as such.
func outputs(l *sqlmodel.Level, e *sqlmodel.Expr) bool {
	if e == nil || e.Kind != sqlmodel.ExprColumn || e.Qualifier != "" {
		return false
	}
	for _, p := range l.Projections {
		if !p.Star && p.Alias == e.Name {
			return true
		}
	}
	return false
}

// readsNamed marks a column of USING in every relation that has it.
func (a *analysis) readsNamed(list []*sqlmodel.Relation, name string) {
	for _, m := range list {
		if r := a.rels[m]; r == nil || a.pulled[m] != nil {
			a.readsAll(list)
		} else if r.table != nil && r.table.Column(name) != nil {
			r.uses(name)
		}
	}
}

func (a *analysis) readsExpr(l *sqlmodel.Level, list ...*sqlmodel.Expr) {
	for _, e := range list {
		if e == nil {
			continue
		}
		switch e.Kind {
		case sqlmodel.ExprColumn:
			t, ok := a.resolve(l, e)
			switch {
			case !ok:
				// It may be a column or a whole row of any relation in sight.
				for up := l; up != nil; up = up.Parent {
					a.readsAll(up.Relations)
				}
			case t.col != nil:
				t.rel.uses(t.col.Name)
			}
		case sqlmodel.ExprFunc:
			if len(e.Args) == 1 && e.Args[0].Kind == sqlmodel.ExprStar && e.Name == "count" {
				a.readsExpr(l, e.More...)
				continue
			}
		case sqlmodel.ExprStar, sqlmodel.ExprHole:
			a.readsAll(l.Relations)
		}
		a.readsExpr(l, e.Args...)
		a.readsExpr(l, e.More...)
	}
}

// uses notes that a column is read once more.
func (r *rel) uses(column string) {
	if r.columns == nil {
		r.columns = make(map[string]int)
	}
	r.columns[column]++
}

// alone reports whether x holds all that is read of r.
func (x *index) alone(r *rel) bool {
	if r.whole || x.method != "btree" || len(x.keys) == 0 {
		return false
	}
	got, ok := r.only[x]
	if !ok {
		got = x.holdsAll(r)
		if r.only == nil {
			r.only = make(map[*index]bool)
		}
		r.only[x] = got
	}
	return got
}

func (x *index) holdsAll(r *rel) bool {
	for c := range r.columns {
		if x.misses(r, c) {
			return false
		}
	}
	return true
}

// misses reports whether a column is read of r that x cannot give.
func (x *index) misses(r *rel, column string) bool {
	return !x.stores(column) && r.columns[column] > x.answers(r, column)
}

// stores reports whether the value of a column can be read from x.
func (x *index) stores(column string) bool {
	for _, k := range x.keys {
		if !k.expr && k.col != nil && k.col.Name == column {
			return true
		}
	}
	return slices.Contains(x.include, column)
}

// answers is how many conditions of r on a column the predicate of x holds,
// so that PostgreSQL does not look at the column for them.
func (x *index) answers(r *rel, column string) int {
	n := 0
	for _, t := range r.terms {
		if t.key.col != nil && t.key.col.Name == column && x.predicateHas(t) {
			n++
		}
	}
	return n
}

const (
	// maxInclude is how many columns are added so that an index can be read
	// alone.
	maxInclude = 2
	// manyRows is the number of rows read through an index from which that
	// is worth it, countRows that of rows which are only counted or summed
	// up, so that nobody waits for them to be sent, joinRows that of the rows
	// found one by one from those of another relation, each on a page of its
	// own.
	manyRows  = 3000
	countRows = 300
	joinRows  = 20
)

// covering returns, for those of the indexes by which many rows are read,
// the same with the few narrow columns that are missing to read it alone.
func (r *rel) covering(list []*index) []*index {
	if r.whole || r.block.limit > 0 {
		return nil // few rows are wanted
	}
	many := float64(manyRows)
	if r.block.level.Aggregates {
		many = countRows
	}
	var out []*index
	for _, x := range list {
		if x == nil || x.method != "btree" || len(x.keys)+maxInclude > maxKeys+1 {
			continue
		}
		if n, joined := r.fetched(x); n < many && !joined || n < joinRows || x.alone(r) {
			continue
		}
		y := *x
		y.pred = append(slices.Clip(x.pred), r.tested(x)...)
		if include, ok := r.carried(&y); ok {
			y.include = include
			out = append(out, &y)
		}
	}
	return out
}

// tested returns the null tests of columns that a partial index misses: it
// need not carry what its predicate says.
func (r *rel) tested(x *index) (out []*term) {
	if len(x.pred) == 0 {
		return nil
	}
	for _, t := range r.terms {
		if (t.kind == termNull || t.kind == termNotNull) && t.canon != "" && !t.optional && t.key.col != nil && x.misses(r, t.key.col.Name) {
			out = append(out, t)
		}
	}
	return out
}

// carried returns the columns that x misses; ok is false if they are too many,
// too wide, or updated by the program.
func (r *rel) carried(x *index) (columns []string, ok bool) {
	for _, c := range r.table.Columns {
		if !x.misses(r, c.Name) {
			continue
		}
		if len(columns) == maxInclude || !r.table.narrow(c) || r.table.hot[c.Name] > 0 {
			return nil, false
		}
		columns = append(columns, c.Name)
	}
	return columns, true
}

// fetched estimates how many rows of r are fetched through x in a run of the
// block: those that its own conditions leave, or those that go with what the
// conditions leave of the other relations.
func (r *rel) fetched(x *index) (n float64, joined bool) {
	m := x.match(r.terms)
	if !m.usable {
		return 0, false
	}
	n = r.rows * m.read
	if m.bound > 0 || len(x.pred) > 0 {
		return n, false
	}
	for _, o := range r.block.rels {
		if o != r && o.table != nil {
			if o.single() {
				return 0, true // one row decides: few go with it
			}
			n *= math.Min(o.out(nil)/o.rows, 1)
		}
	}
	return n, true
}

// single reports whether an equality finds about one row of r.
func (r *rel) single() bool {
	return slices.ContainsFunc(r.terms, func(t *term) bool { return t.kind == termEq && r.table.classOfKey(t.key) == priors.Unique })
}

// narrow reports whether a column takes a few bytes in every row.
func (t *table) narrow(c *schema.Column) bool {
	n, basis := t.known.Width(c)
	return basis != priors.Assumed && n <= narrowWidth
}

// narrowWidth is that of the widest type of few bytes, in bytes.
const narrowWidth = 16

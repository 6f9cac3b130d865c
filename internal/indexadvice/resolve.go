package indexadvice

import (
	"github.com/sqlvet/sqlvet/internal/pgwords"
	"github.com/sqlvet/sqlvet/internal/schema"
	"github.com/sqlvet/sqlvet/internal/sqlmodel"
)

// A target is what a column reference stands for: a column of a base table,
// or an expression of a relation that was pulled up.
type target struct {
	rel   *rel
	col   *schema.Column
	expr  *sqlmodel.Expr // instead of col
	level *sqlmodel.Level
}

// maxResolve bounds how many derived relations a name is followed through.
const maxResolve = 30

// resolve returns what the column e, which stands in level l, refers to. ok is
// false if that is not known.
func (a *analysis) resolve(l *sqlmodel.Level, e *sqlmodel.Expr) (target, bool) {
	return a.resolveDepth(l, e, maxResolve)
}

func (a *analysis) resolveDepth(l *sqlmodel.Level, e *sqlmodel.Expr, depth int) (target, bool) {
	if e.Kind != sqlmodel.ExprColumn || e.Name == "" || depth == 0 {
		return target{}, false
	}
	if e.Qualifier != "" || e.Rel != nil && l != nil && len(l.Relations) <= 1 {
		if e.Rel != nil {
			if t, ok := a.in(e.Rel, e.Name, depth); ok || e.Qualifier != "" {
				if r := a.rels[e.Rel]; r != nil && !ok && (e.Rel.Kind == sqlmodel.RelFunction || e.Rel.Kind == sqlmodel.RelValues) {
					return target{rel: r}, true // Have: whose columns nobody lists, and it is said to be one of them
				}
				return t, ok
			}
		} else if e.Qualifier != "" {
			return target{}, false
		}
	} else if e.Rel != nil { // USING
		return a.in(e.Rel, e.Name, depth)
	}
	for visible := true; l != nil; l = l.Parent {
		if visible {
			if t, n := a.among(l, e.Name, depth); n != 0 {
				return t, n == 1
			}
		}
		visible = sees(l)
	}
	return target{}, false
}

// sees reports whether l can refer to the relations of its parent.
func sees(l *sqlmodel.Level) bool {
	switch l.Role {
	case sqlmodel.RoleExists, sqlmodel.RoleIn, sqlmodel.RoleScalar:
		return true
	case sqlmodel.RoleFrom:
		if l.Parent != nil {
			for _, r := range l.Parent.Relations {
				if r.Level == l {
					return r.Lateral
				}
			}
		}
	case sqlmodel.RoleArm:
		return true // the operation's level has no relations of its own
	}
	return false
}

// among looks for a column among the relations of l. n is how many have it;
// -1 if it may be in one whose columns are not known.
func (a *analysis) among(l *sqlmodel.Level, name string, depth int) (found target, n int) {
	unknown := false
	for _, m := range l.Relations {
		if a.rels[m] == nil {
			continue
		}
		if t, ok := a.in(m, name, depth); ok {
			found = t
			n++
		} else if !a.closed(m) {
			unknown = true
		}
	}
	switch {
	case n == 1, n == 0 && !unknown:
		return found, n
	case n > 1 && l.Kind != sqlmodel.Unknown:
		return target{}, -1
	}
	return target{}, -1
}

// closed reports whether all columns of m are known.
func (a *analysis) closed(m *sqlmodel.Relation) bool {
	switch m.Kind {
	case sqlmodel.RelTable:
		return a.tableOf(m) != nil || a.pulled[m] != nil
	case sqlmodel.RelSubquery, sqlmodel.RelCTE:
		if m.Level == nil {
			return false
		}
		for _, p := range firstArm(m.Level).Projections {
			if p.Star || p.Alias == "" && (p.Expr == nil || p.Expr.Kind != sqlmodel.ExprColumn && p.Expr.Kind != sqlmodel.ExprFunc) {
				return false
			}
		}
		return true
	}
	return false
}

func firstArm(l *sqlmodel.Level) *sqlmodel.Level {
	for len(l.Arms) > 0 {
		l = l.Arms[0]
	}
	return l
}

// in looks for a column of the relation m.
func (a *analysis) in(m *sqlmodel.Relation, name string, depth int) (target, bool) {
	r := a.rels[m]
	if r == nil {
		return target{}, false
	}
	if l := a.pulled[m]; l != nil {
		return a.output(l, name, depth-1)
	}
	if r.table != nil {
		c := r.table.Column(name)
		return target{rel: r, col: c}, c != nil
	}
	// A relation of its own: the name is known to be its, no more.
	return target{rel: r}, m.Level != nil && a.exports(m.Level, name, depth-1) || m.Kind == sqlmodel.RelFunction && m.Alias == name
}

// exports reports whether l, which is no part of a block yet, has an output
// column of that name.
func (a *analysis) exports(l *sqlmodel.Level, name string, depth int) bool {
	if depth <= 0 {
		return false
	}
	for _, p := range firstArm(l).Projections {
		if !p.Star {
			if outputName(p) == name {
				return true
			}
			continue
		}
		from := firstArm(l).Relations
		if p.Rel != nil {
			from = []*sqlmodel.Relation{p.Rel}
		}
		for _, m := range from {
			if m.Level != nil && a.exports(m.Level, name, depth-1) {
				return true
			}
			if t := a.cat.schema.Table(m.Schema, m.Name); m.Kind == sqlmodel.RelTable && t != nil && t.Column(name) != nil {
				return true
			}
		}
	}
	return false
}

// output looks for a column of what l projects.
func (a *analysis) output(l *sqlmodel.Level, name string, depth int) (target, bool) {
	for _, p := range l.Projections {
		switch {
		case p.Star && p.Rel != nil:
			if t, ok := a.in(p.Rel, name, depth); ok {
				return t, true
			}
		case p.Star:
			if t, n := a.among(l, name, depth); n == 1 {
				return t, true
			}
		case outputName(p) == name && p.Expr.Kind == sqlmodel.ExprColumn:
			return a.resolveDepth(l, p.Expr, depth)
		case outputName(p) == name:
			return target{expr: p.Expr, level: l}, true
		}
	}
	return target{}, false
}

// outputName is the name of an output column.
func outputName(p sqlmodel.Projection) string {
	switch {
	case p.Alias != "" || p.Expr == nil:
		return p.Alias
	case p.Expr.Kind == sqlmodel.ExprColumn || p.Expr.Kind == sqlmodel.ExprFunc:
		return p.Expr.Name
	}
	return ""
}

// A use says what an expression depends on.
type use struct {
	rels     map[*rel]bool // of the block asked for
	outer    bool          // a column of a block around
	unknown  bool          // a name or form that was not understood
	volatile bool
}

// use collects what e, which stands in l, depends on, seen from block b.
func (b *block) use(l *sqlmodel.Level, e *sqlmodel.Expr) use {
	u := use{}
	b.collect(l, e, &u, 20)
	return u
}

func (b *block) collect(l *sqlmodel.Level, e *sqlmodel.Expr, u *use, depth int) {
	if e == nil {
		return
	}
	if depth == 0 {
		u.unknown = true
		return
	}
	switch e.Kind {
	case sqlmodel.ExprColumn:
		t, ok := b.a.resolve(l, e)
		switch {
		case !ok:
			u.unknown = true
		case t.expr != nil:
			b.collect(t.level, t.expr, u, depth-1)
		case t.rel.block == b:
			if u.rels == nil {
				u.rels = make(map[*rel]bool)
			}
			u.rels[t.rel] = true
		default:
			u.outer = true
		}
	case sqlmodel.ExprStar:
		u.unknown = true
	case sqlmodel.ExprFunc:
		// Of no row's own value, so that no index can look for it.
		u.volatile = u.volatile || pgwords.Volatilities(e.Name) == pgwords.Volatile
	case sqlmodel.ExprSub:
		b.collectLevel(e.Level, u, depth-1)
	}
	for _, x := range e.Args {
		b.collect(l, x, u, depth-1)
	}
	for _, x := range e.More {
		b.collect(l, x, u, depth-1)
	}
}

// collectLevel collects what a subselect depends on outside itself.
func (b *block) collectLevel(l *sqlmodel.Level, u *use, depth int) {
	if l == nil {
		return
	}
	inner := func(e *sqlmodel.Expr) {
		walk(e, func(x *sqlmodel.Expr) {
			switch {
			case x.Kind == sqlmodel.ExprSub:
				b.collectLevel(x.Level, u, depth-1)
			case x.Kind == sqlmodel.ExprColumn && (x.Outer || b.a.misses(x)):
				b.collect(l.Parent, x, u, depth-1)
			}
		})
	}
	if depth <= 0 {
		u.unknown = true
		return
	}
	for _, p := range l.Projections {
		inner(p.Expr)
	}
	for _, c := range l.Predicates {
		inner(c.Left)
		inner(c.Right)
		inner(c.High)
		for _, x := range c.List {
			inner(x)
		}
	}
	for _, arm := range l.Arms {
		b.collectLevel(arm, u, depth-1)
	}
}

// misses reports whether the only relation that e could belong to, as far as
// the text tells, has no such column: e belongs to a level around then.
func (a *analysis) misses(e *sqlmodel.Expr) bool {
	if e.Rel == nil || e.Qualifier != "" {
		return false
	}
	t := a.tableOf(e.Rel)
	return t != nil && t.Column(e.Name) == nil
}

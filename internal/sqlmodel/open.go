package sqlmodel

import "slices"

// Open reports whether a hole gives the name of a relation, and whether one
// gives what rows are compared, ordered or grouped by: the statement may be
// about any table then, or about any column of its tables.
func (s *Statement) Open() (tables, columns bool) {
	for _, l := range s.Levels {
		tables = tables || slices.ContainsFunc(l.Relations, func(r *Relation) bool { return r.Hole || r.Kind == RelUnknown })
		keys := slices.Concat(l.DistinctOn, l.Group)
		for _, k := range l.Sort {
			keys = append(keys, k.Expr)
		}
		for _, p := range l.Predicates {
			keys = append(keys, p.Left)
		}
		columns = columns || slices.ContainsFunc(keys, holds)
	}
	return tables, columns
}

// holds reports whether a hole gives e, or a column in it.
func holds(e *Expr) bool {
	if e == nil {
		return false
	}
	return e.Kind == ExprHole || e.Kind == ExprColumn && e.Hole || slices.ContainsFunc(e.Args, holds)
}

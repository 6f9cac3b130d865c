// Package predicate is in the shape of what ent generates.
package predicate

import "entgo.io/ent/dialect/sql"

// Note is a condition on notes.
type Note func(*sql.Selector)

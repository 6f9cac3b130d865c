// Package predicate is in the shape of what ent generates. // want package:`by\(entgo.io/ent\)`
package predicate

import "entgo.io/ent/dialect/sql"

// Note is a condition on notes.
type Note func(*sql.Selector)

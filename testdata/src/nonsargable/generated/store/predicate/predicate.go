// Package predicate is in the shape of what ent generates.
package predicate

import "entgo.io/ent/dialect/sql"

// Parcel is a condition on parcels.
type Parcel func(*sql.Selector)

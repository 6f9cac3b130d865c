// Package generated tests nonsargable with the predicates of generated code.
package generated

import (
	"context"

	"entgo.io/ent/dialect/sql"

	"testdata/nonsargable/generated/store"
	"testdata/nonsargable/generated/store/parcel"
)

func wildcards(ctx context.Context, c *store.ParcelClient, q string) {
	c.Query().Where(parcel.CodeContains(q)).All(ctx)                       // want `pattern on parcels.tracking_code that starts with a wildcard`
	c.Query().Where(parcel.CodeHasSuffix(q), parcel.CheckIn(3)).Count(ctx) // want `starts with a wildcard`
	c.Query().Where(parcel.CodeEqualFold(q)).First(ctx)                    // want `ILIKE on parcels.tracking_code`

	some := c.Query().Limit(3)
	some.Where(func(s *sql.Selector) {
		s.Where(sql.Contains(s.C(parcel.FieldCode), q)) // want `starts with a wildcard`
	})
	some.All(ctx)
}

func served(ctx context.Context, c *store.ParcelClient, q string) {
	c.Query().Where(parcel.Code(q)).First(ctx)
	c.Query().Where(parcel.CodeHasPrefix(q)).All(ctx)
	c.Query().Where(parcel.CodeContains(q)) // nothing sends it
}

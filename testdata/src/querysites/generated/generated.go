// Package generated tests the statements of generated code.
package generated

import (
	"context"

	"testdata/nonsargable/generated/store"
	"testdata/nonsargable/generated/store/parcel"
	"testdata/nonsargable/generated/store/predicate"
)

func list(ctx context.Context, c *store.ParcelClient, code string, one bool) {
	c.Query().Where(parcel.CheckIn(3)).Count(ctx) // sql: SELECT COUNT(parcels.id) FROM parcels WHERE parcels.check_in = 3
	q := c.Query()
	if one {
		q.Where(parcel.Code(code))
	}
	q.First(ctx) // sql: SELECT parcels.id, parcels.tracking_code, parcels.check_in, parcels.checked FROM parcels LIMIT 1 | SELECT parcels.id, parcels.tracking_code, parcels.check_in, parcels.checked FROM parcels WHERE parcels.tracking_code = ? LIMIT 1

	var ps []predicate.Parcel
	ps = append(ps, parcel.CodeEqualFold(code))
	c.Query().Where(ps...).Count(ctx) // sql: SELECT COUNT(parcels.id) FROM parcels WHERE parcels.tracking_code ILIKE ?
}

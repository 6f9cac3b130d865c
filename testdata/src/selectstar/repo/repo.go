// Package repo tests selectstar across packages.
package repo

import (
	"context"

	"testdata/selectstar/queries"
)

func all(ctx context.Context, s *queries.Store) {
	s.Rows(ctx, "SELECT * FROM users") // want `every column of users`
	s.Rows(ctx, "SELECT id FROM users")
	s.Rows(ctx, queries.AllOrders) // want `every column of orders`
	s.Rows(ctx, queries.OrderIDs)
	s.Rows(ctx, queries.AllOrders+" LIMIT 1") // want `every column of orders`
	s.Do(ctx, "SELECT * FROM users FOR UPDATE")
}

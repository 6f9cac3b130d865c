// Package deltas has functions that a table elsewhere lists as migrations.
package deltas

import (
	"context"

	"github.com/jackc/pgx/v5"
)

func UpTotals(ctx context.Context, tx pgx.Tx) {
	tx.Query(ctx, "SELECT id FROM orders WHERE total = $1", 0)
}

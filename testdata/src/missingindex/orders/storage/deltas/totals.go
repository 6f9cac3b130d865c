// Package deltas has functions that a table elsewhere lists as migrations.
package deltas

import (
	"context"

	"github.com/jackc/pgx/v5"
)

func UpNet(ctx context.Context, tx pgx.Tx) {
	tx.Exec(ctx, "ALTER TABLE orders ADD COLUMN net bigint")
}

func DownNet(ctx context.Context, tx pgx.Tx) {
	tx.Exec(ctx, "ALTER TABLE orders DROP COLUMN net")
}

func UpTotals(ctx context.Context, tx pgx.Tx) {
	tx.Query(ctx, "SELECT id FROM orders WHERE total = $1", 0)
}

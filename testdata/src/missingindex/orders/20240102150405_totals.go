package orders

import (
	"context"

	"github.com/jackc/pgx/v5"
)

func upTotals(ctx context.Context, tx pgx.Tx) {
	tx.Query(ctx, "SELECT id FROM orders WHERE total = $1", 0)
}

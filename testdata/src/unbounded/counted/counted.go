// Package counted has statistics of its tables beside it.
package counted

import (
	"context"

	"github.com/jackc/pgx/v5"
)

func all(ctx context.Context, conn *pgx.Conn) {
	conn.Query(ctx, "SELECT song FROM whales") // want `all rows of whales \(1.4 million rows on 2026-03-01\) reach the program`
	conn.Query(ctx, "SELECT name FROM oceans")
	conn.Query(ctx, "SELECT name FROM islands") // never counted
	conn.Query(ctx, "SELECT song FROM whales LIMIT 10")
}

func some(ctx context.Context, conn *pgx.Conn) {
	conn.Query(ctx, "SELECT song FROM whales ORDER BY random() LIMIT 1") // want `reads and sorts all of whales`
	conn.Query(ctx, "SELECT name FROM oceans ORDER BY random() LIMIT 1")
}

// Package unread has migrations that were not read to their end.
package unread

import (
	"context"

	"github.com/jackc/pgx/v5"
)

func names(ctx context.Context, conn *pgx.Conn, x string) {
	conn.Query(ctx, "SELECT id FROM kept WHERE lower(name) = $1", x) // want `cannot serve lower\(name\)`
	conn.Query(ctx, "SELECT id FROM lost WHERE lower(name) = $1", x)
	conn.Query(ctx, "SELECT id FROM lost WHERE name ILIKE $1", x)
}

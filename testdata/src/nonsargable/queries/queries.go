// Package queries holds SQL texts and a wrapper for other packages.
package queries

import (
	"context"

	"github.com/jackc/pgx/v5"
)

const ByEmail = "SELECT id FROM users WHERE lower(email) = $1"

// One is a wrapper.
func One(ctx context.Context, tx pgx.Tx, query string, args ...any) pgx.Row {
	return tx.QueryRow(ctx, query, args...)
}

// Package pg reads rows for conditions that its callers give.
package pg

import (
	"context"
	"database/sql"
	"fmt"
)

// Rows reads some columns of a table.
func Rows(ctx context.Context, db *sql.DB, table, where string, args ...any) (*sql.Rows, error) {
	return db.QueryContext(ctx, fmt.Sprintf("SELECT id, name FROM %s WHERE %s", table, where), args...)
}

// Live reads those of a tenant: the caller's numbers begin with 2.
func Live(ctx context.Context, db *sql.DB, tenant int64, where string, args ...any) (*sql.Rows, error) {
	return db.QueryContext(ctx, "SELECT id, name FROM people WHERE lower(kind) = 'live' AND tenant_id = $1 AND "+where, append([]any{tenant}, args...)...) // want `cannot serve lower\(kind\)`
}

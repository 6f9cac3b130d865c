// Package lib has helpers that take and return rows.
package lib

import (
	"context"
	"database/sql"
)

// All reads rows to their end and closes them.
func All(rs *sql.Rows) (out []int, err error) {
	defer rs.Close()
	for rs.Next() {
		var n int
		if err := rs.Scan(&n); err != nil {
			return nil, err
		}
		out = append(out, n)
	}
	return out, rs.Err()
}

// One looks at the row at hand.
func One(rs *sql.Rows) (n int, err error) {
	err = rs.Scan(&n)
	return n, err
}

// Crates returns rows that its caller closes.
func Crates(ctx context.Context, db *sql.DB) (*sql.Rows, error) {
	return db.QueryContext(ctx, "SELECT weight FROM crates")
}

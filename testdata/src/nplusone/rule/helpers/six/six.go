// Package six is the lowest of six: it alone knows the database.
package six

import (
	"context"
	"database/sql"
)

type DB struct{ *sql.DB }

func (d DB) Name(ctx context.Context, id int64) (name string, err error) {
	err = d.QueryRowContext(ctx, "SELECT name FROM users WHERE id = $1", id).Scan(&name)
	return name, err
}

func (d DB) Names(ctx context.Context, ids []int64) (*sql.Rows, error) {
	return d.QueryContext(ctx, "SELECT id, name FROM users WHERE id = ANY($1)", ids)
}

func Format(id int64) string { return string(rune(id)) }

func (d DB) each(ctx context.Context, ids []int64) {
	for _, id := range ids {
		d.Name(ctx, id) // want `^the query SELECT users runs once per iteration of the loop at line 23, via DB\.Name -> d\.QueryRowContext \(six\.go:12\)`
		Format(id)
	}
}

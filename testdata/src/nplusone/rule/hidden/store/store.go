// Package store hides its implementation behind an interface.
package store

import (
	"context"
	"database/sql"
)

// A Store finds names.
type Store interface {
	Name(ctx context.Context, id int64) (string, error)
	Label(id int64) string
}

type pg struct{ db *sql.DB }

// New returns a Store over a database.
func New(db *sql.DB) Store { return &pg{db} }

func (p *pg) Name(ctx context.Context, id int64) (name string, err error) {
	err = p.db.QueryRowContext(ctx, "SELECT name FROM users WHERE id = $1", id).Scan(&name)
	return name, err
}

func (p *pg) Label(id int64) string { return "user" }

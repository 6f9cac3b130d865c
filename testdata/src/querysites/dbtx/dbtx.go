// Package dbtx has handles that no catalogue lists, and things that only look
// like them.
package dbtx

import (
	"context"
	"database/sql"
)

// A DBTX is what sqlc generates.
type DBTX interface {
	ExecContext(context.Context, string, ...any) (sql.Result, error)
	QueryRowContext(context.Context, string, ...any) *sql.Row
}

type Queries struct{ db DBTX }

const get = `-- name: Get :one
SELECT id FROM t WHERE id = $1
`

func (q *Queries) Get(ctx context.Context, id int) error {
	row := q.db.QueryRowContext(ctx, get, id) // sql: -- name: Get :one⏎SELECT id FROM t WHERE id = $1⏎
	return row.Scan(&id)
}

// search looks like a handle by name alone.
type search struct{}

func (search) Query(q string) string           { return q }
func (search) Exec(cmd string, args ...string) {}
func (search) Get(key string) (string, error)  { return key, nil }
func (search) Select(fields ...string) *search { return nil }
func (search) Raw(body string, values ...any)  {}

func lookalikes(s search) {
	s.Query("SELECT * FROM logs")
	s.Exec("SELECT", "x")
	s.Get("SELECT * FROM t")
	s.Select("*")
	s.Raw("SELECT * FROM t")
}

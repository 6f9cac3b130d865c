// Package sqlc looks like what sqlc writes, and its users.
package sqlc

import (
	"context"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
)

type DBTX interface {
	Exec(context.Context, string, ...any) (pgconn.CommandTag, error)
	Query(context.Context, string, ...any) (pgx.Rows, error)
	QueryRow(context.Context, string, ...any) pgx.Row
}

func New(db DBTX) *Queries { return &Queries{db: db} }

type Queries struct{ db DBTX }

func (q *Queries) WithTx(tx pgx.Tx) *Queries { return &Queries{db: tx} }

const getAuthor = `-- name: GetAuthor :one
SELECT id, name FROM authors WHERE id = $1
`

type Author struct {
	ID   int64
	Name string
}

func (q *Queries) GetAuthor(ctx context.Context, id int64) (Author, error) {
	row := q.db.QueryRow(ctx, getAuthor, id)
	var a Author
	err := row.Scan(&a.ID, &a.Name)
	return a, err
}

const listAuthors = `-- name: ListAuthors :many
SELECT id, name FROM authors WHERE id = ANY($1::bigint[])
`

func (q *Queries) ListAuthors(ctx context.Context, ids []int64) ([]Author, error) {
	rows, err := q.db.Query(ctx, listAuthors, ids)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var items []Author
	for rows.Next() {
		var a Author
		if err := rows.Scan(&a.ID, &a.Name); err != nil {
			return nil, err
		}
		items = append(items, a)
	}
	return items, rows.Err()
}

const createAuthor = `-- name: CreateAuthor :exec
INSERT INTO authors (id, name) VALUES ($1, $2)
`

func (q *Queries) CreateAuthor(ctx context.Context, a Author) error {
	_, err := q.db.Exec(ctx, createAuthor, a.ID, a.Name)
	return err
}

type Querier interface {
	GetAuthor(ctx context.Context, id int64) (Author, error)
	ListAuthors(ctx context.Context, ids []int64) ([]Author, error)
	CreateAuthor(ctx context.Context, a Author) error
}

var _ Querier = (*Queries)(nil)

func users(ctx context.Context, q *Queries, ids []int64) (authors []Author, err error) {
	for _, id := range ids {
		a, err := q.GetAuthor(ctx, id) // want `^the query SELECT authors runs once per iteration of the loop at line 78, via \(\*Queries\)\.GetAuthor -> db\.QueryRow \(sqlc\.go:33\)`
		if err != nil {
			return nil, err
		}
		authors = append(authors, a)
	}
	return authors, nil
}

func throughInterface(ctx context.Context, q Querier, list []Author) error {
	for _, a := range list {
		if err := q.CreateAuthor(ctx, a); err != nil { // want `^the query INSERT authors runs once per iteration of the loop at line 89, via Querier\.CreateAuthor -> db\.Exec \(sqlc\.go:65\) through sqlc\.Querier\.CreateAuthor`
			return err
		}
	}
	return nil
}

// A function for many, given one.
func oneByOne(ctx context.Context, q *Queries, ids []int64) {
	for _, id := range ids {
		q.ListAuthors(ctx, []int64{id}) // want `^the query SELECT authors runs once per iteration of the loop at line 99, via \(\*Queries\)\.ListAuthors -> db\.Query \(sqlc\.go:44\)`
	}
}

func atOnce(ctx context.Context, q *Queries, ids []int64) ([]Author, error) {
	return q.ListAuthors(ctx, ids)
}

func inTx(ctx context.Context, conn *pgx.Conn, q *Queries, list []Author) error {
	return pgx.BeginFunc(ctx, conn, func(tx pgx.Tx) error {
		q := q.WithTx(tx)
		for _, a := range list {
			if err := q.CreateAuthor(ctx, a); err != nil { // want `^the query INSERT authors runs once per iteration of the loop at line 111, via \(\*Queries\)\.CreateAuthor -> db\.Exec \(sqlc\.go:65\)`
				return err
			}
		}
		return nil
	})
}

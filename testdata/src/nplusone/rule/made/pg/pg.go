// Package pg stores in PostgreSQL.
package pg

import (
	"context"
	"database/sql"

	"testdata/nplusone/rule/made/shelf"
)

type DB struct{ *sql.DB }

func (DB) Engine() string { return "pg" }

type Shelf struct{ db *sql.DB }

var _ shelf.Shelf = (*Shelf)(nil)

func New(db *DB) *Shelf { return &Shelf{db.DB} }

func (s *Shelf) Title(ctx context.Context, id int64) (title string, err error) {
	err = s.db.QueryRowContext(ctx, "SELECT title FROM books WHERE id = $1", id).Scan(&title)
	return title, err
}

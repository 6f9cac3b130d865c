// Package far is handed what its callers have.
package far

import (
	"context"
	"database/sql"

	"gorm.io/gorm"
)

// Store has a handle of its own.
type Store struct{ own *gorm.DB }

// Entry is a row.
type Entry struct{ ID int }

// Put takes the handle that it is given.
func (s *Store) Put(session *gorm.DB, e *Entry) error { return session.Create(e).Error }

// Lose does not.
func (s *Store) Lose(session *gorm.DB, e *Entry) error {
	if e.ID == 0 {
		return session.Error
	}
	return s.insert(e)
}

func (s *Store) insert(e *Entry) error { return s.own.Create(e).Error }

var pool *sql.DB

// Count asks the package's own pool.
func Count(ctx context.Context, q interface {
	QueryRowContext(ctx context.Context, text string, args ...any) *sql.Row
}) (n int, err error) {
	_ = q
	return n, pool.QueryRowContext(ctx, "SELECT count(*) FROM entries WHERE id > 1").Scan(&n)
}

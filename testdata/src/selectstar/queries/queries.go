// Package queries holds SQL texts and a wrapper for other packages.
package queries

import (
	"context"
	"database/sql"
)

const AllOrders = "SELECT * FROM orders"

const OrderIDs = "SELECT id FROM orders"

// Unsent is never given to a database.
const Unsent = "SELECT * FROM unsent"

// A Store passes texts on.
type Store struct{ DB *sql.DB }

// Rows is a wrapper: its callers' texts are judged at the calls.
func (s *Store) Rows(ctx context.Context, query string, args ...any) (*sql.Rows, error) {
	return s.DB.QueryContext(ctx, query, args...)
}

// Do is a wrapper whose statements return no rows.
func (s *Store) Do(ctx context.Context, query string, args ...any) error {
	_, err := s.DB.ExecContext(ctx, query, args...)
	return err
}

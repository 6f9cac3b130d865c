// Package shelf keeps things of any kind.
package shelf

import (
	"context"
	"database/sql"
)

// Store keeps Vs by Ks.
type Store[K comparable, V any] struct{ DB *sql.DB }

// Put stores one.
func (s *Store[K, V]) Put(ctx context.Context, key K, v V) error {
	_, err := s.DB.ExecContext(ctx, "INSERT INTO things (key, value) VALUES ($1, $2)", key, v)
	return err
}

// Find loads one.
func (s *Store[K, V]) Find(ctx context.Context, key K) (v V, err error) {
	err = s.DB.QueryRowContext(ctx, "SELECT value FROM things WHERE key = $1", key).Scan(&v)
	return v, err
}

// Finder is for one of the methods. Its parameters are in another order.
type Finder[V any, K comparable] interface {
	Find(ctx context.Context, key K) (V, error)
}

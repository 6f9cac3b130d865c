// Package adapters ranges over iterators that call a function per element.
package adapters

import (
	"context"
	"database/sql"
	"iter"
	"slices"
)

type Store struct{ db *sql.DB }

func (s *Store) name(id int64) (name string) {
	s.db.QueryRow("SELECT name FROM users WHERE id = $1", id).Scan(&name)
	return name
}

func mapped[T, U any](seq iter.Seq[T], f func(T) U) iter.Seq[U] {
	return func(yield func(U) bool) {
		for x := range seq {
			if !yield(f(x)) {
				return
			}
		}
	}
}

func (s *Store) loader(ctx context.Context) func(int64) string {
	return func(id int64) (name string) {
		s.db.QueryRowContext(ctx, "SELECT name FROM users WHERE id = $1", id).Scan(&name)
		return name
	}
}

func (s *Store) byName(ids []int64) (out []string) {
	for name := range mapped(slices.Values(ids), s.name) { // want `^the query SELECT users runs once per element of the call at line 36: fetch all at once`
		out = append(out, name)
	}
	return out
}

func (s *Store) byLiteral(ids []int64) (out []string) {
	names := mapped(slices.Values(ids), func(id int64) string {
		return s.name(id) // want `^the query SELECT users runs once per element of the call at line 43, via \(\*Store\)\.name -> db\.QueryRow \(adapters\.go:14\)`
	})
	for name := range names {
		out = append(out, name)
	}
	return out
}

func (s *Store) byResult(ctx context.Context, ids []int64) []string {
	return slices.Collect(mapped(slices.Values(ids), s.loader(ctx))) // want `^the query SELECT users runs once per element of the call at line 53`
}

// Nobody runs it here.
func (s *Store) lazy(ids []int64) iter.Seq[string] {
	return mapped(slices.Values(ids), s.name)
}

// Two elements.
func (s *Store) few() (out []string) {
	for name := range mapped(slices.Values([]int64{1, 2}), s.name) {
		out = append(out, name)
	}
	return out
}

// The function makes the iterator; it is called once.
func deferred(open func(context.Context) iter.Seq[int64]) iter.Seq[int64] {
	return func(yield func(int64) bool) { open(context.Background())(yield) }
}

func (s *Store) all(ctx context.Context) iter.Seq[int64] {
	var n int64
	s.db.QueryRowContext(ctx, "SELECT count(*) FROM users").Scan(&n)
	return slices.Values(make([]int64, n))
}

func (s *Store) once() (sum int64) {
	for id := range deferred(s.all) {
		sum += id
	}
	return sum
}

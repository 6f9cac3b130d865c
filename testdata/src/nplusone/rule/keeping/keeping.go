// Package keeping has functions that are handed one to load with: some keep what
// it gives, and some only have the name of those that do.
package keeping

import (
	"context"
	"database/sql"
	"sync"
)

type shelf[K comparable, V any] struct {
	mu   sync.Mutex
	have map[K]V
}

func (s *shelf[K, V]) take(key K, make func() (V, error)) (V, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if v, ok := s.have[key]; ok {
		return v, nil
	}
	v, err := make()
	if err == nil {
		s.have[key] = v
	}
	return v, err
}

// twice hands it on.
func (s *shelf[K, V]) twice(key K, make func() (V, error)) (V, error) { return s.take(key, make) }

type none struct{}

func (none) GetOrLoad(key int, load func() (string, error)) (string, error) { return load() }

type users struct {
	db    *sql.DB
	names *shelf[int, string]
}

func (u *users) name(ctx context.Context, id int) (s string, err error) {
	err = u.db.QueryRowContext(ctx, "SELECT name FROM users WHERE id = $1", id).Scan(&s)
	return s, err
}

func (u *users) kept(ctx context.Context, ids []int) (out []string, err error) {
	for _, id := range ids {
		s, err := u.names.take(id, func() (string, error) { return u.name(ctx, id) })
		if err != nil {
			return nil, err
		}
		out = append(out, s)
	}
	return out, nil
}

func (u *users) keptTwice(ctx context.Context, ids []int) (out []string, err error) {
	for _, id := range ids {
		s, err := u.names.twice(id, func() (string, error) { return u.name(ctx, id) })
		if err != nil {
			return nil, err
		}
		out = append(out, s)
	}
	return out, nil
}

// A shelf for each of them keeps nothing.
func (u *users) fresh(ctx context.Context, ids []int) (out []string, err error) {
	for _, id := range ids {
		names := &shelf[int, string]{have: make(map[int]string)}
		s, err := names.take(id, func() (string, error) { return u.name(ctx, id) }) // want `runs once per iteration`
		if err != nil {
			return nil, err
		}
		out = append(out, s)
	}
	return out, nil
}

func (u *users) passed(ctx context.Context, ids []int) (out []string, err error) {
	var c none
	for _, id := range ids {
		s, err := c.GetOrLoad(id, func() (string, error) { return u.name(ctx, id) }) // want `runs once per iteration of the loop at line \d+, via \(\*users\).name -> db.QueryRowContext \(keeping.go:\d+\): fetch all at once with WHERE … = ANY\(\$1\) and a map, or a JOIN \[nplusone\]`
		if err != nil {
			return nil, err
		}
		out = append(out, s)
	}
	return out, nil
}

// Package app holds loops as real programs write them, each beside a twin that
// is classified otherwise. The comment on the line of a database call names
// the loops around it, innermost first, and then whether its arguments depend
// on each of them.
package app

import (
	"context"
	"database/sql"
	"log/slog"
	"time"
)

type User struct {
	ID     int64
	Name   string
	TeamID int64
	Tags   []string
	Friend *User
}

type Store struct {
	db     *sql.DB
	log    *slog.Logger
	tenant int64
	shards []*sql.DB
	queue  chan User
}

var ctx = context.Background()

func (s *Store) userIDs() []int64 { return nil }

func sleep(d time.Duration) { time.Sleep(d) }

// Functions that call their func argument; the test knows how often.

func each[T any](list []T, f func(T) error) error {
	for _, x := range list {
		if err := f(x); err != nil {
			return err
		}
	}
	return nil
}

func eachBatch(list []int64, size int, f func([]int64) error) error { return nil }

func withRetry(f func() error) error { return f() }

func onShutdown(f func() error) {}

func (s *Store) withTx(f func(*sql.Tx) error) error { return nil }

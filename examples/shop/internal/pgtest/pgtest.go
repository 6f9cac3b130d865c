//go:build unix

// Package pgtest gives a test a PostgreSQL server of its own that ends with
// the test.
package pgtest

import (
	"context"
	"errors"
	"testing"

	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/sqlvet/sqlvet/internal/pgserver"
)

// Start returns a pool of connections to an empty database. It skips the test
// if the programs of a PostgreSQL server are not on this machine.
func Start(t *testing.T) *pgxpool.Pool {
	t.Helper()
	server, err := pgserver.Start(context.Background(), pgserver.Options{})
	if errors.Is(err, pgserver.ErrNone) {
		t.Skip(err)
	} else if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := server.Stop(); err != nil {
			t.Error(err)
		}
	})
	pool, err := pgxpool.New(context.Background(), server.Conn("postgres"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(pool.Close)
	return pool
}

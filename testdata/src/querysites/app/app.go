// Package app calls the wrappers of another package.
package app

import (
	"context"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/jmoiron/sqlx"

	"testdata/querysites/store"
)

func calls(ctx context.Context, s *store.Store, r store.Runner, db *sqlx.DB) {
	s.One(ctx, "SELECT 1")                // sql: SELECT 1
	s.Two(ctx, store.ByID)                // sql: SELECT id FROM users WHERE id = $1
	r.Two(ctx, store.All)                 // sql: SELECT id FROM users
	s.Two(ctx, store.Overdue)             // sql: SELECT id FROM loans⏎
	s.First(store.ByName("id"))           // sql: SELECT id FROM users WHERE name = $1
	s.Page("SELECT 1", 2)                 // sql: SELECT 1 LIMIT {n}
	s.InTx("DELETE FROM t", nil)          // sql: DELETE FROM t
	store.Into(db, new(int), "SELECT ?")  // sql: SELECT ?
	s.Select(nil, "id = $1", 1)           // sql: SELECT id FROM t WHERE id = $1
	store.Greeting("SELECT * FROM users") // not a query
}

// embedded handles keep their methods.
type repo struct {
	*pgxpool.Pool
	*store.Store
}

func (r repo) calls(ctx context.Context) {
	r.Query(ctx, "SELECT 2")  // sql: SELECT 2
	r.Second(ctx, "SELECT 3") // sql: SELECT 3
	f := r.Pool.Exec
	f(ctx, "SELECT 4") // sql: SELECT 4
}

func (r repo) Second(ctx context.Context, q string) { // want Second:"sql\\(query_row:1\\)"
	r.One(ctx, q) // sql: {q}
}

func batch(b *pgx.Batch) {
	b.Queue("INSERT INTO t VALUES ($1)", 1) // sql: INSERT INTO t VALUES ($1)
}

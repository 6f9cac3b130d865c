// Package store has wrappers around database calls.
package store

import (
	"context"
	"database/sql"
	_ "embed"
	"fmt"
	"strings"

	"github.com/jmoiron/sqlx"
)

type Store struct{ db *sql.DB }

func (s *Store) One(ctx context.Context, q string, args ...any) error { // want One:"sql\\(query_row:1\\)"
	return s.db.QueryRowContext(ctx, q, args...).Scan(nil) // sql: {q}
}

// Two goes through One.
func (s *Store) Two(ctx context.Context, q string) error { // want Two:"sql\\(query_row:1\\)"
	return s.One(ctx, q) // sql: {q}
}

// First is called before the wrapper it calls is known to be one.
func (s *Store) First(q string) error { // want First:"sql\\(exec:0\\)"
	return s.second(q) // sql: {q}
}

func (s *Store) second(q string) error { // want second:"sql\\(exec:0\\)"
	return third(s.db, q) // sql: {q}
}

func third(db *sql.DB, q string) error { // want third:"sql\\(exec:1\\)"
	_, err := db.Exec(strings.TrimSpace(q)) // sql: {q}
	return err
}

// Page adds to its parameter.
func (s *Store) Page(q string, n int) error { // want Page:"sql\\(query:0 parts:\\[0\\]\\)"
	_, err := s.db.Query(q + fmt.Sprintf(" LIMIT %d", n)) // sql: {q} LIMIT {n}
	return err
}

// Execf takes a format: its directives are filled in before it is sent.
func (s *Store) Execf(format string, args ...any) error { // want Execf:"sql\\( parts:\\[0\\]\\)"
	_, err := s.db.Exec(fmt.Sprintf(format, args...)) // sql: {format}{…}
	return err
}

// Where takes a condition, not a query.
func (s *Store) Where(cond string) error { // want Where:"sql\\(query:0 parts:\\[0\\]\\)"
	_, err := s.db.Query("SELECT id FROM t WHERE " + cond) // sql: SELECT id FROM t WHERE {cond}
	return err
}

// Changed assigns to its parameter.
func (s *Store) Changed(q string) error {
	if q == "" {
		q = "SELECT 1"
	}
	_, err := s.db.Query(q) // sql: SELECT 1
	return err
}

// Replaced never uses its parameter as a query.
func (s *Store) Replaced(q string) error { // want Replaced:"sql\\(query:0 parts:\\[0\\]\\)"
	q = "SELECT " + q + " FROM t"
	_, err := s.db.Query(q) // sql: SELECT {q} FROM t
	return err
}

// Select has the signature of sqlx.Select, and takes a condition.
func (s *Store) Select(dest any, query string, args ...any) error { // want Select:"sql\\(query:1 parts:\\[1\\]\\)"
	_, err := s.db.Query("SELECT id FROM t WHERE "+query, args...) // sql: SELECT id FROM t WHERE {query}
	return err
}

// Get has the signature of sqlx.Get, and takes a query.
func (s *Store) Get(dest any, query string, args ...any) error { // want Get:"sql\\(query_row:1\\)"
	return s.db.QueryRow(query, args...).Scan(dest) // sql: {query}
}

// Both calls them.
func (s *Store) Both(dest any) {
	s.Select(dest, "id = $1", 1) // sql: SELECT id FROM t WHERE id = $1
	s.Get(dest, "SELECT 1")      // sql: SELECT 1
}

// InTx calls its query in a closure.
func (s *Store) InTx(q string, run func(func() error) error) error { // want InTx:"sql\\(exec:0\\)"
	return run(func() error {
		_, err := s.db.Exec(q) // sql: {q}
		return err
	})
}

// Into has a destination.
func Into[T any](db *sqlx.DB, dest *T, q string, args ...any) error { // want Into:"sql\\(query_row:2\\)"
	return db.Get(dest, db.Rebind(q), args...) // sql: {q}
}

// A Runner is implemented by Store: its method is a wrapper as well.
type Runner interface {
	Two(ctx context.Context, q string) error // want Two:"sql\\(query_row:1\\)"
}

// All is SQL that other packages use.
var All = "SELECT id FROM " + table // want All:"text\\(SELECT id FROM users\\)"

const table = "users"

// Overdue is SQL in a file.
//
//go:embed overdue.sql
var Overdue string // want Overdue:"text\\(SELECT id FROM loans\n\\)"

// ByID is SQL as a constant.
const ByID = "SELECT id FROM users WHERE id = $1"

// ByName returns SQL.
func ByName(cols string) string { // want ByName:"text\\(SELECT \\{cols\\} FROM users WHERE name = \\$1\\)"
	return "SELECT " + cols + " FROM users WHERE name = $1"
}

// Greeting returns text that is no SQL: no fact.
func Greeting(name string) string { return "hello, " + name }

// Logged has a query that is never sent.
func Logged(log func(string)) { log("SELECT * FROM users") }

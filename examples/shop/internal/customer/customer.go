// Package customer stores customers in PostgreSQL with sqlx.
package customer

import (
	"context"
	"encoding/json"
	"strings"
	"time"

	"github.com/jmoiron/sqlx"
)

// A Customer is a row of the table customers.
type Customer struct {
	ID          int64           `db:"id" json:"id"`
	Email       string          `db:"email" json:"email"`
	Name        string          `db:"name" json:"name"`
	Preferences json.RawMessage `db:"preferences" json:"preferences,omitempty"`
	CreatedAt   time.Time       `db:"created_at" json:"created_at"`
}

// A Store reads and writes customers.
type Store struct {
	DB *sqlx.DB
}

// Create adds a customer and returns the id.
func (s *Store) Create(ctx context.Context, email, name string) (int64, error) {
	var id int64
	err := s.DB.GetContext(ctx, &id,
		`INSERT INTO customers (email, name) VALUES ($1, $2) RETURNING id`, email, name)
	return id, err
}

// Get returns the customer id, or sql.ErrNoRows.
func (s *Store) Get(ctx context.Context, id int64) (*Customer, error) {
	var c Customer
	if err := s.DB.GetContext(ctx, &c, `SELECT * FROM customers WHERE id = $1`, id); err != nil {
		return nil, err
	}
	return &c, nil
}

// ByEmail returns the customer with an address, however it is capitalized, or
// sql.ErrNoRows.
func (s *Store) ByEmail(ctx context.Context, email string) (*Customer, error) {
	var c Customer
	err := s.DB.GetContext(ctx, &c, `
		SELECT id, email, name, created_at
		FROM customers
		WHERE lower(email) = $1`, strings.ToLower(email))
	if err != nil {
		return nil, err
	}
	return &c, nil
}

// Registered reports whether exactly this address is taken.
func (s *Store) Registered(ctx context.Context, email string) (bool, error) {
	var taken bool
	err := s.DB.GetContext(ctx, &taken,
		`SELECT EXISTS (SELECT * FROM customers WHERE email = $1)`, email)
	return taken, err
}

// JoinedOn returns who became a customer on a day of the session's time zone.
func (s *Store) JoinedOn(ctx context.Context, day time.Time) ([]Customer, error) {
	var list []Customer
	err := s.DB.SelectContext(ctx, &list, `
		SELECT id, email, name, created_at
		FROM customers
		WHERE created_at::date = $1
		ORDER BY id`, day)
	return list, err
}

// JoinedSince returns how many became customers from a point in time on.
func (s *Store) JoinedSince(ctx context.Context, since time.Time) (int, error) {
	var n int
	err := s.DB.GetContext(ctx, &n, `SELECT count(*) FROM customers WHERE created_at >= $1`, since)
	return n, err
}

// Search returns customers whose name begins with prefix, in any case.
func (s *Store) Search(ctx context.Context, prefix string) ([]Customer, error) {
	var list []Customer
	err := s.DB.SelectContext(ctx, &list, `
		SELECT id, email, name, created_at
		FROM customers
		WHERE name ILIKE $1 || '%'
		ORDER BY name, id
		LIMIT 50`, escapeLike(prefix))
	return list, err
}

// Named returns the customers who have exactly this name.
func (s *Store) Named(ctx context.Context, name string) ([]Customer, error) {
	var list []Customer
	err := s.DB.SelectContext(ctx, &list, `
		SELECT id, email, name, created_at
		FROM customers
		WHERE name = btrim($1)
		ORDER BY id`, name)
	return list, err
}

// Export hands each customer to yield, for the answer to a request under
// data protection law, and ends at yield's first error.
func (s *Store) Export(ctx context.Context, yield func(*Customer) error) error {
	//sqlvet:ignore selectstar the law asks for every column, those added later too
	rows, err := s.DB.QueryxContext(ctx, `SELECT * FROM customers ORDER BY id`)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		var c Customer
		if err := rows.StructScan(&c); err != nil {
			return err
		}
		if err := yield(&c); err != nil {
			return err
		}
	}
	return rows.Err()
}

// escapeLike returns s as a LIKE pattern that matches s alone.
func escapeLike(s string) string {
	return strings.NewReplacer(`\`, `\\`, `%`, `\%`, `_`, `\_`).Replace(s)
}

// Package sqlxs tests selectstar and its fix with sqlx.
package sqlxs

import (
	"context"
	"database/sql"
	"time"

	"github.com/jmoiron/sqlx"
	_ "github.com/lib/pq"
)

type base struct {
	ID        int64     `db:"id"`
	CreatedAt time.Time `db:"created_at"`
}

type user struct {
	base
	Name   string         `db:"name"`
	Group  sql.NullString `db:"group"`
	secret string
	Orders []int `db:"-"`
}

type untagged struct {
	ID        int64
	CreatedAt time.Time
}

type words struct {
	ID   int64
	Name string
}

type nested struct {
	ID   int64 `db:"id"`
	User user  `db:"user"`
}

type mixed struct {
	ID   int64 `db:"id"`
	Name string
}

// A point is scanned as one value.
type point struct {
	X int `db:"x"`
	Y int `db:"y"`
}

func (p *point) Scan(src any) error { return nil }

const shared = "SELECT * FROM users" // want `every column of users`

func get(ctx context.Context, db *sqlx.DB, id int64) error {
	var u user
	var us []user
	var ps []*user
	db.Get(&u, "SELECT * FROM users WHERE id = $1", id)             // want `every column of users`
	db.GetContext(ctx, &u, `SELECT * FROM users WHERE id = $1`, id) // want `every column of users`
	db.Select(&us, "SELECT u.* FROM users u")                       // want `every column of users`
	db.SelectContext(ctx, &ps, "SELECT * FROM users")               // want `every column of users`
	db.Get(&u, "INSERT INTO users (name) VALUES ($1) RETURNING *")  // want `every column of users`
	db.QueryRowx("SELECT * FROM users").StructScan(&u)              // want `every column of users`

	// No fix: the struct is not the table's alone, or not plain to see.
	db.Select(&us, "SELECT u.*, o.total FROM users u JOIN orders o ON o.user_id = u.id") // want `every column of users`
	db.Select(&us, "SELECT * FROM users u JOIN orders o ON o.user_id = u.id")            // want `every column of users and orders`
	db.Select(&us, "SELECT * FROM users UNION SELECT * FROM admins")                     // want `every column of users` `every column of admins`
	db.Get(&u, shared)
	db.Select(&us, shared)
	var a untagged
	db.Get(&a, "SELECT * FROM users") // want `every column of users`
	var n nested
	db.Get(&n, "SELECT * FROM users") // want `every column of users`
	var w words
	db.Get(&w, "SELECT * FROM users") // want `every column of users`

	var text sql.NullString
	db.Get(&text, "SELECT * FROM words") // want `every column of words`
	var at time.Time
	db.Get(&at, "SELECT * FROM times") // want `every column of times`
	var times []sql.NullTime
	db.Select(&times, "SELECT * FROM times") // want `every column of times`
	var p point
	db.Get(&p, "SELECT * FROM points") // want `every column of points`
	var m mixed
	db.Get(&m, "SELECT * FROM users") // want `every column of users`

	var name string
	db.Get(&name, "SELECT name FROM users WHERE id = $1", id)
	return nil
}

func named(db *sqlx.DB, u user) {
	db.NamedQuery("SELECT * FROM users WHERE name = :name", u) // want `every column of users`
	db.NamedExec("UPDATE users SET name = :name WHERE id = :id", u)
	query, args, _ := sqlx.In("SELECT * FROM users WHERE id IN (?)", []int{1}) // want `every column of users`
	db.Queryx(db.Rebind(query), args...)
	stmt, _ := db.Preparex("SELECT * FROM users") // want `every column of users`
	stmt.Get(&u)
}

func maps(db *sqlx.DB) {
	m := map[string]any{}
	db.QueryRowx("SELECT * FROM users").MapScan(m)
	db.QueryRowx("SELECT * FROM users").SliceScan()
	rows, err := db.Queryx("SELECT * FROM users")
	if err != nil {
		return
	}
	for rows.Next() {
		rows.MapScan(m)
	}
}

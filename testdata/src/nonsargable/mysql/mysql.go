// Package mysql tests that PostgreSQL's remedies are not named elsewhere.
package mysql

import (
	"database/sql"

	_ "github.com/go-sql-driver/mysql"
)

func query(db *sql.DB, v any) {
	db.Query("SELECT id FROM users WHERE lower(email) = ?", v)       // want `a plain index on users.email cannot serve lower\(email\): compare the column itself \[`
	db.Query("SELECT id FROM orders WHERE date(created_at) >= ?", v) // want `cannot serve date\(created_at\): compare the column itself \[`
	db.Query("SELECT `id` FROM `users` WHERE `name` LIKE '%x'")      // want `match from the start of the value, or use full-text search`
	db.Query("SELECT id FROM users WHERE email = lower(?)", v)
}

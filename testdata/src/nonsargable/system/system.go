// Package system asks the tables of the database system itself: they have the
// indexes that they have.
package system

import (
	"database/sql"

	_ "github.com/lib/pq"
)

func tables(db *sql.DB, name string) {
	db.Query("SELECT relname FROM pg_class WHERE lower(relname) = $1", name)
	db.Query("SELECT table_name FROM information_schema.tables WHERE lower(table_name) = $1", name)
	db.Query("SELECT c.id FROM pg_class t JOIN clients c ON c.name = t.relname WHERE lower(c.name) = $1", name) // want `lower\(c.name\)`
}

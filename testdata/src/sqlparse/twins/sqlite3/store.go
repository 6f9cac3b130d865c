// Package sqlite3 is the twin of a package for PostgreSQL. A package that both
// import imports PostgreSQL's driver.
package sqlite3

import (
	"database/sql"

	_ "github.com/lib/pq"
)

func f(db *sql.DB) {
	db.Exec("CREATE TABLE t (id INTEGER PRIMARY KEY AUTOINCREMENT)")
	db.Query("SELECT id FROM t WHERE name GLOB $1", "a*")
}

// Package either talks to MySQL or to PostgreSQL: which text is for which is
// not known.
package either

import (
	"database/sql"

	_ "github.com/go-sql-driver/mysql"
	_ "github.com/lib/pq"
)

func f(db *sql.DB) {
	db.Exec("PRAGMA foreign_keys = ON")
	db.Exec("INSERT OR IGNORE INTO t (a) VALUES ($1)")
}

// Package postgres is the twin of a package for another database, whose driver
// is in sight as well.
package postgres

import (
	"database/sql"

	_ "github.com/go-sql-driver/mysql"
	_ "github.com/lib/pq"
)

func f(db *sql.DB) {
	db.Query("SELECT id FROM t WHERE name GLOB $1", "a*") // want `postgresql cannot parse this query`
}

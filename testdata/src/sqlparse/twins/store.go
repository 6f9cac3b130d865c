// Package twins has a file for each database.
package twins

import (
	"database/sql"

	_ "github.com/lib/pq"
)

func pages(db *sql.DB) {
	db.Query("SELECT id FROM t LIMIT 1, 2") // want `postgresql cannot parse this query`
}

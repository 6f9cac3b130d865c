// Package dialects sends its statements to a database that has no arrays.
package dialects

import (
	"database/sql"

	_ "github.com/go-sql-driver/mysql"
)

func names(db *sql.DB, ids []int64) (all []string) {
	for _, id := range ids {
		var s string
		db.QueryRow("SELECT name FROM users WHERE id = ?", id).Scan(&s) // want `fetch all at once with WHERE … IN \(\?, \?, …\) and a map`
		all = append(all, s)
	}
	return all
}

func drop(db *sql.DB, ids []int64) {
	for _, id := range ids {
		db.Exec("DELETE FROM users WHERE id = ?", id) // want `write all at once with WHERE … IN \(\?, \?, …\)`
	}
}

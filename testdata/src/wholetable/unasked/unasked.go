// Package unasked has settings that do not ask for every statement without a condition.
package unasked

import (
	"database/sql"

	_ "github.com/lib/pq"
)

func all(db *sql.DB) {
	db.Exec("UPDATE books SET seen = false") // want `this updates every row of books`
	db.Exec("UPDATE counters SET n = n + 1")
}

package shelf

import (
	"database/sql"
	"time"

	_ "github.com/lib/pq"
)

func all(db *sql.DB, cut time.Time) {
	db.Exec("UPDATE books SET seen = false")                             // want `this updates every row of books`
	db.Exec("DELETE FROM books")                                         // want `this deletes every row of books`
	db.Exec("DELETE FROM loans WHERE ended < now() - interval '1 year'") // want `all rows of loans beyond a moment are deleted by one statement`
	db.Exec("DELETE FROM loans WHERE ended <= $1", cut)                  // want `all rows of loans beyond a moment`
}

func narrow(db *sql.DB, id, n int, cut time.Time, where string) {
	db.Exec("DELETE FROM loans WHERE pages < $1", n)
	db.Exec("DELETE FROM loans WHERE ended < $1 AND reader = $2", cut, id)
	db.Exec("DELETE FROM loans WHERE id IN (SELECT id FROM loans WHERE ended < $1 LIMIT 1000)", cut)
	db.Exec("UPDATE flags SET seen = false")
	db.Exec("UPDATE books SET seen = false " + where)
	db.Exec("CREATE TEMP TABLE picked AS SELECT 1 AS id")
	db.Exec("DELETE FROM picked")
	db.Exec("UPDATE counters SET n = n + 1") // one row, as far as is known
}

package pooled

import (
	"database/sql"

	_ "github.com/lib/pq"
)

// The pooler keeps the server's connections, and more than their number does not matter.
func open(dsn string) (*sql.DB, error) {
	db, err := sql.Open("postgres", dsn)
	if err == nil {
		db.SetMaxOpenConns(40) // want `the connections of this pool last as long as the program`
		db.SetMaxIdleConns(40)
	}
	return db, err
}

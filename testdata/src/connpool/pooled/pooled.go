package pooled

import (
	"database/sql"

	_ "github.com/lib/pq"
)

// The pooler keeps the server's connections.
func goodOpen(dsn string) (*sql.DB, error) {
	db, err := sql.Open("postgres", dsn)
	if err == nil {
		db.SetMaxOpenConns(40)
		db.SetMaxIdleConns(40)
	}
	return db, err
}

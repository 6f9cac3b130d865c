// Package renewed closes its connections now and then.
package renewed

import (
	"database/sql"
	"time"

	_ "github.com/lib/pq"
)

func open(dsn string) (*sql.DB, error) {
	db, err := sql.Open("postgres", dsn)
	if err == nil {
		db.SetMaxOpenConns(40)
		db.SetMaxIdleConns(40)
		db.SetConnMaxLifetime(10 * time.Minute)
	}
	return db, err
}

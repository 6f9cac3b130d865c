// Package single has a pool of one connection.
package single

import (
	"database/sql"

	_ "github.com/lib/pq"
)

func open() (*sql.DB, error) {
	db, err := sql.Open("postgres", "")
	if err != nil {
		return nil, err
	}
	db.SetMaxOpenConns(1)
	_, err = db.Exec("SET timezone TO 'UTC'")
	return db, err
}

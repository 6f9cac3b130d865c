// Package tests has loops in its test file.
package tests

import "database/sql"

func insert(db *sql.DB, id int64) error {
	_, err := db.Exec("INSERT INTO users (id) VALUES ($1)", id)
	return err
}

func all(db *sql.DB, ids []int64) {
	for _, id := range ids {
		insert(db, id) // want `^the query INSERT users runs once per iteration of the loop at line 12, via insert -> db\.Exec \(tests\.go:7\)`
	}
}

// Package helper has one star for many conditions.
package helper

import "database/sql"

func find(db *sql.DB, cond string, args ...any) (*sql.Rows, error) {
	return db.Query("SELECT * FROM letters WHERE "+cond, args...) // want `every column of letters`
}

func calls(db *sql.DB) {
	find(db, "id = $1", 1)
	find(db, "sender = $1", 2)
	find(db, "id IN (SELECT * FROM drafts)")
}

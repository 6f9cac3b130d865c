// Package reads is analysed with -nplusone.writes=false.
package reads

import "database/sql"

func read(db *sql.DB, ids []int64) {
	for _, id := range ids {
		db.QueryRow("SELECT name FROM users WHERE id = $1", id) // want `^the query SELECT users runs once per iteration of the loop at line 7`
	}
}

func write(db *sql.DB, ids []int64) {
	for _, id := range ids {
		db.Exec("DELETE FROM users WHERE id = $1", id)
	}
}

func insert(db *sql.DB, id int64) (n int64, err error) {
	err = db.QueryRow("INSERT INTO users (id) VALUES ($1) RETURNING n", id).Scan(&n)
	return n, err
}

func returning(db *sql.DB, ids []int64) {
	for _, id := range ids {
		insert(db, id)
	}
}

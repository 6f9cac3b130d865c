// Package positions tests where the finding stands.
package positions

import "database/sql"

func star(db *sql.DB) {
	db.Query("SELECT * FROM users")              // want `every column of users`
	db.Query("SELECT\t\"id\", u.* FROM users u") // want `every column of users`
	// want +3 `every column of users`
	db.Query(`SELECT
		id,
		u.*
	FROM users u`)
	db.Query("SELECT id, " + "u.*" + " FROM users u") // want `every column of users`
}

// Package unknown imports no driver.
package unknown

import "database/sql"

func f(db *sql.DB) {
	db.Exec("INSERT OR IGNORE INTO t (a) VALUES (?)")
	db.Exec("REPLACE INTO t (a) VALUES ($1)") // want `syntax error at or near "REPLACE"`
}

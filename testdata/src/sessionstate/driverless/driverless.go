// Package driverless does not say which database it speaks to.
package driverless

import "database/sql"

func exclusive(db *sql.DB, key int) {
	db.Exec("SELECT pg_advisory_lock(?)", key) // want `the lock of pg_advisory_lock belongs to the one connection`
	db.Exec("SET @n = 1")
	db.Exec("SET search_path TO a")
}

// Package idlers says how many connections a pool keeps.
package idlers

import "database/sql"

// More idle connections than there may be.
func idlers(db, other *sql.DB, n int) {
	db.SetMaxOpenConns(4)
	db.SetMaxIdleConns(16) // want `the pool may have 4 connections, so that it never keeps 16`
	other.SetMaxOpenConns(16)
	other.SetMaxIdleConns(16)
	other.SetMaxIdleConns(n)
}

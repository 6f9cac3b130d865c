// Package served has helpers of tests.
package served

import (
	"database/sql"
	"testing"
)

func here() {}

func Helper(t testing.TB) { here() } // want `test: it is a helper of tests`

// What a test calls as well.
func helped() { here() } // want `migration: it is reached only from alter`

func alter(db *sql.DB) {
	db.Exec("ALTER TABLE a ADD COLUMN b int")
	helped()
}

package tests

import (
	"database/sql"
	"testing"
)

func fixtures(db *sql.DB, ids []int64) {
	for _, id := range ids {
		db.Exec("INSERT INTO users (id) VALUES ($1)", id) // want `^the query INSERT users runs once per iteration of the loop at line 9`
	}
}

func TestCases(t *testing.T) {
	db := new(sql.DB)
	for _, test := range []struct{ id int64 }{{1}, {2}} {
		t.Run("", func(t *testing.T) {
			db.Exec("INSERT INTO users (id) VALUES ($1)", test.id)
		})
	}
}

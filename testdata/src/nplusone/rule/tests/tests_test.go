package tests

import (
	"database/sql"
	"testing"
)

func fixtures(db *sql.DB, ids []int64) {
	for _, id := range ids {
		insert(db, id)
	}
}

func BenchmarkInsert(b *testing.B) {
	db := new(sql.DB)
	for i := 0; i < b.N; i++ {
		insert(db, int64(i))
	}
}

package truth

import (
	"testing"

	libgorm1 "github.com/jinzhu/gorm"

	"github.com/sqlvet/sqlvet/internal/chains/truth/gorm1"
	"github.com/sqlvet/sqlvet/internal/chains/truth/record"
)

func openGorm1(t *testing.T, log *record.Log) *libgorm1.DB {
	t.Helper()
	db, err := libgorm1.Open("postgres", log.Open())
	if err != nil {
		t.Fatal(err)
	}
	return db.LogMode(false)
}

func TestGorm1(t *testing.T) {
	log := &record.Log{Columns: map[string][]string{
		"authors": {"id", "name"}, "books": {"id", "title", "author_id"}, "reviews": {"id", "book_id"},
	}}
	compare(t, "gorm1", gorm1.Chains{DB: openGorm1(t, log)}, log)
}

func TestGorm1Models(t *testing.T) {
	log := new(record.Log)
	db := openGorm1(t, log)
	models(t, "gorm1", log, func() error { return db.AutoMigrate(gorm1.Models...).Error })
}

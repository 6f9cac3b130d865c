package truth

import (
	"testing"

	"gorm.io/driver/postgres"
	libgorm "gorm.io/gorm"
	"gorm.io/gorm/logger"

	"github.com/sqlvet/sqlvet/internal/chains/truth/gorm"
	"github.com/sqlvet/sqlvet/internal/chains/truth/record"
)

func openGorm(t *testing.T, log *record.Log) *libgorm.DB {
	t.Helper()
	db, err := libgorm.Open(postgres.New(postgres.Config{Conn: log.Open()}), &libgorm.Config{Logger: logger.Discard})
	if err != nil {
		t.Fatal(err)
	}
	return db
}

func TestGorm(t *testing.T) {
	log := &record.Log{Columns: map[string][]string{
		"authors": {"id", "name", "country"}, "books": {"id", "title", "author_id", "shelf_id"},
		"reviews": {"id", "book_id", "member_id"}, "members": {"id", "name"}, "tags": {"id", "label"},
		"book_tags": {"book_id", "tag_id"}, "loans": {"member_id", "book_id"}, "cards": {"id", "member_id"},
	}}
	compare(t, "gorm", gorm.Chains{DB: openGorm(t, log)}, log)
}

func TestGormModels(t *testing.T) {
	log := new(record.Log)
	db := openGorm(t, log)
	models(t, "gorm", log, func() error { return db.AutoMigrate(gorm.Models...) })
}

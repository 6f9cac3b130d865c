package truth

import (
	"context"
	"testing"

	libbun "github.com/uptrace/bun"
	"github.com/uptrace/bun/dialect/pgdialect"

	"github.com/sqlvet/sqlvet/internal/chains/truth/bun"
	"github.com/sqlvet/sqlvet/internal/chains/truth/record"
)

func openBun(log *record.Log) *libbun.DB {
	db := libbun.NewDB(log.Open(), pgdialect.New())
	db.RegisterModel((*bun.BookTag)(nil))
	return db
}

func TestBun(t *testing.T) {
	log := new(record.Log)
	compare(t, "bun", bun.Chains{DB: openBun(log)}, log)
}

func TestBunModels(t *testing.T) {
	log := new(record.Log)
	db := openBun(log)
	models(t, "bun", log, func() error {
		for _, m := range bun.Models {
			if _, err := db.NewCreateTable().Model(m).Exec(context.Background()); err != nil {
				return err
			}
		}
		return nil
	})
}

package truth

import (
	"errors"
	"testing"

	libxorm "xorm.io/xorm"
	"xorm.io/xorm/core"
	"xorm.io/xorm/dialects"
	xlog "xorm.io/xorm/log"
	"xorm.io/xorm/names"
	"xorm.io/xorm/schemas"

	"github.com/sqlvet/sqlvet/internal/chains/truth/record"
	"github.com/sqlvet/sqlvet/internal/chains/truth/xorm"
)

func openXorm(t *testing.T, log *record.Log) *libxorm.Engine {
	t.Helper()
	dialect := dialects.QueryDialect(schemas.POSTGRES)
	if err := dialect.Init(&dialects.URI{DBType: schemas.POSTGRES, DBName: "truth", Schema: ""}); err != nil {
		t.Fatal(err)
	}
	db, err := libxorm.NewEngineWithDialectAndDB("postgres", "", dialect, core.FromDB(log.Open()))
	if err != nil {
		t.Fatal(err)
	}
	db.SetLogger(xlog.DiscardLogger{})
	db.SetMapper(names.SnakeMapper{})
	return db
}

func TestXorm(t *testing.T) {
	log := new(record.Log)
	compare(t, "xorm", xorm.Chains{DB: openXorm(t, log)}, log)
}

func TestXormModels(t *testing.T) {
	log := new(record.Log)
	db := openXorm(t, log)
	models(t, "xorm", log, func() error {
		err := db.CreateTables(xorm.Models...)
		for _, m := range xorm.Models {
			err = errors.Join(err, db.CreateUniques(m), db.CreateIndexes(m))
		}
		return err
	})
}

package truth

import (
	"context"
	"testing"

	"entgo.io/ent/dialect"
	entsql "entgo.io/ent/dialect/sql"
	entschema "entgo.io/ent/dialect/sql/schema"

	"github.com/sqlvet/sqlvet/internal/chains/truth/ent"
	"github.com/sqlvet/sqlvet/internal/chains/truth/ent/testdata/library"
	"github.com/sqlvet/sqlvet/internal/chains/truth/ent/testdata/library/migrate"
	"github.com/sqlvet/sqlvet/internal/chains/truth/record"
)

func TestEnt(t *testing.T) {
	log := &record.Log{Values: map[string]any{"card": "x"}}
	client := library.NewClient(library.Driver(entsql.OpenDB(dialect.Postgres, log.Open())))
	compare(t, "ent", ent.Chains{DB: client}, log)
}

func TestEntModels(t *testing.T) {
	log := new(record.Log)
	models(t, "ent", log, func() error {
		plan, err := entschema.Dump(context.Background(), dialect.Postgres, "15", migrate.Tables)
		if err != nil {
			return err
		}
		_, err = log.Open().Exec(plan)
		return err
	})
}

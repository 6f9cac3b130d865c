package truth

import (
	"testing"

	libgoqu "github.com/doug-martin/goqu/v9"
	_ "github.com/doug-martin/goqu/v9/dialect/postgres"

	"github.com/sqlvet/sqlvet/internal/chains/truth/goqu"
	"github.com/sqlvet/sqlvet/internal/chains/truth/record"
)

func TestGoqu(t *testing.T) {
	log := new(record.Log)
	db := log.Open()
	compare(t, "goqu", goqu.Chains{DB: libgoqu.New("postgres", db), Raw: db}, log)
}

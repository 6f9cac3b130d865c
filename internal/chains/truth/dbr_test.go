package truth

import (
	"testing"

	libdbr "github.com/gocraft/dbr/v2"
	"github.com/gocraft/dbr/v2/dialect"

	"github.com/sqlvet/sqlvet/internal/chains/truth/dbr"
	"github.com/sqlvet/sqlvet/internal/chains/truth/record"
)

func TestDbr(t *testing.T) {
	log := new(record.Log)
	conn := &libdbr.Connection{DB: log.Open(), Dialect: dialect.PostgreSQL, EventReceiver: new(libdbr.NullEventReceiver)}
	compare(t, "dbr", dbr.Chains{DB: conn.NewSession(nil)}, log)
}

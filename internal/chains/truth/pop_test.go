package truth

import (
	"testing"
	"time"

	"github.com/jmoiron/sqlx"

	libpop "github.com/gobuffalo/pop/v6"

	"github.com/sqlvet/sqlvet/internal/chains/truth/pop"
	"github.com/sqlvet/sqlvet/internal/chains/truth/record"
)

func TestPop(t *testing.T) {
	log := &record.Log{Values: map[string]any{
		"name": "x", "country": "x", "title": "x", "label": "x", "code": "x", "text": "x", "pages": int64(1), "rank": int64(1),
		"created_at": time.Time{}, "updated_at": time.Time{},
	}}
	log.Register("record")
	sqlx.BindDriver("record", sqlx.DOLLAR)
	conn, err := libpop.NewConnection(&libpop.ConnectionDetails{
		Dialect: "postgres", Driver: "record", Database: "truth", Host: "nowhere", Port: "1", User: "x",
	})
	if err != nil {
		t.Fatal(err)
	}
	if err := conn.Open(); err != nil {
		t.Fatal(err)
	}
	compare(t, "pop", pop.Chains{DB: conn}, log)
}

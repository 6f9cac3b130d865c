package truth

import (
	"context"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"github.com/sqlvet/sqlvet/internal/chains/truth/record"
	"github.com/sqlvet/sqlvet/internal/chains/truth/squirrel"
)

func TestSquirrel(t *testing.T) {
	log := new(record.Log)
	db := log.Open()
	compare(t, "squirrel", squirrel.Chains{DB: db, Tx: pgxTx{sent: func(sql string) { db.Exec(sql) }}}, log)
}

// A pgxTx hands what it is given to the recording driver.
type pgxTx struct {
	pgx.Tx
	sent func(string)
}

func (t pgxTx) Query(_ context.Context, sql string, _ ...any) (pgx.Rows, error) {
	t.sent(sql)
	return nil, pgx.ErrNoRows
}

func (t pgxTx) QueryRow(_ context.Context, sql string, _ ...any) pgx.Row {
	t.sent(sql)
	return noRow{}
}

func (t pgxTx) Exec(_ context.Context, sql string, _ ...any) (pgconn.CommandTag, error) {
	t.sent(sql)
	return pgconn.CommandTag{}, nil
}

type noRow struct{}

func (noRow) Scan(...any) error { return pgx.ErrNoRows }

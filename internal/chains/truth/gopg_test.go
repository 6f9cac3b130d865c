package truth

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"reflect"
	"testing"

	"github.com/go-pg/pg/v10"
	"github.com/go-pg/pg/v10/orm"
	"github.com/go-pg/pg/v10/types"

	"github.com/sqlvet/sqlvet/internal/chains/truth/gopg"
	"github.com/sqlvet/sqlvet/internal/chains/truth/record"
)

func init() { orm.RegisterTable((*gopg.BookTag)(nil)) }

func TestGoPG(t *testing.T) {
	log := new(record.Log)
	compare(t, "gopg", gopg.Chains{DB: pgDB{log}}, log)
}

func TestGoPGModels(t *testing.T) {
	log := new(record.Log)
	models(t, "gopg", log, func() error {
		for _, m := range gopg.Models {
			if err := (pgDB{log}).Model(m).CreateTable(nil); err != nil {
				return err
			}
		}
		return nil
	})
}

// A pgDB is a handle of go-pg, which does not go through database/sql.
type pgDB struct{ log *record.Log }

func (db pgDB) Context() context.Context      { return context.Background() }
func (db pgDB) Formatter() orm.QueryFormatter { return orm.NewFormatter() }

func (db pgDB) Model(model ...any) *orm.Query { return orm.NewQuery(db, model...) }

func (db pgDB) ModelContext(c context.Context, model ...any) *orm.Query {
	return orm.NewQueryContext(c, db, model...)
}

// send records a query, and fills the model with the row that it finds.
func (db pgDB) send(model, query any, params []any) (orm.Result, error) {
	var text []byte
	switch q := query.(type) {
	case orm.QueryAppender:
		b, err := q.AppendQuery(orm.NewFormatter().WithModel(q), nil)
		if err != nil {
			return nil, err
		}
		text = b
	case string:
		text = db.Formatter().FormatQuery(nil, q, params...)
	default:
		return nil, fmt.Errorf("a query of type %T", query)
	}
	columns, row := db.log.Query(string(text))
	m, ok := model.(orm.HooklessModel)
	if !ok && model != nil && reflect.TypeOf(model).Kind() == reflect.Pointer {
		var err error
		if m, err = orm.NewModel(model); err != nil {
			return nil, err
		}
		ok = true
	}
	if !ok || row == nil {
		return pgResult(0), nil
	}
	if err := m.Init(); err != nil {
		return nil, err
	}
	scanner := m.NextColumnScanner()
	for i, name := range columns {
		rd, n := pgValue{}, -1
		if row[i] != nil {
			rd.Reader = bytes.NewReader(fmt.Append(nil, row[i]))
			n = rd.Len()
		}
		if err := scanner.ScanColumn(types.ColumnInfo{Index: int16(i), Name: name}, rd, n); err != nil {
			return nil, err
		}
	}
	return pgResult(1), m.AddColumnScanner(scanner)
}

func (db pgDB) Exec(query any, params ...any) (orm.Result, error) { return db.send(nil, query, params) }
func (db pgDB) ExecContext(_ context.Context, query any, params ...any) (orm.Result, error) {
	return db.send(nil, query, params)
}
func (db pgDB) ExecOne(query any, params ...any) (orm.Result, error) {
	return db.send(nil, query, params)
}
func (db pgDB) ExecOneContext(_ context.Context, query any, params ...any) (orm.Result, error) {
	return db.send(nil, query, params)
}
func (db pgDB) Query(model, query any, params ...any) (orm.Result, error) {
	return db.send(model, query, params)
}
func (db pgDB) QueryContext(_ context.Context, model, query any, params ...any) (orm.Result, error) {
	return db.send(model, query, params)
}
func (db pgDB) QueryOne(model, query any, params ...any) (orm.Result, error) {
	return db.QueryOneContext(context.Background(), model, query, params...)
}
func (db pgDB) QueryOneContext(_ context.Context, model, query any, params ...any) (orm.Result, error) {
	res, err := db.send(model, query, params)
	if err == nil && res.RowsReturned() == 0 {
		return nil, pg.ErrNoRows
	}
	return res, err
}
func (db pgDB) CopyFrom(io.Reader, any, ...any) (orm.Result, error) { return pgResult(0), nil }
func (db pgDB) CopyTo(io.Writer, any, ...any) (orm.Result, error)   { return pgResult(0), nil }

type pgResult int

func (pgResult) Model() orm.Model    { return nil }
func (r pgResult) RowsAffected() int { return int(r) }
func (r pgResult) RowsReturned() int { return int(r) }

// A pgValue is one column's text, as go-pg reads it.
type pgValue struct{ *bytes.Reader }

func (v pgValue) Buffered() int                 { return v.Len() }
func (v pgValue) Bytes() []byte                 { b, _ := v.ReadFull(); return b }
func (v pgValue) ReadFullTemp() ([]byte, error) { return v.ReadFull() }
func (v pgValue) Discard(n int) (int, error) {
	_, err := v.Seek(int64(n), io.SeekCurrent)
	return n, err
}
func (v pgValue) ReadSlice(byte) ([]byte, error) { return v.ReadFull() }

func (v pgValue) ReadFull() ([]byte, error) {
	if v.Reader == nil {
		return nil, nil
	}
	return io.ReadAll(v.Reader)
}

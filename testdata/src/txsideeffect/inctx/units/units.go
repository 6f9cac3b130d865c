// Package units has transactions that are nowhere but in contexts.
package units

import (
	"context"
	"database/sql"
	"errors"
)

type key struct{}

type Units struct{ DB *sql.DB }

// Open puts one there.
func (u *Units) Open(ctx context.Context) (context.Context, error) {
	tx, err := u.DB.BeginTx(ctx, nil)
	if err != nil {
		return nil, err
	}
	return context.WithValue(ctx, key{}, tx), nil
}

// Keep commits it.
func (u *Units) Keep(ctx context.Context) error {
	tx, ok := ctx.Value(key{}).(*sql.Tx)
	if !ok {
		return errors.New("there is none")
	}
	return tx.Commit()
}

// Drop takes it back.
func (u *Units) Drop(ctx context.Context) {
	if tx := from(ctx); tx != nil {
		tx.Rollback()
	}
}

func from(ctx context.Context) *sql.Tx {
	tx, _ := ctx.Value(key{}).(*sql.Tx)
	return tx
}

// Querier is what both have in common.
type Querier interface {
	ExecContext(ctx context.Context, query string, args ...any) (sql.Result, error)
}

// In gives the transaction of the context, or the pool.
func (u *Units) In(ctx context.Context) Querier {
	if tx := from(ctx); tx != nil {
		return tx
	}
	return u.DB
}

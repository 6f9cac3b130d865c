// Package helpers holds what the facts tell.
package helpers

import (
	"context"
	"database/sql"
)

// Finish ends it.
func Finish(tx *sql.Tx, err error) error { // want Finish:`ends 0$`
	if err != nil {
		return tx.Rollback()
	}
	return tx.Commit()
}

// FinishBoth ends it through another function, the second of its parameters.
func FinishBoth(ctx context.Context, tx *sql.Tx) { // want FinishBoth:`ends 1$`
	finish(tx)
}

func finish(tx *sql.Tx) { tx.Rollback() }

// Use only uses it.
func Use(tx *sql.Tx) error {
	_, err := tx.Exec("DELETE FROM t")
	return err
}

type key struct{}

// InContext hands a context that carries the transaction.
func InContext(ctx context.Context, db *sql.DB, fn func(ctx context.Context) error) error { // want InContext:`carries \[2\]`
	tx, err := db.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer tx.Rollback()
	ctx = context.WithValue(ctx, key{}, tx)
	if err := fn(ctx); err != nil {
		return err
	}
	return tx.Commit()
}

// Explicit hands the context that it was given.
func Explicit(ctx context.Context, db *sql.DB, fn func(ctx context.Context, tx *sql.Tx) error) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	tx, err := db.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer tx.Rollback()
	if err := fn(ctx, tx); err != nil {
		return err
	}
	return tx.Commit()
}

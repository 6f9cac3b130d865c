// Package retry runs functions again until their transaction is kept.
package retry

import (
	"context"
	"database/sql"
)

func kept(ctx context.Context, db *sql.DB, work func(*sql.Tx) error) (err error) {
	for range 3 {
		if err = once(ctx, db, work); err == nil {
			return nil
		}
	}
	return err
}

func once(ctx context.Context, db *sql.DB, work func(*sql.Tx) error) error {
	tx, err := db.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer tx.Rollback()
	if err := work(tx); err != nil {
		return err
	}
	return tx.Commit()
}

func number(tx *sql.Tx) (n int, err error) {
	err = tx.QueryRow("SELECT count(*) FROM seats").Scan(&n)
	return n, err
}

func gathers(ctx context.Context, db *sql.DB) (all []int, err error) {
	sum := 0
	err = kept(ctx, db, func(tx *sql.Tx) error {
		n, err := number(tx)
		if err != nil {
			return err
		}
		all = append(all, n) // want `this function runs again if the transaction begun at line \d+ fails`
		sum += n             // want `this function runs again`
		return nil
	})
	return all, err
}

// Right: what is outside begins anew, what is inside is new.
func beginsAnew(ctx context.Context, db *sql.DB) (all []int, err error) {
	sum := 0
	err = kept(ctx, db, func(tx *sql.Tx) error {
		all, sum = nil, 0
		n, err := number(tx)
		var mine []int
		mine = append(mine, n)
		all = append(all, mine...)
		sum += n
		return err
	})
	return all, err
}

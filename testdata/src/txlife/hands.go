package txlife

import (
	"context"
	"database/sql"
	"log"
)

// Only a panic is rolled back.
func onlyPanics(db *sql.DB, id int) error {
	tx, err := db.Begin()
	if err != nil {
		return err
	}
	defer func() {
		if p := recover(); p != nil {
			tx.Rollback()
			panic(p)
		}
	}()
	if _, err := tx.Exec("UPDATE users SET name = '' WHERE id = $1", id); err != nil {
		return err // want `neither committed nor rolled back`
	}
	return tx.Commit()
}

func panicsAndErrors(db *sql.DB, id int) (err error) {
	tx, err := db.Begin()
	if err != nil {
		return err
	}
	defer func() {
		if p := recover(); p != nil {
			tx.Rollback()
			panic(p)
		}
		if err != nil {
			tx.Rollback()
		}
	}()
	if _, err = tx.Exec("UPDATE users SET name = '' WHERE id = $1", id); err != nil {
		return err
	}
	return tx.Commit()
}

// What a later return hands out is still held by an earlier one.
func handedOut(db *sql.DB, id int) (*sql.Tx, func() error, error) {
	tx, err := db.Begin()
	if err != nil {
		return nil, nil, err
	}
	if _, err := tx.Exec("SET LOCAL lock_timeout = '1s'"); err != nil {
		return nil, nil, err // want `neither committed nor rolled back`
	}
	return tx, tx.Commit, nil
}

func handedOutWhole(db *sql.DB) (keep, drop func() error, err error) {
	tx, err := db.Begin()
	if err != nil {
		return nil, nil, err
	}
	return tx.Commit, func() error { return tx.Rollback() }, nil
}

// Who ends it after a function has had it, ends it.
func lent(db *sql.DB, use func(*sql.Tx) error) error {
	tx, err := db.Begin()
	if err != nil {
		return err
	}
	if err := use(tx); err != nil {
		return err // want `neither committed nor rolled back`
	}
	return tx.Commit()
}

func given(db *sql.DB, use func(*sql.Tx) error) error {
	tx, err := db.Begin()
	if err != nil {
		return err
	}
	return use(tx)
}

// The deferred calls of a loop run after it.
func eachWaits(ctx context.Context, db *sql.DB, ids []int) error {
	for _, id := range ids {
		tx, err := db.BeginTx(ctx, nil) // want `the loop may go on with the transaction that is begun here still open`
		if err != nil {
			return err
		}
		defer tx.Rollback()
		if _, err := tx.Exec("DELETE FROM users WHERE id = $1", id); err != nil {
			log.Println(err)
			continue
		}
		if err := tx.Commit(); err != nil {
			return err
		}
	}
	return nil
}

func eachEnds(ctx context.Context, db *sql.DB, ids []int) error {
	for _, id := range ids {
		tx, err := db.BeginTx(ctx, nil)
		if err != nil {
			return err
		}
		defer tx.Rollback()
		if _, err := tx.Exec("DELETE FROM users WHERE id = $1", id); err != nil {
			return err
		}
		if err := tx.Commit(); err != nil {
			return err
		}
	}
	return nil
}

// Package caller has transactions; the test lists what runs inside them.
package caller

import (
	"context"
	"database/sql"

	"testdata/txspans/helpers"
)

func mark(string) {}

func begun(db *sql.DB) error {
	mark("before")
	tx, err := db.Begin()
	if err != nil {
		mark("no transaction")
		return err
	}
	defer mark("deferred")
	mark("open")
	if err := helpers.Use(tx); err != nil {
		mark("failing")
		return helpers.Finish(tx, err)
	}
	mark("still open")
	func() { mark("in place") }()
	go mark("async")
	stored := func() { mark("stored") }
	_ = stored
	if err := helpers.Finish(tx, nil); err != nil {
		return err
	}
	mark("after")
	return nil
}

func closures(ctx context.Context, db *sql.DB) error {
	return helpers.InContext(ctx, db, func(ctx context.Context) error {
		mark("closure")
		if ctx == nil {
			mark("failing closure")
			return context.Canceled
		}
		return nil
	})
}

func handed(tx *sql.Tx, n int) {
	if tx == nil {
		mark("nil")
		return
	}
	for range n {
		mark("handed")
	}
	tx.Rollback()
	mark("ended")
}

func branches(db *sql.DB, a bool) error {
	tx, err := db.Begin()
	if err != nil {
		return err
	}
	if a {
		err = tx.Commit()
	}
	mark("on some paths")
	if !a {
		err = tx.Commit()
	}
	return err
}

type ledger struct{ tx *sql.Tx }

func (l *ledger) Commit() error               { return l.tx.Commit() }   // want Commit:`ends -1 at tx$`
func (l *ledger) Rollback() error             { return l.tx.Rollback() } // want Rollback:`ends -1 at tx$`
func (l *ledger) CommitTransfer(id int) error { return nil }

func named(l *ledger) error {
	if err := l.CommitTransfer(1); err != nil {
		return err
	}
	mark("a method's name")
	if err := l.Commit(); err != nil {
		return err
	}
	mark("committed")
	return nil
}

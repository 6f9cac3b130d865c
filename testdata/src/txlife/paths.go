package txlife

import (
	"context"
	"database/sql"
	"errors"
	"log"
)

var errStale = errors.New("stale")

func giveUp(tx *sql.Tx, cause error) error { return errors.Join(cause, tx.Rollback()) }

// giveUpOn ends it only if it is given an error.
func giveUpOn(tx *sql.Tx, cause error) {
	if cause != nil {
		_ = tx.Rollback()
	}
}

// step ends it where it fails.
func step(tx *sql.Tx, text string) error {
	if _, err := tx.Exec(text); err != nil {
		return giveUp(tx, err)
	}
	return nil
}

func byHelperOnOnePath(db *sql.DB, stale bool) error {
	tx, err := db.Begin()
	if err != nil {
		return err
	}
	if _, err := tx.Exec("DELETE FROM t"); err != nil {
		return giveUp(tx, err)
	}
	if stale {
		return errStale // want `the transaction begun at line 30 is neither committed nor rolled back on this return`
	}
	return tx.Commit()
}

func byHelperOnAll(db *sql.DB, stale bool) error {
	tx, err := db.Begin()
	if err != nil {
		return err
	}
	if _, err := tx.Exec("DELETE FROM t"); err != nil {
		return giveUp(tx, err)
	}
	if stale {
		return giveUp(tx, errStale)
	}
	return tx.Commit()
}

func ifItFailed(db *sql.DB, stale bool) error {
	tx, err := db.Begin()
	if err != nil {
		return err
	}
	if err := step(tx, "DELETE FROM t"); err != nil {
		return err
	}
	if stale {
		return errStale // want `neither committed nor rolled back`
	}
	return tx.Commit()
}

func ifItWasGiven(db *sql.DB, stale bool) error {
	tx, err := db.Begin()
	if err != nil {
		return err
	}
	_, err = tx.Exec("DELETE FROM t")
	giveUpOn(tx, err)
	if err != nil {
		return err
	}
	if stale {
		return errStale // want `neither committed nor rolled back`
	}
	return tx.Commit()
}

func ifItWasGivenRight(db *sql.DB) error {
	tx, err := db.Begin()
	if err != nil {
		return err
	}
	if _, err = tx.Exec("DELETE FROM t"); err != nil {
		giveUpOn(tx, err)
		return err
	}
	return tx.Commit()
}

// A unit of work joins the one of its context, and ends what it began.
type work struct {
	tx  *sql.Tx
	own bool
}

type workKey struct{}

func open(ctx context.Context, db *sql.DB) (context.Context, *work, error) {
	if tx, ok := ctx.Value(workKey{}).(*sql.Tx); ok {
		return ctx, &work{tx: tx}, nil
	}
	tx, err := db.BeginTx(ctx, nil)
	if err != nil {
		return ctx, nil, err
	}
	return context.WithValue(ctx, workKey{}, tx), &work{tx, true}, nil
}

func (w *work) keep() error {
	if !w.own {
		return nil
	}
	return w.tx.Commit()
}

func (w *work) drop() {
	if w.own {
		_ = w.tx.Rollback()
	}
}

func ownLeft(ctx context.Context, db *sql.DB) error {
	_, w, err := open(ctx, db)
	if err != nil {
		return err
	}
	if _, err := w.tx.Exec("DELETE FROM t"); err != nil {
		return err // want `the transaction begun at line 132 is neither committed nor rolled back on this return, which keeps its connection and locks: defer w.drop\(\) after the begin`
	}
	return w.keep()
}

func ownDropped(ctx context.Context, db *sql.DB) error {
	_, w, err := open(ctx, db)
	if err != nil {
		return err
	}
	defer w.drop()
	if _, err := w.tx.Exec("DELETE FROM t"); err != nil {
		return err
	}
	return w.keep()
}

// Nobody hears of the commit: the result was evaluated before.
func commitUnheard(db *sql.DB) error {
	tx, err := db.Begin()
	if err != nil {
		return err
	}
	defer func() {
		if err == nil {
			err = tx.Commit() // want `the error of tx.Commit goes nowhere, since the function's results are evaluated before its deferred calls`
		} else {
			_ = tx.Rollback()
		}
	}()
	_, err = tx.Exec("DELETE FROM t")
	return err
}

func commitHeard(db *sql.DB) (failure error) {
	tx, err := db.Begin()
	if err != nil {
		return err
	}
	defer func() {
		if failure == nil {
			failure = tx.Commit()
		} else {
			_ = tx.Rollback()
		}
	}()
	_, err = tx.Exec("DELETE FROM t")
	return err
}

// Without a result nobody could be told otherwise.
func commitLogged(db *sql.DB) {
	tx, err := db.Begin()
	if err != nil {
		return
	}
	defer func() {
		if err != nil {
			_ = tx.Rollback()
			return
		}
		if err := tx.Commit(); err != nil {
			log.Print(err)
		}
	}()
	_, err = tx.Exec("DELETE FROM t")
}

// The result has a name, and the literal looks at another error.
func commitsFailure(db *sql.DB, stale bool) (result error) {
	tx, err := db.Begin()
	if err != nil {
		return err
	}
	defer func() {
		if err != nil {
			_ = tx.Rollback()
			return
		}
		result = tx.Commit()
	}()
	if stale {
		return errStale // want `this return hands out an error that the deferred function does not look at, so that the transaction begun at line 207 is committed after the failure`
	}
	if _, err := tx.Exec("DELETE FROM t"); err != nil {
		return err // want `this return hands out an error`
	}
	if _, err = tx.Exec("DELETE FROM u"); err != nil {
		return err
	}
	return nil
}

// A begin that says whether it joined: what was joined is the caller's to end.
func join(ctx context.Context, db *sql.DB) (tx *sql.Tx, mine bool, err error) {
	if tx, ok := ctx.Value(workKey{}).(*sql.Tx); ok {
		return tx, false, nil
	}
	tx, err = db.BeginTx(ctx, nil)
	return tx, true, err
}

func onlyInside(ctx context.Context, db *sql.DB) error {
	tx, mine, err := join(ctx, db)
	if err != nil {
		return err
	}
	if mine {
		_ = tx.Rollback()
		return errStale
	}
	_, err = tx.Exec("DELETE FROM t")
	return err
}

func whoever(ctx context.Context, db *sql.DB) error {
	tx, mine, err := join(ctx, db)
	if err != nil {
		return err
	}
	if _, err := tx.Exec("DELETE FROM t"); err != nil {
		return err // want `neither committed nor rolled back`
	}
	if mine {
		return tx.Commit()
	}
	return nil
}

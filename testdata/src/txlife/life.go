// Package txlife holds transactions that end, or do not.
package txlife

import (
	"context"
	"database/sql"
	"errors"

	"github.com/jmoiron/sqlx"
	"gorm.io/gorm"
	"xorm.io/xorm"
)

func leaks(db *sql.DB) error {
	tx, err := db.Begin()
	if err != nil {
		return err
	}
	if _, err := tx.Exec("DELETE FROM t"); err != nil {
		return err // want `the transaction begun at line 15 is neither committed nor rolled back on this return, which keeps its connection and locks: defer tx.Rollback\(\) after the begin \[txlife\]`
	}
	if _, err := tx.Exec("DELETE FROM u"); err != nil {
		return err // the same defer mends it
	}
	return tx.Commit()
}

func rollsBack(db *sql.DB) error {
	tx, err := db.Begin()
	if err != nil {
		return err
	}
	if _, err := tx.Exec("DELETE FROM t"); err != nil {
		tx.Rollback()
		return err
	}
	return tx.Commit()
}

func defers(ctx context.Context, db *sql.DB) (err error) {
	tx, err := db.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer func() {
		if err != nil {
			tx.Rollback()
			return
		}
		err = tx.Commit()
	}()
	_, err = tx.Exec("DELETE FROM t")
	return err
}

func dropped(db *sqlx.DB) error {
	tx, err := db.Beginx()
	if err != nil {
		return err
	}
	defer tx.Rollback()
	if _, err := tx.Exec("DELETE FROM t"); err != nil {
		return err
	}
	tx.Commit() // want `the error of tx.Commit is not looked at: if it fails, nothing of the transaction begun at line 57 is kept; return it`
	return nil
}

func blank(db *sql.DB) {
	tx, err := db.Begin()
	if err != nil {
		return
	}
	defer tx.Rollback()
	_ = tx.Commit() // want `the error of tx.Commit is not looked at`
}

func deferredCommit(db *sql.DB) error {
	tx, err := db.Begin()
	if err != nil {
		return err
	}
	defer tx.Commit() // want `the transaction begun at line 79 is committed by defer: also after a failure, and its error is lost; defer tx.Rollback\(\) and return tx.Commit\(\) at the end`
	_, err = tx.Exec("DELETE FROM t")
	return err
}

func afterEnd(db *sql.DB) error {
	tx, err := db.Begin()
	if err != nil {
		return err
	}
	defer tx.Rollback()
	if err := tx.Commit(); err != nil {
		return err
	}
	_, err = tx.Exec("DELETE FROM t") // want `tx is used after its end at line 94: the query fails; move it before, or use the pool`
	return err
}

func gormLeaks(db *gorm.DB) error {
	tx := db.Begin()
	if tx.Error != nil {
		return tx.Error
	}
	if err := tx.Create(&struct{ ID int }{}).Error; err != nil {
		return err // want `the transaction begun at line 102 is neither`
	}
	return tx.Commit().Error
}

func gormChecks(db *gorm.DB) error {
	tx := db.Begin()
	if err := tx.Error; err != nil {
		return err
	}
	defer tx.Rollback()
	return tx.Commit().Error
}

// Close rolls back.
func xormCloses(engine *xorm.Engine) error {
	sess := engine.NewSession()
	defer sess.Close()
	if err := sess.Begin(); err != nil {
		return err
	}
	if _, err := sess.Exec("DELETE FROM t"); err != nil {
		return err
	}
	return sess.Commit()
}

type store struct{ tx *sql.Tx }

// In other hands.
func stored(db *sql.DB, fail bool) (*store, error) {
	tx, err := db.Begin()
	if err != nil {
		return nil, err
	}
	if fail {
		return nil, errors.New("no") // want `neither committed nor rolled back`
	}
	return &store{tx}, nil
}

func end(tx *sql.Tx, err error) error {
	if err != nil {
		return tx.Rollback()
	}
	return tx.Commit()
}

func helper(db *sql.DB) error {
	tx, err := db.Begin()
	if err != nil {
		return err
	}
	_, err = tx.Exec("DELETE FROM t")
	return end(tx, err)
}

func each(db *sql.DB, ids []int) error {
	for _, id := range ids {
		tx, err := db.Begin()
		if err != nil {
			return err
		}
		if _, err := tx.Exec("DELETE FROM t WHERE id = $1", id); err != nil {
			return err // want `neither committed nor rolled back`
		}
		if err := tx.Commit(); err != nil {
			return err
		}
	}
	return nil
}

func goesOn(db *sql.DB, ids []int) {
	for _, id := range ids {
		tx, err := db.Begin() // want `the loop may go on with the transaction that is begun here still open`
		if err != nil {
			return
		}
		if _, err := tx.Exec("DELETE FROM t WHERE id = $1", id); err != nil {
			continue
		}
		if err := tx.Commit(); err != nil {
			return
		}
	}
}

func goesOnRolledBack(db *sql.DB, ids []int) {
	for _, id := range ids {
		tx, err := db.Begin()
		if err != nil {
			continue
		}
		if _, err := tx.Exec("DELETE FROM t WHERE id = $1", id); err != nil {
			tx.Rollback()
			continue
		}
		if err := tx.Commit(); err != nil {
			return
		}
	}
}

func again(db *sql.DB) error {
	tx, err := db.Begin()
	if err != nil {
		return err
	}
	if err := tx.Commit(); err != nil {
		return err
	}
	tx, err = db.Begin()
	if err != nil {
		return err
	}
	if err := load(tx); err != nil {
		tx.Rollback()
		return err
	}
	if err := tx.Commit(); err != nil {
		return err
	}
	return load(tx) // want `tx is used after its end`
}

func load(tx *sql.Tx) error {
	_, err := tx.Exec("DELETE FROM t")
	return err
}

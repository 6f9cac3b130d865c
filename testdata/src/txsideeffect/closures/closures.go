// Package closures holds functions that run inside a transaction of somebody
// else.
package closures

import (
	"context"
	"database/sql"
	"errors"

	"testdata/txsideeffect/notify"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/uptrace/bun"
	"gorm.io/gorm"
)

func gormTx(db *gorm.DB) error {
	err := db.Transaction(func(tx *gorm.DB) error {
		if err := tx.Create(&struct{ ID int }{}).Error; err != nil {
			notify.Mail("ops@example.com")
			return err
		}
		return notify.Mail("a@example.com") // want `mail is sent inside the transaction of db.Transaction at line 19, via notify.Mail`
	})
	if err != nil {
		return err
	}
	return notify.Mail("b@example.com")
}

func bunTx(ctx context.Context, db *bun.DB) error {
	return db.RunInTx(ctx, nil, func(ctx context.Context, tx bun.Tx) error {
		if false {
			notify.Mail("ops@example.com")
			return errors.New("no")
		}
		return notify.Hook(ctx, "u") // want `an HTTP request is made inside the transaction of db.RunInTx at line 33`
	})
}

func pgxTx(ctx context.Context, pool *pgxpool.Pool) error {
	return pgx.BeginFunc(ctx, pool, func(tx pgx.Tx) error {
		send := func() { notify.Mail("a@example.com") }
		send()                                             // want `mail is sent inside the transaction of pgx.BeginFunc at line 43`
		hooks := []func(){func() { notify.Mail("later") }} // only stored
		_ = hooks
		return nil
	})
}

// WithTx is a helper as every project has one.
func WithTx(ctx context.Context, db *sql.DB, fn func(tx *sql.Tx) error) error {
	tx, err := db.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer tx.Rollback()
	if err := fn(tx); err != nil {
		return err
	}
	return tx.Commit()
}

// Result is the same with a result.
func Result[T any](ctx context.Context, db *sql.DB, fn func(tx *sql.Tx) (T, error)) (T, error) {
	var out T
	err := WithTx(ctx, db, func(tx *sql.Tx) error {
		var err error
		out, err = fn(tx)
		return err
	})
	return out, err
}

func ownHelper(ctx context.Context, db *sql.DB) error {
	if err := WithTx(ctx, db, func(tx *sql.Tx) error {
		return notify.Mail("a@example.com") // want `mail is sent inside the transaction of WithTx at line 77`
	}); err != nil {
		return err
	}
	_, err := Result(ctx, db, func(tx *sql.Tx) (int, error) {
		return 1, notify.Mail("a@example.com") // want `mail is sent inside the transaction of Result at line 82`
	})
	return err
}

func byName(ctx context.Context, db *sql.DB) error { return WithTx(ctx, db, insert) }

func insert(tx *sql.Tx) error {
	return notify.Mail("a@example.com") // want `mail is sent inside the transaction of WithTx at line 88`
}

func byVariable(ctx context.Context, db *sql.DB) error {
	work := func(tx *sql.Tx) error {
		return notify.Mail("a@example.com") // want `mail is sent inside the transaction of WithTx at line 98`
	}
	return WithTx(ctx, db, work)
}

// Hooks that run after the commit are only kept.
type unitOfWork struct{ after []func() }

func (u *unitOfWork) OnCommit(f func()) { u.after = append(u.after, f) }

func afterCommit(ctx context.Context, db *sql.DB, u *unitOfWork) error {
	return WithTx(ctx, db, func(tx *sql.Tx) error {
		u.OnCommit(func() { notify.Mail("a@example.com") })
		return nil
	})
}

// Retry calls again after a failure.
func retry(f func() error) error {
	for range 3 {
		if err := f(); err == nil {
			return nil
		}
	}
	return errors.New("gave up")
}

func nested(ctx context.Context, db *sql.DB) error {
	return WithTx(ctx, db, func(tx *sql.Tx) error {
		return retry(func() error {
			return notify.Mail("a@example.com") // want `mail is sent inside the transaction of WithTx at line 124`
		})
	})
}

// A closure that uses the transaction leaves it open.
func localSteps(ctx context.Context, db *sql.DB, id int) error {
	tx, err := db.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer tx.Rollback()
	mark := func() error {
		_, err := tx.ExecContext(ctx, "UPDATE users SET seen = true WHERE id = $1", id)
		return err
	}
	for _, do := range []func() error{mark, func() error { return notify.Hook(ctx, "seen") }} {
		if err := do(); err != nil { // want `HTTP request is made inside the transaction`
			return err
		}
	}
	if err := mark(); err != nil {
		return err
	}
	notify.Hook(ctx, "done") // want `HTTP request is made inside the transaction`
	return tx.Commit()
}

// One that ends it does not.
func localEnd(ctx context.Context, db *sql.DB, id int) error {
	tx, err := db.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	end := func() error {
		if _, err := tx.ExecContext(ctx, "UPDATE users SET seen = true WHERE id = $1", id); err != nil {
			return errors.Join(err, tx.Rollback())
		}
		return tx.Commit()
	}
	if err := end(); err != nil {
		return err
	}
	return notify.Hook(ctx, "done")
}

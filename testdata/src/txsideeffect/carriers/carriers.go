// Package carriers holds transactions that types of the program's own carry, and
// helpers that are handed them.
package carriers

import (
	"context"
	"database/sql"

	"gorm.io/gorm"
)

type account struct{ ID int }

type accounts struct{ orm *gorm.DB }

// It is handed the transaction, and does not take it.
func (a *accounts) store(session *gorm.DB, x *account) error {
	return a.orm.Save(x).Error // want `(a statement that writes|the query UPDATE accounts) does not go through the caller's transaction session \(orm.Save\): it does not see the transaction's changes and waits for a second connection while the first is held; use session, or do it outside`
}

func (a *accounts) storeRight(session *gorm.DB, x *account) error { return session.Save(x).Error }

func (a *accounts) both(x *account) error {
	return a.orm.Transaction(func(tx *gorm.DB) error {
		if err := a.store(tx, x); err != nil {
			return err
		}
		return a.storeRight(tx, x)
	})
}

// Nobody hands it a transaction.
func (a *accounts) storePlain(session *gorm.DB, x *account) error { return a.orm.Save(x).Error }

func (a *accounts) plain(x *account) error { return a.storePlain(a.orm, x) }

// statements is what a generator makes.
type handle interface {
	ExecContext(ctx context.Context, text string, args ...any) (sql.Result, error)
}

type statements struct{ h handle }

func (s *statements) with(tx *sql.Tx) *statements { return &statements{tx} }

func (s *statements) touch(ctx context.Context, id int) error {
	_, err := s.h.ExecContext(ctx, "UPDATE users SET seen = now() WHERE id = $1", id)
	return err
}

type server struct {
	db *sql.DB
	st *statements
}

func (s *server) rename(ctx context.Context, id int) error {
	tx, err := s.db.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer tx.Rollback()
	if err := s.step(ctx, s.st.with(tx), id); err != nil {
		return err
	}
	return tx.Commit()
}

func (s *server) step(ctx context.Context, inTx *statements, id int) error {
	if err := inTx.touch(ctx, id); err != nil {
		return err
	}
	if err := s.st.touch(ctx, id); err != nil { // want `the query UPDATE users does not go through the caller's transaction inTx`
		return err
	}
	return s.further(ctx, inTx, id)
}

func (s *server) further(ctx context.Context, given *statements, id int) error {
	_, err := s.db.ExecContext(ctx, "DELETE FROM t WHERE id = $1", id) // want `the query DELETE t does not go through the caller's transaction given`
	return err
}

// The transaction is in a field of the receiver, and the pool beside it.
type batch struct {
	db *sql.DB
	tx *sql.Tx
}

func (b *batch) run(ctx context.Context) (err error) {
	if b.tx, err = b.db.BeginTx(ctx, nil); err != nil {
		return err
	}
	defer b.tx.Rollback()
	if _, err := b.tx.ExecContext(ctx, "DELETE FROM t"); err != nil {
		return err
	}
	if err := b.more(ctx); err != nil {
		return err
	}
	if _, err := b.db.ExecContext(ctx, "DELETE FROM u"); err != nil { // want `the query DELETE u does not go through the transaction begun at line \d+ \(db.ExecContext\): .* use b.tx, or do it outside`
		return err
	}
	return b.tx.Commit()
}

func (b *batch) more(ctx context.Context) error {
	_, err := b.tx.ExecContext(ctx, "DELETE FROM v")
	return err
}

// A context of the program's own carries the transaction.
type request struct{ context.Context }

type requestKey struct{}

func (r request) orm() *gorm.DB { return r.Value(requestKey{}).(*gorm.DB) }

func (r request) using(tx *gorm.DB) request {
	return request{context.WithValue(r.Context, requestKey{}, tx)}
}

func (r request) atomically(fn func(request) error) error {
	return r.orm().Transaction(func(tx *gorm.DB) error { return fn(r.using(tx)) })
}

func write(r request, x *account) error { return r.orm().Create(x).Error }

func outerRequest(r request, x *account) error {
	return r.atomically(func(inside request) error {
		if err := write(inside, x); err != nil {
			return err
		}
		return write(r, x) // want `the query INSERT accounts does not go through the transaction of r.atomically at line \d+`
	})
}

// The context that comes with the handle carries the transaction as well.
type current struct{}

func (a *accounts) of(ctx context.Context) *gorm.DB {
	if tx, ok := ctx.Value(current{}).(*gorm.DB); ok {
		return tx
	}
	return a.orm
}

func (a *accounts) find(ctx context.Context, id int) error {
	return a.of(ctx).First(&account{}, id).Error
}

func (a *accounts) handedBoth(ctx context.Context, tx *gorm.DB, id int) error {
	if err := a.find(ctx, id); err != nil {
		return err
	}
	return tx.Delete(&account{ID: id}).Error
}

func (a *accounts) carries(ctx context.Context, id int) error {
	return a.orm.Transaction(func(tx *gorm.DB) error {
		return a.handedBoth(context.WithValue(ctx, current{}, tx), tx, id)
	})
}

// What the calls that hand the transaction leave out is not run in it.
type options struct{ audit, count bool }

func (a *accounts) load(ctx context.Context, db *gorm.DB, o options) error {
	if err := db.First(&account{}).Error; err != nil {
		return err
	}
	if o.audit {
		if err := a.orm.Create(&account{}).Error; err != nil {
			return err
		}
	}
	if !o.count {
		return nil
	}
	n := int64(0)
	return a.orm.Model(&account{}).Count(&n).Error // want `the query SELECT accounts does not go through the caller's transaction db`
}

func (a *accounts) loads(ctx context.Context) error {
	if err := a.load(ctx, a.orm, options{audit: true}); err != nil {
		return err
	}
	return a.orm.Transaction(func(tx *gorm.DB) error {
		if err := a.load(ctx, tx, options{}); err != nil {
			return err
		}
		return a.load(ctx, tx, options{count: true})
	})
}

// Package joins holds begins that join the transaction at hand, and such that
// do not.
package joins

import (
	"context"
	"database/sql"

	"testdata/txsideeffect/joins/store"
	"testdata/txsideeffect/notify"
)

type service struct{ pool *store.Pool }

func (s *service) again(ctx context.Context) error {
	return s.pool.Always(ctx, func(ctx context.Context) error {
		return s.pool.Mark(ctx, 1)
	})
}

func (s *service) joined(ctx context.Context) error {
	return s.pool.Unless(ctx, func(ctx context.Context) error {
		return s.pool.Mark(ctx, 1)
	})
}

// The begin does not look into the context that it is given.
func (s *service) nested(ctx context.Context) error {
	return s.pool.Always(ctx, func(ctx context.Context) error {
		if err := s.joined(ctx); err != nil {
			return err
		}
		return s.again(ctx) // want `a second transaction is begun inside the transaction of s.pool.Always at line 29, via \(\*service\).again`
	})
}

func (s *service) outerContext(outer context.Context) error {
	return s.pool.Always(outer, func(ctx context.Context) error {
		if err := s.joined(ctx); err != nil {
			return err
		}
		return s.joined(outer) // want `a second transaction is begun inside`
	})
}

// The session is in a field, and the transaction in a field of the session.
type holder struct{ s *store.Session }

func (h holder) inField(ctx context.Context) error {
	if err := h.s.Start(ctx); err != nil {
		return err
	}
	defer h.s.Drop()
	if err := h.s.Run(ctx, "DELETE FROM t"); err != nil {
		return err
	}
	if err := notify.Mail("a@example.com"); err != nil { // want `mail is sent inside the transaction begun at line 50`
		return err
	}
	if err := h.s.Keep(); err != nil {
		return err
	}
	return notify.Mail("a@example.com")
}

// A session need not be in a transaction.
func plainSession(ctx context.Context, s *store.Session) error {
	if err := s.Run(ctx, "DELETE FROM t"); err != nil {
		return err
	}
	return notify.Mail("a@example.com")
}

// The scope may be in a transaction already, which this one goes on in, and may not.
func scoped(ctx context.Context, scope *store.Scope) error {
	return scope.Transaction(ctx, func(inner *store.Scope) error {
		if err := inner.Transaction(ctx, func(same *store.Scope) error { return same.Exec(ctx, "DELETE FROM t") }); err != nil {
			return err
		}
		return scope.Exec(ctx, "DELETE FROM t") // want `does not go through the transaction of scope.Transaction`
	})
}

type app struct{ scope *store.Scope }

// The application's own is in none.
func (a *app) scoped(ctx context.Context) error {
	return a.scope.Transaction(ctx, func(inner *store.Scope) error {
		return a.scope.Exec(ctx, "DELETE FROM t") // want `does not go through the transaction of a.scope.Transaction`
	})
}

// A begin that takes the transaction at hand, if there is one.
type unit struct {
	tx  *sql.Tx
	own bool
}

type unitKey struct{}

func enter(ctx context.Context, db *sql.DB) (*unit, context.Context, error) {
	if tx, ok := ctx.Value(unitKey{}).(*sql.Tx); ok {
		return &unit{tx, false}, ctx, nil
	}
	tx, err := db.BeginTx(ctx, nil)
	if err != nil {
		return nil, nil, err
	}
	return &unit{tx, true}, context.WithValue(ctx, unitKey{}, tx), nil
}

func leave(u *unit, err *error) {
	switch {
	case !u.own:
	case *err != nil:
		_ = u.tx.Rollback()
	default:
		*err = u.tx.Commit()
	}
}

func inner(ctx context.Context, db *sql.DB) (err error) {
	u, _, err := enter(ctx, db)
	if err != nil {
		return err
	}
	defer leave(u, &err)
	_, err = u.tx.Exec("DELETE FROM t")
	return err
}

func outer(ctx context.Context, db *sql.DB) (err error) {
	u, inside, err := enter(ctx, db)
	if err != nil {
		return err
	}
	defer leave(u, &err)
	if err := notify.Mail("a@example.com"); err != nil { // want `mail is sent inside the transaction begun at line 133`
		return err
	}
	if err := inner(inside, db); err != nil {
		return err
	}
	return inner(ctx, db) // want `a second transaction is begun inside`
}

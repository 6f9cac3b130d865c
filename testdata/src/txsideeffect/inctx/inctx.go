// Package inctx has transactions that travel in a context, and what does not look
// for them there.
package inctx

import (
	"context"
	"database/sql"
)

type key struct{}

// Querier is what both have in common.
type Querier interface {
	ExecContext(ctx context.Context, query string, args ...any) (sql.Result, error)
}

// Rooms looks into the context in one method, and not in the other.
type Rooms struct{ db *sql.DB }

func (r *Rooms) in(ctx context.Context) Querier {
	if tx, ok := ctx.Value(key{}).(*sql.Tx); ok {
		return tx
	}
	return r.db
}

func (r *Rooms) Free(ctx context.Context, id int) error {
	_, err := r.in(ctx).ExecContext(ctx, "UPDATE rooms SET free = true WHERE id = $1", id)
	return err
}

func (r *Rooms) Clean(ctx context.Context, id int) error {
	_, err := r.db.ExecContext(ctx, "UPDATE rooms SET clean = true WHERE id = $1", id)
	return err
}

// Atomic puts one into the context.
func (r *Rooms) Atomic(ctx context.Context, do func(context.Context) error) error {
	tx, err := r.db.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer tx.Rollback()
	if err := do(context.WithValue(ctx, key{}, tx)); err != nil {
		return err
	}
	return tx.Commit()
}

func leave(ctx context.Context, r *Rooms, id int) error {
	return r.Atomic(ctx, func(ctx context.Context) error {
		if err := r.Free(ctx, id); err != nil {
			return err
		}
		return r.Clean(ctx, id) // want `the query UPDATE rooms does not go through the transaction of r.Atomic at line \d+`
	})
}

// The one outside is not in the context that is passed on.
func leaveOuter(ctx context.Context, r *Rooms, id int) error {
	return r.Atomic(ctx, func(inner context.Context) error {
		if err := r.Free(inner, id); err != nil {
			return err
		}
		return r.Free(ctx, id) // want `the query UPDATE rooms does not go through`
	})
}

func (r *Rooms) direct(ctx context.Context, id int) error {
	return r.Atomic(ctx, func(ctx context.Context) error {
		_, err := r.db.ExecContext(ctx, "DELETE FROM keys WHERE room = $1", id) // want `the query DELETE keys does not go through`
		return err
	})
}

func (r *Rooms) joined(ctx context.Context, id int) error {
	return r.Atomic(ctx, func(ctx context.Context) error {
		_, err := r.in(ctx).ExecContext(ctx, "DELETE FROM keys WHERE room = $1", id)
		return err
	})
}

// Session is a context of the program's own.
type Session struct {
	context.Context
	db *sql.DB
	tx *sql.Tx
}

func (s Session) q() Querier {
	if s.tx != nil {
		return s.tx
	}
	return s.db
}

// Within begins one, or joins that of the session.
func (s Session) Within(do func(Session) error) error {
	if s.tx != nil {
		return do(s)
	}
	tx, err := s.db.BeginTx(s, nil)
	if err != nil {
		return err
	}
	defer tx.Rollback()
	if err := do(Session{s.Context, s.db, tx}); err != nil {
		return err
	}
	return tx.Commit()
}

func book(s Session, id int) error {
	_, err := s.q().ExecContext(s, "INSERT INTO bookings (room) VALUES ($1)", id)
	return err
}

// Right only where there was one before.
func bookOuter(s Session, id int) error {
	return s.Within(func(in Session) error {
		if err := book(in, id); err != nil {
			return err
		}
		return book(s, id) // want `the query INSERT bookings does not go through`
	})
}

func bookInner(s Session, id int) error {
	return s.Within(func(s Session) error { return book(s, id) })
}

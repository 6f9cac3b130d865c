package sessionstate

import (
	"context"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/jmoiron/sqlx"
	"gorm.io/gorm"
)

// What a function does with the handle that it is given.

type runs interface {
	Exec(ctx context.Context, sql string, args ...any) (pgconn.CommandTag, error)
}

func guard(ctx context.Context, on runs, key int64) error {
	_, err := on.Exec(ctx, "SELECT pg_advisory_lock($1)", key)
	return err
}

func lead(ctx context.Context, on sqlx.QueryerContext) (ok bool, err error) {
	err = sqlx.GetContext(ctx, on, &ok, "SELECT pg_try_advisory_lock(9)")
	return ok, err
}

type host struct {
	pool *pgxpool.Pool
	old  *sqlx.DB
}

func (h *host) work(ctx context.Context) error {
	if err := guard(ctx, h.pool, 1); err != nil { // want `this hands a pool to guard .*: the lock of pg_advisory_lock belongs to the one connection`
		return err
	}
	_, err := lead(ctx, h.old) // want `this hands a pool to lead`
	return err
}

func (h *host) start(ctx context.Context) error { return h.work(ctx) }

func (h *host) keep(ctx context.Context) error {
	c, err := h.pool.Acquire(ctx)
	if err != nil {
		return err
	}
	defer c.Release()
	if err := guard(ctx, c, 1); err != nil {
		return err
	}
	own, err := h.old.Connx(ctx)
	if err != nil {
		return err
	}
	defer own.Close()
	_, err = lead(ctx, own)
	return err
}

func (h *host) within(ctx context.Context) error {
	return pgx.BeginFunc(ctx, h.pool, func(tx pgx.Tx) error { return guard(ctx, tx, 1) })
}

// The handle comes from a method that does nothing else.

type shelf struct{ root *gorm.DB }

func (s *shelf) in(ctx context.Context) *gorm.DB { return s.root.WithContext(ctx) }

func (s *shelf) move(ctx context.Context) error {
	return s.in(ctx).Transaction(func(tx *gorm.DB) error { return tx.Exec("SET LOCAL ROLE mover").Error })
}

func (s *shelf) report(ctx context.Context) error {
	return s.in(ctx).Exec("SET ROLE reporter").Error // want `the setting of role stays in the one connection`
}

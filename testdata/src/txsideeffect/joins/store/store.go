// Package store begins transactions in several ways.
package store

import (
	"context"
	"database/sql"
)

type slot struct{}

// Pool is the plain handle.
type Pool struct{ Conn *sql.DB }

// Always begins, whatever the context has.
func (p *Pool) Always(ctx context.Context, fn func(ctx context.Context) error) error {
	tx, err := p.Conn.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer tx.Rollback()
	if err := fn(context.WithValue(ctx, slot{}, tx)); err != nil {
		return err
	}
	return tx.Commit()
}

// current is the transaction of a context.
func current(ctx context.Context) *sql.Tx {
	tx, _ := ctx.Value(slot{}).(*sql.Tx)
	return tx
}

// Unless begins if the context has no transaction.
func (p *Pool) Unless(ctx context.Context, fn func(ctx context.Context) error) error {
	if current(ctx) == nil {
		return p.Always(ctx, fn)
	}
	return fn(ctx)
}

// Mark writes through the context's transaction.
func (p *Pool) Mark(ctx context.Context, id int) error {
	_, err := current(ctx).ExecContext(ctx, "UPDATE marks SET n = n + 1 WHERE id = $1", id)
	return err
}

// Session begins in place.
type Session struct {
	pool *sql.DB
	tx   *sql.Tx
}

// Start begins.
func (s *Session) Start(ctx context.Context) (err error) {
	s.tx, err = s.pool.BeginTx(ctx, nil)
	return err
}

// Keep commits.
func (s *Session) Keep() error { return s.tx.Commit() }

// Drop rolls back.
func (s *Session) Drop() { _ = s.tx.Rollback() }

// Commit and Rollback make it look like a transaction.
func (s *Session) Commit() error { return s.Keep() }

// Rollback rolls back.
func (s *Session) Rollback() error { return s.tx.Rollback() }

// Run sends through the transaction if there is one.
func (s *Session) Run(ctx context.Context, text string) error {
	if s.tx == nil {
		_, err := s.pool.ExecContext(ctx, text)
		return err
	}
	_, err := s.tx.ExecContext(ctx, text)
	return err
}

// A Scope knows its transaction, if it is in one.
type Scope struct {
	Conn *sql.DB
	TX   *sql.Tx
}

// Transaction goes on in the scope's transaction.
func (s *Scope) Transaction(ctx context.Context, fn func(s *Scope) error) error {
	if s.TX != nil {
		return fn(s)
	}
	tx, err := s.Conn.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer tx.Rollback()
	if err := fn(&Scope{s.Conn, tx}); err != nil {
		return err
	}
	return tx.Commit()
}

// Exec sends.
func (s *Scope) Exec(ctx context.Context, text string) error {
	if s.TX != nil {
		_, err := s.TX.ExecContext(ctx, text)
		return err
	}
	_, err := s.Conn.ExecContext(ctx, text)
	return err
}

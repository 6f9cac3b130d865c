// Package app calls interfaces whose implementation it imports.
package app

import (
	"context"
	"database/sql"

	"testdata/nplusone/rule/ifaces/pg"
	"testdata/nplusone/rule/ifaces/store"
)

type App struct {
	users store.Users
	clock store.Clock
	mail  mailer
}

func New(db *sql.DB) *App { return &App{users: &pg.Users{DB: db}, clock: pg.System{}} }

func (a *App) names(ctx context.Context, ids []int64) (names []string, err error) {
	for _, id := range ids {
		name, err := a.users.Name(ctx, id) // want `^the query SELECT users runs once per iteration of the loop at line 21, via Users\.Name -> DB\.QueryRowContext \(pg\.go:18\) through store\.Users\.Name`
		if err != nil {
			return nil, err
		}
		names = append(names, name)
	}
	return names, nil
}

func (a *App) namesAtOnce(ctx context.Context, ids []int64) (map[int64]string, error) {
	return a.users.Names(ctx, ids)
}

func (a *App) otherInterface(ids []int64) (sum int64) {
	for range ids {
		sum += a.clock.Now()
	}
	return sum
}

// Nobody in sight implements it.
type mailer interface{ Send(id int64) error }

func (a *App) unknown(ids []int64) {
	for _, id := range ids {
		a.mail.Send(id)
	}
}

// Well-known interfaces are not taken for their implementations.
type failure struct {
	db *sql.DB
	id int64
}

func (f failure) Error() string {
	var s string
	f.db.QueryRow("SELECT text FROM failures WHERE id = $1", f.id).Scan(&s)
	return s
}

func (a *App) errors(errs []error) (all []string) {
	for _, err := range errs {
		all = append(all, err.Error())
	}
	return all
}

// The element is one of several implementations.
type source interface {
	load(ctx context.Context) error
}

type table struct {
	db *sql.DB
	id int64
}

func (t *table) load(ctx context.Context) error {
	_, err := t.db.ExecContext(ctx, "DELETE FROM tables WHERE id = $1", t.id)
	return err
}

type empty struct{}

func (empty) load(context.Context) error { return nil }

func loadAll(ctx context.Context, db *sql.DB, ids []int64) error {
	for _, id := range ids {
		var s source = &table{db, id}
		if err := s.load(ctx); err != nil { // want `^the query DELETE tables runs once per iteration of the loop at line 90, via source\.load -> db\.ExecContext \(app\.go:81\) through app\.source\.load`
			return err
		}
	}
	return nil
}

// Embedded handles and promoted methods.
type conn struct{ *sql.DB }

type repo struct{ conn }

func (r repo) promoted(ids []int64) {
	for _, id := range ids {
		r.Exec("DELETE FROM users WHERE id = $1", id) // want `^the query DELETE users runs once per iteration of the loop at line 105`
	}
}

type service struct{ *pg.Users }

func (s service) promotedMethod(ctx context.Context, ids []int64) {
	for _, id := range ids {
		s.Name(ctx, id) // want `^the query SELECT users runs once per iteration of the loop at line 113, via \(\*Users\)\.Name -> DB\.QueryRowContext \(pg\.go:18\)`
	}
}

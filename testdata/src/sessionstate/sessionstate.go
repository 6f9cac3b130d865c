package sessionstate

import (
	"context"
	"database/sql"
	"fmt"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/jmoiron/sqlx"
	_ "github.com/lib/pq"
	"gorm.io/gorm"
)

type wrapped struct{ *sqlx.DB }

func (w wrapped) leader(ctx context.Context) {
	w.ExecContext(ctx, "SELECT pg_advisory_lock(42)") // want `the lock of pg_advisory_lock belongs to the one connection`
	w.ExecContext(ctx, "SELECT pg_advisory_unlock(42)")
}

func pool(ctx context.Context, p *pgxpool.Pool, tenant, channel string) {
	p.Exec(ctx, "SET app.tenant = 'x'")                              // want `the setting of app.tenant stays in the one connection`
	p.Exec(ctx, "CREATE TEMP TABLE hits (id int)")                   // want `the temporary table hits exists in the one connection`
	p.Exec(ctx, "LISTEN "+channel)                                   // want `LISTEN .* is heard by the one connection`
	p.Exec(ctx, "SET LOCAL statement_timeout = '1s'")                // want `SET LOCAL statement_timeout ends with this statement`
	p.Exec(ctx, "PREPARE one AS SELECT 1")                           // want `one exists in the one connection`
	p.Exec(ctx, fmt.Sprintf("SET search_path TO tenant_%s", tenant)) // the second setting of the function
}

func setConfig(db *sql.DB, who string) {
	db.QueryRow("SELECT set_config('app.who', $1, FALSE)", who) // want `the setting of app.who stays`
}

func byHand(db *sql.DB) error {
	if _, err := db.Exec("BEGIN"); err != nil { // want `BEGIN opens a transaction in the one connection`
		return err
	}
	_, err := db.Exec("COMMIT")
	return err
}

func ends(db *sql.DB) {
	db.Exec("ROLLBACK") // want `this ends the transaction of whichever connection`
}

func isolation(db *sql.DB) {
	db.Exec("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ") // want `SET TRANSACTION does nothing here`
}

func run(db *sql.DB, text string) { db.Exec(text) }

func handed(db *sql.DB) {
	run(db, "SET timezone TO 'UTC'") // want `the setting of timezone stays`
}

// Right: one connection, a transaction, everything in one text, what may be a
// transaction, what belongs to no session.

func connections(ctx context.Context, c *pgx.Conn, one *sql.Conn, p *pgxpool.Pool, tx *sql.Tx, g *gorm.DB) error {
	c.Exec(ctx, "LISTEN jobs")
	one.ExecContext(ctx, "SELECT pg_advisory_lock(42)")
	tx.Exec("SET LOCAL statement_timeout = '1s'")
	g.Exec("SELECT pg_advisory_lock(42)")
	got, err := p.Acquire(ctx)
	if err != nil {
		return err
	}
	defer got.Release()
	_, err = got.Exec(ctx, "SET app.tenant = 'x'")
	return err
}

func inOne(ctx context.Context, p *pgxpool.Pool, db *sql.DB) {
	p.Exec(ctx, "BEGIN; DELETE FROM hits; COMMIT")
	p.Exec(ctx, "SET lock_timeout = '1s'; ALTER TABLE hits ADD n int; RESET lock_timeout")
	db.Exec("SELECT pg_advisory_lock(1), pg_advisory_unlock(1)")
	db.Exec("SELECT pg_advisory_xact_lock(1)")
	db.Exec("SELECT set_config('app.who', 'me', true)")
	db.Exec("RESET ALL")
	db.Exec("NOTIFY jobs")
}

// Where transactions are begun there is a pool, unless a transaction is put there, too.

type rooms struct{ g *gorm.DB }

func (r *rooms) move(f func(*gorm.DB) error) error { return r.g.Transaction(f) }

func (r *rooms) exclusive(ctx context.Context, f func()) {
	r.g.WithContext(ctx).Exec("SELECT pg_advisory_lock(7)") // want `the lock of pg_advisory_lock belongs to the one connection`
	defer r.g.Exec("SELECT pg_advisory_unlock(7)")
	f()
}

type shelves struct{ g *gorm.DB }

func (s *shelves) with(g *gorm.DB) *shelves { return &shelves{g: g} }

func (s *shelves) move(f func(*shelves) error) error {
	return s.g.Transaction(func(tx *gorm.DB) error { return f(s.with(tx)) })
}

func (s *shelves) exclusive(f func()) {
	s.g.Exec("SELECT pg_advisory_lock(7)")
	defer s.g.Exec("SELECT pg_advisory_unlock(7)")
	f()
}

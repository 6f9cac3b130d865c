package connpool

import (
	"context"
	"database/sql"
	"net/http"
	"os/exec"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
)

// A connection that is taken while somebody else is waited for.

func print(ctx context.Context, db *sql.DB, page int) error {
	c, err := db.Conn(ctx)
	if err != nil {
		return err
	}
	defer c.Close()
	if err := exec.CommandContext(ctx, "lpr", "-").Run(); err != nil { // want `this waits for another process by .* while the connection is taken that line \d+ asks the pool for`
		return err
	}
	_, err = c.ExecContext(ctx, "UPDATE pages SET printed = true WHERE id = $1", page)
	return err
}

func (s *kiosk) refresh(ctx context.Context) error {
	lease, err := s.pool.Acquire(ctx)
	if err != nil {
		return err
	}
	defer lease.Release()
	for n := 1; n < 4; n++ {
		if _, err = lease.Exec(ctx, "REFRESH MATERIALIZED VIEW menu"); err == nil {
			return nil
		}
		time.Sleep(time.Duration(n) * time.Second) // want `this waits for the clock`
	}
	return err
}

func (s *kiosk) inside(ctx context.Context, url string) error {
	return s.pool.AcquireFunc(ctx, func(c *pgxpool.Conn) error {
		if err := get(url); err != nil { // want `this waits for an answer over HTTP by .* while the connection is taken`
			return err
		}
		_, err := c.Exec(ctx, "UPDATE menu SET fetched = now()")
		return err
	})
}

type kiosk struct {
	pool *pgxpool.Pool
	dsn  string
}

func (s *kiosk) released(ctx context.Context, url string) error {
	c, err := s.pool.Acquire(ctx)
	if err != nil {
		return err
	}
	_, err = c.Exec(ctx, "UPDATE menu SET fetched = now()")
	c.Release()
	if err != nil {
		return err
	}
	return get(url)
}

// leader keeps the connection for its lock.
func (s *kiosk) leader(ctx context.Context, url string) error {
	c, err := s.pool.Acquire(ctx)
	if err != nil {
		return err
	}
	defer c.Release()
	if _, err := c.Exec(ctx, "SELECT pg_advisory_lock(7)"); err != nil {
		return err
	}
	return get(url)
}

// own is no pool's connection.
func own(ctx context.Context, url string) error {
	c, err := pgx.Connect(ctx, "dbname=menu")
	if err != nil {
		return err
	}
	defer c.Close(ctx)
	return get(url)
}

// unscanned keeps one by a row that nobody has read yet.
func unscanned(ctx context.Context, db *sql.DB, url string) (n int, err error) {
	r := db.QueryRowContext(ctx, "SELECT count(*) FROM menu")
	if err := get(url); err != nil { // want `this waits for an answer over HTTP by .* while the row of the query at line \d+ keeps a connection`
		return 0, err
	}
	err = r.Scan(&n)
	return n, err
}

// Pools behind helpers, and for each turn.

func (s *kiosk) dial(ctx context.Context) (*pgx.Conn, error) { return pgx.Connect(ctx, s.dsn) }

func (s *kiosk) dialed(w http.ResponseWriter, r *http.Request) {
	c, err := s.dial(r.Context()) // want `each request opens a connection of its own here`
	if err != nil {
		return
	}
	defer c.Close(r.Context())
	c.Exec(r.Context(), "INSERT INTO visits DEFAULT VALUES")
}

type ledgerDB struct{ pool *sql.DB }

func (l *ledgerDB) Close() error { return l.pool.Close() }

func openLedger(dsn string) (*ledgerDB, error) {
	db, err := sql.Open("postgres", dsn)
	if err != nil {
		return nil, err
	}
	return &ledgerDB{db}, nil
}

func (s *kiosk) wrapped(w http.ResponseWriter, r *http.Request) {
	l, err := openLedger(s.dsn) // want `each request opens a connection of its own here`
	if err != nil {
		return
	}
	defer l.Close()
	l.pool.ExecContext(r.Context(), "INSERT INTO visits DEFAULT VALUES")
}

func lent(s *kiosk) *ledgerDB { return theLedger }

var theLedger *ledgerDB

func borrowed(s *kiosk) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		l := lent(s)
		defer l.Close()
		l.pool.ExecContext(r.Context(), "INSERT INTO visits DEFAULT VALUES")
	}
}

func branches(ctx context.Context, dsns []string) error {
	for _, dsn := range dsns {
		db, err := pgxpool.New(ctx, dsn) // want `the loop at line \d+ opens another one each time, and what closes them is deferred until the function returns`
		if err != nil {
			return err
		}
		defer db.Close()
		if err := db.Ping(ctx); err != nil {
			return err
		}
	}
	return nil
}

func branchesApart(ctx context.Context, dsns []string) error {
	for _, dsn := range dsns {
		err := func() error {
			db, err := pgxpool.New(ctx, dsn)
			if err != nil {
				return err
			}
			defer db.Close()
			return db.Ping(ctx)
		}()
		if err != nil {
			return err
		}
	}
	return nil
}

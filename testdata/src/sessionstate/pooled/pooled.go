package pooled

import (
	"context"
	"database/sql"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
)

func locked(ctx context.Context, pool *pgxpool.Pool, berth int64, work func() error) error {
	conn, err := pool.Acquire(ctx)
	if err != nil {
		return err
	}
	defer conn.Release()
	if _, err := conn.Exec(ctx, "SELECT pg_advisory_lock($1)", berth); err != nil { // want `the pooler may run the next statement of this connection through another of the server, which does not own the lock of pg_advisory_lock`
		return err
	}
	defer conn.Exec(ctx, "SELECT pg_advisory_unlock($1)", berth)
	return work()
}

func tenant(ctx context.Context, conn *sql.Conn) error {
	_, err := conn.ExecContext(ctx, "SET app.tenant = 'north'") // want `the pooler may run the next statement of this connection through another of the server, which lacks the setting of app.tenant`
	return err
}

func wait(ctx context.Context, conn *pgx.Conn) error {
	if _, err := conn.Exec(ctx, "LISTEN tides"); err != nil { // want `the pooler may run the next statement of this connection through another of the server, and nobody hears LISTEN tides`
		return err
	}
	_, err := conn.WaitForNotification(ctx)
	return err
}

func scratch(ctx context.Context, conn *pgx.Conn) error {
	_, err := conn.Exec(ctx, "CREATE TEMP TABLE catch (id int)") // want `through another of the server, which lacks the temporary table catch`
	return err
}

func plan(ctx context.Context, conn *pgx.Conn) error {
	_, err := conn.Exec(ctx, "PREPARE by_port AS SELECT 1") // want `through another of the server, which lacks by_port`
	return err
}

func throughPool(ctx context.Context, pool *pgxpool.Pool) error {
	_, err := pool.Exec(ctx, "SET app.tenant = 'north'") // want `the setting of app.tenant stays in the one connection`
	return err
}

// A transaction has one connection of the server from its begin to its end.
func goodTransaction(ctx context.Context, conn *pgx.Conn, berth int64) error {
	tx, err := conn.Begin(ctx)
	if err != nil {
		return err
	}
	defer tx.Rollback(ctx)
	if _, err := tx.Exec(ctx, "SELECT pg_advisory_xact_lock($1)", berth); err != nil {
		return err
	}
	if _, err := tx.Exec(ctx, "SET LOCAL app.tenant = 'north'"); err != nil {
		return err
	}
	return tx.Commit(ctx)
}

// So has one that begins as text.
func goodText(ctx context.Context, conn *pgx.Conn) error {
	if _, err := conn.Exec(ctx, "BEGIN"); err != nil {
		return err
	}
	_, err := conn.Exec(ctx, "COMMIT")
	return err
}

// The pooler keeps what the server reports of a session.
func goodReported(ctx context.Context, conn *pgx.Conn) error {
	_, err := conn.Exec(ctx, "SET TimeZone = 'UTC'")
	return err
}

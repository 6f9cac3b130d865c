package rowsopen

import (
	"context"
	"database/sql"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
)

// One row keeps the connection until it is scanned, a connection of a pool until it is
// given back.

func unscanned(ctx context.Context, tx pgx.Tx, id int64) (n int, err error) {
	r := tx.QueryRow(ctx, "SELECT n FROM labels WHERE id = $1 FOR UPDATE", id)
	if _, err := tx.Exec(ctx, "UPDATE labels SET n = n + 1 WHERE id = $1", id); err != nil { // want `goes through the connection on which the row of the query at line \d+ is not scanned: the driver answers "conn busy"; scan it before`
		return 0, err
	}
	err = r.Scan(&n)
	return n, err
}

func unscannedPool(ctx context.Context, db *sql.DB, id int64) (n int, err error) {
	r := db.QueryRowContext(ctx, "SELECT n FROM labels WHERE id = $1", id)
	if _, err := db.ExecContext(ctx, "UPDATE labels SET n = n + 1 WHERE id = $1", id); err != nil { // want `takes a second connection while the row of the query at line \d+ is not scanned`
		return 0, err
	}
	err = r.Scan(&n)
	return n, err
}

func scannedBefore(ctx context.Context, tx pgx.Tx, id int64) (n int, err error) {
	r := tx.QueryRow(ctx, "SELECT n FROM labels WHERE id = $1 FOR UPDATE", id)
	if err := r.Scan(&n); err != nil {
		return 0, err
	}
	_, err = tx.Exec(ctx, "UPDATE labels SET n = n + 1 WHERE id = $1", id)
	return n, err
}

func scannedElsewhere(ctx context.Context, tx pgx.Tx, id int64) error {
	r := tx.QueryRow(ctx, "SELECT n FROM labels WHERE id = $1 FOR UPDATE", id)
	if err := number(r); err != nil {
		return err
	}
	_, err := tx.Exec(ctx, "UPDATE labels SET n = n + 1 WHERE id = $1", id)
	return err
}

func number(r pgx.Row) error {
	var n int
	return r.Scan(&n)
}

func kept(ctx context.Context, pool *pgxpool.Pool, id int64) error {
	c, err := pool.Acquire(ctx) // want `the connection is still taken at the return at line \d+`
	if err != nil {
		return err
	}
	if _, err := c.Exec(ctx, "UPDATE labels SET n = 0 WHERE id = $1", id); err != nil {
		return err
	}
	c.Release()
	return nil
}

func keptEach(ctx context.Context, db *sql.DB, ids []int64) error {
	for _, id := range ids {
		c, err := db.Conn(ctx) // want `the loop takes another connection each time, and those before are given back only when the function returns`
		if err != nil {
			return err
		}
		defer c.Close()
		if _, err := c.ExecContext(ctx, "UPDATE labels SET n = 0 WHERE id = $1", id); err != nil {
			return err
		}
	}
	return nil
}

func givenBack(ctx context.Context, pool *pgxpool.Pool, id int64) error {
	c, err := pool.Acquire(ctx)
	if err != nil {
		return err
	}
	defer c.Release()
	if err := zero(ctx, c, id); err != nil {
		return err
	}
	return zero(ctx, c, id+1)
}

func zero(ctx context.Context, c *pgxpool.Conn, id int64) error {
	_, err := c.Exec(ctx, "UPDATE labels SET n = 0 WHERE id = $1", id)
	return err
}

func lentOut(ctx context.Context, pool *pgxpool.Pool) (*holder, error) {
	c, err := pool.Acquire(ctx)
	if err != nil {
		return nil, err
	}
	return &holder{c}, nil
}

type holder struct{ c *pgxpool.Conn }

func taken(ctx context.Context, pool *pgxpool.Pool) (*pgx.Conn, error) {
	c, err := pool.Acquire(ctx)
	if err != nil {
		return nil, err
	}
	own := c.Hijack()
	_, err = own.Exec(ctx, "LISTEN labels")
	return own, err
}

func later(ctx context.Context, pool *pgxpool.Pool) (func(), error) {
	c, err := pool.Acquire(ctx)
	if err != nil {
		return nil, err
	}
	return func() {
		defer c.Release()
		c.Exec(ctx, "UPDATE labels SET n = 0")
	}, nil
}

func onLent(ctx context.Context, pool *pgxpool.Pool, id int64) error {
	c, err := pool.Acquire(ctx)
	if err != nil {
		return err
	}
	defer c.Release()
	rows, err := c.Query(ctx, "SELECT id FROM labels WHERE n > $1", id)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		if _, err := c.Exec(ctx, "UPDATE labels SET n = 0"); err != nil { // want `goes through the connection on which the rows of the query at line \d+ are open`
			return err
		}
	}
	return rows.Err()
}

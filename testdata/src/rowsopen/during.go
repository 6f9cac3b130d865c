package rowsopen

import (
	"context"
	"database/sql"
	"errors"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"testdata/rowsopen/lib"
)

// What a function runs for its callers while rows are open.

func ofHelper(ctx context.Context, tx *sql.Tx) error {
	rs, err := tx.QueryContext(ctx, "SELECT id FROM crates")
	if err != nil {
		return err
	}
	return lib.Each(rs, func(id int) error {
		_, err := tx.ExecContext(ctx, "UPDATE crates SET counted = true WHERE id = $1", id) // want `goes through the connection on which the rows of the query at line \d+ are open`
		return err
	})
}

func afterHelper(ctx context.Context, tx *sql.Tx) error {
	rs, err := tx.QueryContext(ctx, "SELECT id FROM crates")
	if err != nil {
		return err
	}
	return lib.After(rs, func(ids []int) error {
		_, err := tx.ExecContext(ctx, "UPDATE crates SET counted = true WHERE id = ANY($1)", ids)
		return err
	})
}

func (d *depot) each(ctx context.Context, f func(id int) error) error {
	rs, err := d.db.QueryContext(ctx, "SELECT id FROM crates")
	if err != nil {
		return err
	}
	return lib.Each(rs, f)
}

func (d *depot) closure(ctx context.Context) error {
	return d.each(ctx, func(id int) error {
		_, err := d.db.ExecContext(ctx, "UPDATE crates SET counted = true WHERE id = $1", id) // want `takes a second connection while the rows of the query at line \d+ are open`
		return err
	})
}

func (d *depot) elsewhere(ctx context.Context) error {
	return d.each(ctx, func(id int) error {
		_, err := d.spare.ExecContext(ctx, "UPDATE crates SET counted = true WHERE id = $1", id)
		return err
	})
}

func iterator(ctx context.Context, crates lib.Store) error {
	for id, err := range crates.Walk(ctx) {
		if err != nil {
			return err
		}
		if err := crates.Mark(ctx, id); err != nil { // want `takes a second connection while the rows of the query at line \d+ are open`
			return err
		}
	}
	return nil
}

func readBefore(ctx context.Context, crates lib.Store) error {
	for id := range crates.Read(ctx) {
		if err := crates.Mark(ctx, id); err != nil {
			return err
		}
	}
	return nil
}

// The results of a batch.

func batchBusy(ctx context.Context, tx pgx.Tx) error {
	b := new(pgx.Batch)
	b.Queue("UPDATE crates SET seen = true")
	results := tx.SendBatch(ctx, b)
	if _, err := results.Exec(); err != nil {
		return errors.Join(err, results.Close())
	}
	if _, err := tx.Exec(ctx, "NOTIFY crates"); err != nil { // want `on which the results of the batch at line \d+ are open`
		return err
	}
	return results.Close()
}

func batchClosed(ctx context.Context, tx pgx.Tx) error {
	b := new(pgx.Batch)
	b.Queue("UPDATE crates SET seen = true")
	results := tx.SendBatch(ctx, b)
	for range b.Len() {
		if _, err := results.Exec(); err != nil {
			return errors.Join(err, results.Close())
		}
	}
	if err := results.Close(); err != nil {
		return err
	}
	_, err := tx.Exec(ctx, "NOTIFY crates")
	return err
}

func batchLeft(ctx context.Context, pool *pgxpool.Pool, b *pgx.Batch) error {
	results := pool.SendBatch(ctx, b) // want `the results of this batch are still open at the return at line \d+, so that its connection does not return to the pool: defer results.Close\(\)`
	_, err := results.Exec()
	return err
}

func batchDropped(ctx context.Context, pool *pgxpool.Pool, b *pgx.Batch) {
	pool.SendBatch(ctx, b) // want `nothing can close the results of this batch`
}

// A condition of the loop around says nothing of the rows.
func counted(ctx context.Context, db *sql.DB, ids []int) (n int, err error) {
	for i := 0; i < len(ids); i++ {
		rs, err := db.QueryContext(ctx, "SELECT 1 FROM crates WHERE id = $1", ids[i]) // want `the loop comes back to this query while the rows of the time before are open`
		if err != nil {
			return n, err
		}
		defer rs.Close()
		if rs.Next() {
			n++
		}
		if err := rs.Err(); err != nil {
			return n, err
		}
	}
	return n, nil
}

// What the branches set does.
func tried(ctx context.Context, db *sql.DB) (bool, error) {
	for done := false; !done; {
		rs, err := db.QueryContext(ctx, "SELECT 1 FROM crates")
		if err != nil {
			return false, err
		}
		if done = rs.Next(); !done {
			rs.Close()
		} else {
			defer rs.Close()
		}
		if err := rs.Err(); err != nil {
			return false, err
		}
	}
	return true, nil
}

// Nobody is told that a part was read only.
func silent(ctx context.Context, db *sql.DB) (n int) {
	rs, err := db.QueryContext(ctx, "SELECT 1 FROM crates")
	if err != nil {
		return 0
	}
	defer rs.Close()
	for rs.Next() { // want `nobody asks rs.Err\(\) after this loop: .*; log it, and return an error beside what was read`
		n++
	}
	return n
}

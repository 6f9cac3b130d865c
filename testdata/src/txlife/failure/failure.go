package failure

import (
	"context"
	"database/sql"
	"errors"
	"log"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"gorm.io/gorm"
)

func taken(err error) bool {
	var e *pgconn.PgError
	return errors.As(err, &e) && e.Code == "23505"
}

func seat(ctx context.Context, tx pgx.Tx, id int) error {
	_, err := tx.Exec(ctx, "INSERT INTO seats (id) VALUES ($1)", id)
	if taken(err) {
		_, err = tx.Exec(ctx, "UPDATE seats SET n = n + 1 WHERE id = $1", id) // want `postgresql refuses this statement \(25P02\), since on a way to it the statement at line 20 has failed`
	}
	return err
}

func swallowed(ctx context.Context, tx pgx.Tx, id int) error {
	if _, err := tx.Exec(ctx, "DELETE FROM seats WHERE id = $1", id); err != nil {
		log.Println(err)
	}
	return mention(ctx, tx, id) // want `the statement at line 28 has failed`
}

func mention(ctx context.Context, tx pgx.Tx, id int) error {
	_, err := tx.Exec(ctx, "INSERT INTO seats_log (id) VALUES ($1)", id)
	return err
}

func each(ctx context.Context, tx pgx.Tx, ids []int) (failed int) {
	for _, id := range ids {
		if _, err := tx.Exec(ctx, "DELETE FROM seats WHERE id = $1", id); err != nil { // want `this statement has failed in an iteration before`
			failed++
			continue
		}
	}
	return failed
}

func byGorm(db *gorm.DB, row *struct{ ID int }) error {
	return db.Transaction(func(tx *gorm.DB) error {
		res := tx.Table("seats").Create(row)
		if res.Error != nil {
			return tx.Exec("UPDATE seats SET n = n + 1 WHERE id = ?", row.ID).Error // want `the statement at line 51 has failed`
		}
		return nil
	})
}

func newSeat(ctx context.Context, tx pgx.Tx, row string) (id int, err error) {
	err = tx.QueryRow(ctx, "INSERT INTO seats (row) VALUES ($1) RETURNING id", row).Scan(&id)
	var e *pgconn.PgError
	if errors.As(err, &e) && e.Code == "23505" {
		err = tx.QueryRow(ctx, "SELECT id FROM seats WHERE row = $1", row).Scan(&id) // want `the statement at line 60 has failed`
	}
	return id, err
}

// Right: what fails ends the function or the transaction, no rows are no failure,
// a savepoint.

func returned(ctx context.Context, tx pgx.Tx, id int) error {
	if _, err := tx.Exec(ctx, "DELETE FROM seats WHERE id = $1", id); err != nil {
		return err
	}
	return mention(ctx, tx, id)
}

func noRows(ctx context.Context, tx *sql.Tx, id int) error {
	var n int
	err := tx.QueryRowContext(ctx, "UPDATE seats SET n = n + 1 WHERE id = $1 RETURNING n", id).Scan(&n)
	if err != nil {
		_, err = tx.ExecContext(ctx, "INSERT INTO seats (id) VALUES ($1)", id)
	}
	return err
}

func again(ctx context.Context, conn *pgx.Conn, id int) error {
	tx, err := conn.Begin(ctx)
	if err != nil {
		return err
	}
	if _, err := tx.Exec(ctx, "INSERT INTO seats (id) VALUES ($1)", id); err != nil {
		if err := tx.Rollback(ctx); err != nil {
			return err
		}
		_, err := conn.Exec(ctx, "UPDATE seats SET n = n + 1 WHERE id = $1", id)
		return err
	}
	return tx.Commit(ctx)
}

func savepoint(ctx context.Context, tx pgx.Tx, id int) error {
	if _, err := tx.Exec(ctx, "SAVEPOINT s"); err != nil {
		return err
	}
	if _, err := tx.Exec(ctx, "INSERT INTO seats (id) VALUES ($1)", id); err != nil {
		if _, err := tx.Exec(ctx, "ROLLBACK TO SAVEPOINT s"); err != nil {
			return err
		}
	}
	return mention(ctx, tx, id)
}

func nested(ctx context.Context, tx pgx.Tx, id int) error {
	err := pgx.BeginFunc(ctx, tx, func(inner pgx.Tx) error {
		_, err := inner.Exec(ctx, "INSERT INTO seats (id) VALUES ($1)", id)
		return err
	})
	if taken(err) {
		return mention(ctx, tx, id)
	}
	return err
}

func unlessFailed(ctx context.Context, tx pgx.Tx, id int) (err error) {
	ok := true
	if _, e := tx.Exec(ctx, "DELETE FROM seats WHERE id = $1", id); e != nil {
		ok, err = false, e
	}
	if ok {
		err = mention(ctx, tx, id)
	}
	return err
}

func begunInside(ctx context.Context, conn *pgx.Conn, id int) error {
	tx, err := conn.Begin(ctx)
	if err != nil {
		return err
	}
	defer tx.Rollback(ctx)
	part, err := tx.Begin(ctx)
	if err != nil {
		return err
	}
	if _, err := part.Exec(ctx, "INSERT INTO seats (id) VALUES ($1)", id); err != nil {
		if err := part.Rollback(ctx); err != nil {
			return err
		}
	} else if err := part.Commit(ctx); err != nil {
		return err
	}
	if err := mention(ctx, tx, id); err != nil {
		return err
	}
	return tx.Commit(ctx)
}

// The end of the part is not the end of the whole.
func leftBehind(ctx context.Context, conn *pgx.Conn, id int) error {
	tx, err := conn.Begin(ctx)
	if err != nil {
		return err
	}
	part, err := tx.Begin(ctx)
	if err != nil {
		return err // want `neither committed nor rolled back`
	}
	if _, err := part.Exec(ctx, "INSERT INTO seats (id) VALUES ($1)", id); err != nil {
		return part.Rollback(ctx)
	}
	return tx.Commit(ctx)
}

// A savepoint that is let go after the failure is none.
func released(ctx context.Context, tx pgx.Tx, id int) error {
	if _, err := tx.Exec(ctx, "SAVEPOINT before"); err != nil {
		return err
	}
	if _, err := tx.Exec(ctx, "DELETE FROM seats WHERE id = $1", id); err != nil {
		if _, err := tx.Exec(ctx, "RELEASE SAVEPOINT before"); err != nil { // want `postgresql refuses this statement`
			return err
		}
	}
	_, err := tx.Exec(ctx, "UPDATE seats SET n = 0")
	return err
}

func wentBack(ctx context.Context, tx pgx.Tx, id int) error {
	if _, err := tx.Exec(ctx, "SAVEPOINT before"); err != nil {
		return err
	}
	if _, err := tx.Exec(ctx, "DELETE FROM seats WHERE id = $1", id); err != nil {
		if _, err := tx.Exec(ctx, "rollback to savepoint before"); err != nil {
			return err
		}
	}
	_, err := tx.Exec(ctx, "UPDATE seats SET n = 0")
	return err
}

// Its text is not here.
func wentSomewhere(ctx context.Context, tx pgx.Tx, id int, back func(context.Context, pgx.Tx, string) error) error {
	if _, err := tx.Exec(ctx, "SAVEPOINT before"); err != nil {
		return err
	}
	if _, err := tx.Exec(ctx, "DELETE FROM seats WHERE id = $1", id); err != nil {
		if err := back(ctx, tx, "ROLLBACK TO before"); err != nil {
			return err
		}
	}
	_, err := tx.Exec(ctx, "UPDATE seats SET n = 0")
	return err
}

// What has no rows for the program fails by the database only, reading or not.
func locked(ctx context.Context, tx pgx.Tx, id int) error {
	_, err := tx.Exec(ctx, "SELECT 1 FROM seats WHERE id = $1 FOR UPDATE NOWAIT", id)
	var e *pgconn.PgError
	if errors.As(err, &e) && e.Code == "55P03" {
		_, err = tx.Exec(ctx, "INSERT INTO waits (id) VALUES ($1)", id) // want `postgresql refuses this statement`
	}
	return err
}

// There may be no such row.
func absent(ctx context.Context, tx pgx.Tx, id int) error {
	var n int
	err := tx.QueryRow(ctx, "SELECT n FROM seats WHERE id = $1 FOR UPDATE", id).Scan(&n)
	if err != nil {
		_, err = tx.Exec(ctx, "INSERT INTO seats (id) VALUES ($1)", id)
	}
	return err
}

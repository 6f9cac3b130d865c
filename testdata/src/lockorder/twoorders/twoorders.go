// Package twoorders locks rows of two tables in one order, and in the other.
package twoorders

import (
	"context"
	"database/sql"
	"errors"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
	_ "github.com/lib/pq"
)

func pay(ctx context.Context, db *sql.DB, order, account, n int) error {
	tx, err := db.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer tx.Rollback()
	if _, err := tx.ExecContext(ctx, "UPDATE orders SET paid = true WHERE id = $1", order); err != nil {
		return err
	}
	if err := take(ctx, tx, account, n); err != nil { // want `this locks rows of accounts after rows of orders \(line \d+\), and refund locks them the other way round \(twoorders.go:\d+\): .* one fails \(40P01\)`
		return err
	}
	return tx.Commit()
}

func take(ctx context.Context, tx *sql.Tx, account, n int) error {
	_, err := tx.ExecContext(ctx, "UPDATE accounts SET balance = balance - $2 WHERE id = $1", account, n)
	return err
}

func refund(ctx context.Context, pool *pgxpool.Pool, order, account int) error {
	return pgx.BeginFunc(ctx, pool, func(tx pgx.Tx) error {
		var n int
		if err := tx.QueryRow(ctx, "SELECT balance FROM accounts WHERE id = $1 FOR UPDATE", account).Scan(&n); err != nil {
			return err
		}
		if n < 0 {
			return errors.New("blocked")
		}
		_, err := tx.Exec(ctx, "UPDATE orders SET paid = false WHERE id = $1", order) // want `this locks rows of orders after rows of accounts .*, and pay locks them the other way round`
		return err
	})
}

// Right: one order, a row that all lock first, rows of its own, one way or the
// other, no transaction, a read.

func ship(ctx context.Context, db *sql.DB, parcel, depot int) error {
	tx, err := db.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer tx.Rollback()
	if _, err := tx.ExecContext(ctx, "SELECT 1 FROM routes WHERE id = $1 FOR UPDATE", depot); err != nil {
		return err
	}
	if _, err := tx.ExecContext(ctx, "UPDATE parcels SET sent = true WHERE id = $1", parcel); err != nil {
		return err
	}
	if _, err := tx.ExecContext(ctx, "UPDATE depots SET n = n - 1 WHERE id = $1", depot); err != nil {
		return err
	}
	return tx.Commit()
}

func receive(ctx context.Context, db *sql.DB, parcel, depot int) error {
	tx, err := db.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer tx.Rollback()
	if _, err := tx.ExecContext(ctx, "SELECT 1 FROM routes WHERE id = $1 FOR UPDATE", depot); err != nil {
		return err
	}
	if _, err := tx.ExecContext(ctx, "UPDATE depots SET n = n + 1 WHERE id = $1", depot); err != nil {
		return err
	}
	if _, err := tx.ExecContext(ctx, "UPDATE parcels SET sent = false WHERE id = $1", parcel); err != nil {
		return err
	}
	return tx.Commit()
}

func open(ctx context.Context, tx *sql.Tx, user int) error {
	if _, err := tx.ExecContext(ctx, "INSERT INTO carts (id) VALUES ($1)", user); err != nil {
		return err
	}
	if _, err := tx.ExecContext(ctx, "UPDATE carts SET n = 0 WHERE id = $1", user); err != nil {
		return err
	}
	_, err := tx.ExecContext(ctx, "UPDATE users SET cart = $1 WHERE id = $1", user)
	return err
}

func closed(ctx context.Context, tx *sql.Tx, user int) error {
	if _, err := tx.ExecContext(ctx, "UPDATE users SET cart = NULL WHERE id = $1", user); err != nil {
		return err
	}
	_, err := tx.ExecContext(ctx, "DELETE FROM carts WHERE id = $1", user)
	return err
}

func either(ctx context.Context, tx *sql.Tx, id int, up bool) (err error) {
	if up {
		_, err = tx.ExecContext(ctx, "UPDATE shelves SET n = n + 1 WHERE id = $1", id)
	} else {
		_, err = tx.ExecContext(ctx, "UPDATE boxes SET n = n + 1 WHERE id = $1", id)
	}
	return err
}

func both(ctx context.Context, tx *sql.Tx, id int) error {
	if _, err := tx.ExecContext(ctx, "UPDATE boxes SET n = n + 1 WHERE id = $1", id); err != nil {
		return err
	}
	_, err := tx.ExecContext(ctx, "UPDATE shelves SET n = n + 1 WHERE id = $1", id)
	return err
}

func loose(ctx context.Context, db *sql.DB, id int) error {
	if _, err := db.ExecContext(ctx, "UPDATE shelves SET n = n + 1 WHERE id = $1", id); err != nil {
		return err
	}
	_, err := db.ExecContext(ctx, "UPDATE boxes SET n = n + 1 WHERE id = $1", id)
	return err
}

func looks(ctx context.Context, tx *sql.Tx, id int) error {
	if err := tx.QueryRowContext(ctx, "SELECT n FROM shelves WHERE id = $1", id).Scan(&id); err != nil {
		return err
	}
	_, err := tx.ExecContext(ctx, "UPDATE boxes SET n = n + 1 WHERE id = $1", id)
	return err
}

// Package given takes a transaction that may be nil, and begins one then.
package given

import (
	"context"
	"net/http"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
)

func finish(ctx context.Context, tx pgx.Tx, mine bool, err *error) {
	if !mine {
		return
	}
	if *err != nil {
		tx.Rollback(ctx)
		return
	}
	*err = tx.Commit(ctx)
}

// What is begun is begun where none was given, whatever the name.
func Remove(ctx context.Context, pool *pgxpool.Pool, outer pgx.Tx, id int64) (err error) {
	tx, mine := outer, false
	if tx == nil {
		mine = true
		if tx, err = pool.Begin(ctx); err != nil {
			return err
		}
	}
	defer func() { finish(ctx, tx, mine, &err) }()
	_, err = tx.Exec(ctx, "DELETE FROM shelves WHERE id = $1", id)
	return err
}

// The name stands for something else by then.
func Replace(ctx context.Context, pool *pgxpool.Pool, outer, other pgx.Tx, id int64) (err error) {
	tx := outer
	tx = other
	if tx == nil {
		if tx, err = pool.Begin(ctx); err != nil { // want `a second transaction is begun inside`
			return err
		}
		defer tx.Rollback(ctx)
	}
	if _, err = outer.Exec(ctx, "DELETE FROM shelves WHERE id = $1", id); err != nil {
		return err
	}
	return tx.Commit(ctx)
}

// When the timer runs, nobody knows what has become of the transaction.
func Expire(ctx context.Context, pool *pgxpool.Pool, id int64, url string) error {
	return pgx.BeginFunc(ctx, pool, func(tx pgx.Tx) error {
		if _, err := tx.Exec(ctx, "UPDATE shelves SET held = true WHERE id = $1", id); err != nil {
			return err
		}
		time.AfterFunc(time.Hour, func() { http.Post(url, "text/plain", nil) })
		return nil
	})
}

// A goroutine starts at once.
func Tell(ctx context.Context, pool *pgxpool.Pool, id int64, url string) error {
	return pgx.BeginFunc(ctx, pool, func(tx pgx.Tx) error {
		go http.Post(url, "text/plain", nil) // want `a goroutine started inside the transaction .* makes an HTTP request`
		_, err := tx.Exec(ctx, "UPDATE shelves SET held = true WHERE id = $1", id)
		return err
	})
}

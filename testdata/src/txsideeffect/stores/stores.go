// Package stores tells a server of keys and values inside a transaction, and asks it.
package stores

import (
	"context"
	"database/sql"

	"github.com/redis/go-redis/v9"
)

func told(ctx context.Context, db *sql.DB, rdb *redis.Client, id string) error {
	tx, err := db.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer tx.Rollback()
	if _, err := tx.ExecContext(ctx, "DELETE FROM users WHERE id = $1", id); err != nil {
		return err
	}
	if err := rdb.Del(ctx, "user:"+id).Err(); err != nil { // want `a server of keys and values is written to inside the transaction begun at line \d+ \(rdb.Del\), which holds its locks meanwhile: do it after the commit: until then others read the old rows`
		return err
	}
	return tx.Commit()
}

func forget(ctx context.Context, rdb redis.Cmdable, id string) error {
	return rdb.Set(ctx, "gone:"+id, 1, 0).Err()
}

func toldInHelper(ctx context.Context, db *sql.DB, rdb *redis.Client, id string) error {
	tx, err := db.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer tx.Rollback()
	if _, err := tx.ExecContext(ctx, "DELETE FROM users WHERE id = $1", id); err != nil {
		return err
	}
	if err := forget(ctx, rdb, id); err != nil { // want `a server of keys and values is written to`
		return err
	}
	return tx.Commit()
}

// What it has is read, and what is queued is sent after the commit.
func asked(ctx context.Context, db *sql.DB, rdb *redis.Client, id string) error {
	pipe := rdb.TxPipeline()
	tx, err := db.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer tx.Rollback()
	name, err := rdb.Get(ctx, "user:"+id).Result()
	if err != nil {
		return err
	}
	pipe.Del(ctx, "user:"+id)
	if _, err := tx.ExecContext(ctx, "UPDATE users SET name = $2 WHERE id = $1", id, name); err != nil {
		return err
	}
	if err := tx.Commit(); err != nil {
		return err
	}
	_, err = pipe.Exec(ctx)
	return err
}

package txlife

import (
	"context"
	"database/sql"

	"golang.org/x/sync/errgroup"
)

// Two at once on one connection.
func fan(ctx context.Context, db *sql.DB, ids []int) error {
	tx, err := db.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer tx.Rollback()
	var g errgroup.Group
	for _, id := range ids {
		g.Go(func() error {
			_, err := tx.ExecContext(ctx, "DELETE FROM t WHERE id = $1", id) // want `a goroutine uses the transaction begun at line \d+ while something else uses or ends it: it is one connection`
			return err
		})
	}
	if err := g.Wait(); err != nil {
		return err
	}
	return tx.Commit()
}

// Nobody waits for the goroutine before the commit.
func late(ctx context.Context, db *sql.DB) error {
	tx, err := db.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer tx.Rollback()
	go remember(ctx, tx) // want `a goroutine uses the transaction`
	return tx.Commit()
}

func remember(ctx context.Context, tx *sql.Tx) {
	_, _ = tx.ExecContext(ctx, "INSERT INTO log VALUES (1)")
}

// One goroutine, and the function waits.
func awaited(ctx context.Context, db *sql.DB) error {
	tx, err := db.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer tx.Rollback()
	var g errgroup.Group
	g.Go(func() error {
		_, err := tx.ExecContext(ctx, "DELETE FROM t")
		return err
	})
	if err := g.Wait(); err != nil {
		return err
	}
	return tx.Commit()
}

type key struct{}

// The caller has it in the context, on one of the returns.
func opened(ctx context.Context, db *sql.DB, name string) (context.Context, error) {
	tx, err := db.BeginTx(ctx, nil)
	if err != nil {
		return nil, err
	}
	if _, err := tx.ExecContext(ctx, "DELETE FROM t"); err != nil {
		return ctx, err // want `neither committed nor rolled back`
	}
	if name == "" {
		return context.WithValue(ctx, key{}, tx), nil
	}
	in := context.WithValue(ctx, key{}, tx)
	return in, nil
}

func closed(ctx context.Context) error {
	tx, ok := ctx.Value(key{}).(*sql.Tx)
	if !ok {
		return nil
	}
	return tx.Commit()
}

// It is open in the context until that is handed to what ends it.
func forgets(ctx context.Context, db *sql.DB, name string) error {
	ctx, err := opened(ctx, db, name)
	if err != nil {
		return err
	}
	if name == "nobody" {
		return nil // want `neither committed nor rolled back`
	}
	return closed(ctx)
}

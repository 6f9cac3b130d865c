package neversent

import (
	"context"
	"database/sql"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/jmoiron/sqlx"
	"gorm.io/gorm"
)

func forgets(ctx context.Context, db *sql.DB, id int) error {
	closing, err := db.PrepareContext(ctx, "UPDATE tills SET closed = true WHERE id = $1") // want `this statement is prepared and never run`
	if err != nil {
		return err
	}
	defer closing.Close()
	_, err = db.ExecContext(ctx, "UPDATE tills SET open = false WHERE id = $1", id)
	return err
}

func forgetsNamed(tx *sqlx.Tx) error {
	byName, err := tx.PrepareNamed("SELECT id FROM tills WHERE name = :name") // want `this statement is prepared and never run`
	if err != nil {
		return err
	}
	defer func() { _ = byName.Close() }()
	return nil
}

func runs(ctx context.Context, db *sql.DB, ids []int) error {
	closing, err := db.PrepareContext(ctx, "UPDATE tills SET closed = true WHERE id = $1")
	if err != nil {
		return err
	}
	defer closing.Close()
	for _, id := range ids {
		if _, err := closing.ExecContext(ctx, id); err != nil {
			return err
		}
	}
	return nil
}

func inside(ctx context.Context, tx *sql.Tx, db *sql.DB, id int) error {
	closing, err := db.PrepareContext(ctx, "UPDATE tills SET closed = true WHERE id = $1")
	if err != nil {
		return err
	}
	defer closing.Close()
	_, err = tx.StmtContext(ctx, closing).ExecContext(ctx, id)
	return err
}

// byTheName is prepared for those that run it by its name.
func byTheName(ctx context.Context, conn *pgx.Conn) error {
	_, err := conn.Prepare(ctx, "closing", "UPDATE tills SET closed = true WHERE id = $1")
	return err
}

func queues(ctx context.Context, ids []int) error {
	b := new(pgx.Batch)
	for _, id := range ids {
		b.Queue("UPDATE tills SET closed = true WHERE id = $1", id) // want `what Queue puts into this batch is never sent`
	}
	if b.Len() == 0 {
		return nil
	}
	return ctx.Err()
}

func queuesValue(ids []int) (n int) {
	var b pgx.Batch
	for _, id := range ids {
		b.Queue("DELETE FROM tills WHERE id = $1", id) // want `what Queue puts into this batch is never sent`
	}
	return b.Len()
}

func sendsBatch(ctx context.Context, p *pgxpool.Pool, ids []int) error {
	b := &pgx.Batch{}
	for _, id := range ids {
		b.Queue("UPDATE tills SET closed = true WHERE id = $1", id)
	}
	return p.SendBatch(ctx, b).Close()
}

func gives(ids []int) *pgx.Batch {
	b := &pgx.Batch{}
	for _, id := range ids {
		b.Queue("UPDATE tills SET closed = true WHERE id = $1", id)
	}
	return b
}

func limits(ctx context.Context, s struct{ db *gorm.DB }) error {
	tx := s.db.WithContext(ctx).Model(&row{}).Where("n < ?", 1).Limit(10) // want `nothing sends this statement, whose Error is read at line \d+`
	if tx.Error != nil {
		return tx.Error
	}
	return nil
}

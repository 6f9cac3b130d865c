// Package pgxs tests selectstar and its fix with pgx and scany.
package pgxs

import (
	"context"

	"github.com/georgysavva/scany/v2/pgxscan"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgtype"
	"github.com/jackc/pgx/v5/pgxpool"
)

type order struct {
	ID    int64       `db:"id"`
	Total int64       `db:"total"`
	Note  pgtype.Text `db:"note"`
}

func collect(ctx context.Context, pool *pgxpool.Pool) ([]order, error) {
	rows, err := pool.Query(ctx, "SELECT * FROM orders WHERE total > $1", 10) // want `every column of orders`
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, pgx.RowToStructByName[order])
}

func one(ctx context.Context, tx pgx.Tx) (*order, error) {
	rows, _ := tx.Query(ctx, `SELECT o.* FROM orders o WHERE o.id = $1`, 1) // want `every column of orders`
	return pgx.CollectOneRow(rows, pgx.RowToAddrOfStructByName[order])
}

func maps(ctx context.Context, conn *pgx.Conn) ([]map[string]any, error) {
	rows, err := conn.Query(ctx, "SELECT * FROM orders")
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, pgx.RowToMap)
}

func fields(ctx context.Context, conn *pgx.Conn) int {
	rows, _ := conn.Query(ctx, "SELECT * FROM orders")
	defer rows.Close()
	return len(rows.FieldDescriptions())
}

func scany(ctx context.Context, pool *pgxpool.Pool) {
	var list []*order
	pgxscan.Select(ctx, pool, &list, "SELECT * FROM orders") // want `every column of orders`
	var m []map[string]any
	pgxscan.Select(ctx, pool, &m, "SELECT * FROM orders")
	pgxscan.Select(ctx, pool, &list, "SELECT id, total, note FROM orders")
}

func batch(ctx context.Context, conn *pgx.Conn) {
	b := &pgx.Batch{}
	b.Queue("SELECT * FROM orders WHERE id = $1", 1) // want `every column of orders`
	b.Queue("SELECT id FROM orders WHERE id = $1", 1)
	conn.SendBatch(ctx, b)
	conn.Exec(ctx, "SELECT * FROM orders FOR UPDATE")
	conn.QueryRow(ctx, "SELECT * FROM orders WHERE id = @id", pgx.NamedArgs{"id": 1}) // want `every column of orders`
	conn.Prepare(ctx, "orders", "SELECT * FROM orders")                               // want `every column of orders`
}

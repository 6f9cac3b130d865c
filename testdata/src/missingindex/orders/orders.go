// Package orders has migrations beside it.
package orders

import (
	"context"

	"github.com/jackc/pgx/v5"
)

func latest(ctx context.Context, conn *pgx.Conn, customer int64) (pgx.Rows, error) {
	return conn.Query(ctx, "SELECT id, total FROM orders WHERE customer_id = $1 ORDER BY created_at DESC LIMIT 20", customer) // want `no index of orders serves customer_id = \$1 ORDER BY created_at DESC; one for it also serves orders.go:16: CREATE INDEX CONCURRENTLY orders_customer_id_created_at_idx ON orders \(customer_id, created_at\) \[missingindex\]`
}

// One index serves this query as well, and what the cascade asks.
func since(ctx context.Context, conn *pgx.Conn, customer int64) (pgx.Rows, error) {
	return conn.Query(ctx, "SELECT id FROM orders WHERE customer_id = $1 AND created_at > now() - interval '1 day'", customer)
}

func product(ctx context.Context, conn *pgx.Conn, product int64) (pgx.Rows, error) {
	return conn.Query(ctx, "SELECT o.id FROM lines l JOIN orders o ON o.id = l.order_id WHERE l.product_id = $1", product) // want `no index of lines serves l.product_id = \$1: CREATE INDEX CONCURRENTLY lines_product_id_idx ON lines \(product_id\)`
}

func work(ctx context.Context, conn *pgx.Conn, queue string) (pgx.Rows, error) {
	return conn.Query(ctx, "SELECT id FROM jobs WHERE state = 'pending' AND queue = $1 ORDER BY run_at LIMIT 10 FOR UPDATE SKIP LOCKED", queue) // want `no index of jobs serves queue = \$1 AND state = 'pending' ORDER BY run_at: CREATE INDEX CONCURRENTLY jobs_queue_run_at_part_idx ON jobs \(queue, run_at\) WHERE state = 'pending'`
}

func tagged(ctx context.Context, conn *pgx.Conn, tag string) (pgx.Rows, error) {
	return conn.Query(ctx, "SELECT id FROM customers WHERE tags @> ARRAY[$1]", tag) // want `CREATE INDEX CONCURRENTLY customers_tags_idx ON customers USING gin \(tags\)`
}

func silent(ctx context.Context, conn *pgx.Conn, id int64, s, where string) {
	conn.Query(ctx, "SELECT total FROM orders WHERE id = $1", id)
	conn.Query(ctx, "SELECT id FROM customers WHERE email = $1 AND name = $2", s, s)
	conn.Query(ctx, "SELECT product_id FROM lines WHERE order_id = $1", id)
	conn.Query(ctx, "SELECT id FROM visits WHERE customer_id = $1", id)
	conn.Query(ctx, "SELECT id FROM visits WHERE customer_id = $1 ORDER BY at DESC LIMIT 1", id)
	conn.Query(ctx, "SELECT id FROM jobs WHERE state <> 'done'")
	conn.Query(ctx, "SELECT id FROM jobs WHERE state = $1", s)
	conn.Query(ctx, "SELECT key FROM settings WHERE scope = $1", s)
	conn.Query(ctx, "SELECT id FROM orders WHERE note LIKE $1", s)
	conn.Query(ctx, "SELECT id FROM unclear WHERE owner_id = $1", id)
	conn.Query(ctx, "SELECT id FROM unknown_table WHERE owner_id = $1", id)
	conn.Query(ctx, "SELECT id FROM visits WHERE page_id = $1 "+where, id)
	conn.Query(ctx, "SELECT status, count(*) FROM orders GROUP BY status")
	//sqlvet:ignore missingindex asked once a year
	conn.Query(ctx, "SELECT id FROM visits WHERE page_id = $1", id)
}

// Package shop has migrations and settings beside it.
package shop

import (
	"context"

	"github.com/jackc/pgx/v5"
	_ "github.com/lib/pq"
	"github.com/uptrace/bun"
	"gorm.io/gorm"
)

func found(ctx context.Context, conn *pgx.Conn, id int64) {
	conn.Query(ctx, "SELECT id FROM customers ORDER BY random() LIMIT 1")                                             // want `ORDER BY random\(\) reads and sorts all of customers: take TABLESAMPLE, or rows from a random key on \[unbounded\]`
	conn.QueryRow(ctx, "SELECT count(*) > 0 FROM customers WHERE email = $1", "x")                                    // want `the count is only compared with 0: SELECT EXISTS \(…\) stops at the first row`
	conn.QueryRow(ctx, "SELECT count(1) = 0 FROM orders WHERE customer_id = $1", id)                                  // want `the count is only compared with 0`
	conn.Query(ctx, "SELECT id FROM customers c WHERE (SELECT count(*) FROM orders WHERE customer_id = $1) >= 1", id) // want `the count is only compared with 1: EXISTS stops at the first row`
	conn.Query(ctx, "SELECT id FROM orders WHERE id NOT IN (SELECT coupon_id FROM orders)")                           // want `orders.coupon_id may be null: with one null NOT IN is never true, and it cannot become a join: write NOT EXISTS`
	conn.Query(ctx, "SELECT id FROM customers WHERE id NOT IN (SELECT customer_id FROM orders)")                      // want `NOT IN is no join: once all of orders are more than work_mem holds, they are searched again for each row: write NOT EXISTS`
	conn.Query(ctx, "SELECT id, kind FROM events")                                                                    // want `all rows of events, which is big, reach the program: add a condition or a LIMIT`
}

func silent(ctx context.Context, conn *pgx.Conn, id int64) {
	conn.Query(ctx, "SELECT id FROM tips ORDER BY random() LIMIT 1")
	conn.Query(ctx, "SELECT id FROM orders WHERE customer_id = $1 ORDER BY random() LIMIT 1", id)
	conn.Query(ctx, "SELECT x FROM generate_series(1, 10) x ORDER BY random() LIMIT 1")
	conn.QueryRow(ctx, "SELECT count(*) FROM orders WHERE customer_id = $1", id)
	conn.QueryRow(ctx, "SELECT count(*) > 5 FROM orders WHERE customer_id = $1", id)
	conn.QueryRow(ctx, "SELECT count(*) > 0, max(id) FROM orders WHERE customer_id = $1", id)
	conn.QueryRow(ctx, "SELECT customer_id, count(*) > 0 FROM orders GROUP BY customer_id")
	conn.QueryRow(ctx, "SELECT count(coupon_id) > 0 FROM orders")
	conn.QueryRow(ctx, "SELECT EXISTS (SELECT 1 FROM orders WHERE customer_id = $1)", id)
	conn.Query(ctx, "SELECT id FROM orders WHERE id NOT IN (SELECT customer_id FROM orders WHERE id = $1)", id)
	conn.Query(ctx, "SELECT id FROM orders WHERE id NOT IN (SELECT coupon_id FROM orders WHERE coupon_id IS NOT NULL)")
	conn.Query(ctx, "SELECT id FROM orders WHERE id NOT IN ($1, $2)", id, id)
	conn.Query(ctx, "SELECT id FROM orders WHERE id NOT IN (SELECT nobody FROM knows)")
	conn.Query(ctx, "SELECT id, email FROM customers")
	conn.Query(ctx, "SELECT id FROM events LIMIT 10")
	conn.Query(ctx, "SELECT count(*) FROM events")
	conn.Query(ctx, "SELECT kind, count(*) FROM events GROUP BY kind")
}

func builders(ctx context.Context, db *gorm.DB, b *bun.DB, out any) {
	db.Raw("SELECT id FROM customers ORDER BY random() LIMIT 1").Scan(out)        // want `ORDER BY random\(\) reads and sorts all of customers`
	b.NewRaw("SELECT id FROM customers ORDER BY random() LIMIT 1").Scan(ctx, out) // want `ORDER BY random\(\) reads and sorts all of customers`
	_ = db.Raw("SELECT id FROM customers ORDER BY random() LIMIT 1").Error
	b.NewSelect().TableExpr("(?) AS c", b.NewRaw("SELECT id FROM customers ORDER BY random() LIMIT 1"))
}

package shop

import (
	"context"
	"database/sql"

	"github.com/jackc/pgx/v5"
	"gorm.io/gorm"
)

func hasOrders(ctx context.Context, conn *pgx.Conn, customer int64) (bool, error) {
	var count int
	err := conn.QueryRow(ctx, "SELECT count(*) FROM orders WHERE customer_id = $1", customer).Scan(&count) // want `the count is only compared with zero, at line 14: SELECT EXISTS \(…\) stops at the first row`
	return count > 0, err
}

func none(db *sql.DB, customer int64) bool {
	var total int64
	if err := db.QueryRow("SELECT COUNT(1) FROM orders WHERE customer_id = $1", customer).Scan(&total); err != nil { // want `only compared with zero, at line 22`
		return false
	}
	if total < 1 {
		return true
	}
	return total == 0
}

type Coupon struct {
	ID   int64
	Code string
}

func taken(db *gorm.DB, code string) bool {
	var rows int64
	db.Model(&Coupon{}).Where("code = ?", code).Count(&rows) // want `the count is only compared with zero`
	return 0 != rows
}

func howMany(ctx context.Context, conn *pgx.Conn, customer int64) (n int, err error) {
	err = conn.QueryRow(ctx, "SELECT count(*) FROM orders WHERE customer_id = $1", customer).Scan(&n)
	return n, err
}

func atMostFive(ctx context.Context, conn *pgx.Conn, customer int64) (bool, error) {
	var count int
	err := conn.QueryRow(ctx, "SELECT count(*) FROM orders WHERE customer_id = $1", customer).Scan(&count)
	return count > 0 && count <= 5, err
}

// One row is found by the key: to count it costs nothing.
func exists(ctx context.Context, conn *pgx.Conn, id int64) (bool, error) {
	var count int
	err := conn.QueryRow(ctx, "SELECT count(*) FROM orders WHERE id = $1", id).Scan(&count)
	return count == 1 || count > 0, err
}

func printed(ctx context.Context, conn *pgx.Conn, customer int64) bool {
	var count int
	conn.QueryRow(ctx, "SELECT count(*) FROM orders WHERE customer_id = $1", customer).Scan(&count)
	println(count)
	return count > 0
}

package orders

import (
	"context"
	"fmt"

	"github.com/jackc/pgx/v5"
)

// The start of a value is known where the program puts the wildcard behind it.
func sku(ctx context.Context, conn *pgx.Conn, q string) (pgx.Rows, error) {
	return conn.Query(ctx, "SELECT id FROM products WHERE sku LIKE $1 ORDER BY sku", q+"%") // want `no index of products serves sku LIKE \$1.*: CREATE INDEX CONCURRENTLY products_sku_idx ON products \(sku text_pattern_ops\)`
}

func startsWith(s string) string { return s + "%" }

func code(ctx context.Context, conn *pgx.Conn, q string) (pgx.Rows, error) {
	return conn.Query(ctx, "SELECT id FROM products WHERE code LIKE @code", pgx.NamedArgs{"code": startsWith(q)}) // want `products \(code text_pattern_ops\)`
}

func patterns(ctx context.Context, conn *pgx.Conn, q string, args ...any) {
	conn.Query(ctx, "SELECT id FROM products WHERE label LIKE $1", q)
	conn.Query(ctx, "SELECT id FROM products WHERE label LIKE $1", args...)
	conn.Query(ctx, "SELECT id FROM products WHERE label LIKE $1", fmt.Sprint(q))
	conn.Query(ctx, "SELECT id FROM products WHERE label LIKE @x", pgx.NamedArgs{"y": q + "%"})
	either := q + "%"
	if q == "" {
		either = "%" + q
	}
	conn.Query(ctx, "SELECT id FROM products WHERE label LIKE $1", either)
}

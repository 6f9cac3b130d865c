// Package indexed has migrations beside it: what their indexes serve is not
// reported.
package indexed

import (
	"context"

	"github.com/Masterminds/squirrel"
	"github.com/jackc/pgx/v5"
)

func served(ctx context.Context, conn *pgx.Conn, x string) {
	conn.Query(ctx, "SELECT id FROM users WHERE lower(email) = lower($1)", x)
	conn.Query(ctx, "SELECT u.id FROM users u WHERE LOWER( u.email ) = $1", x)
	conn.Query(ctx, "SELECT u.id FROM users u JOIN orders o ON o.id = u.id WHERE lower(u.email::text) = $1", x)
	conn.Query(ctx, "SELECT id FROM public.users WHERE lower(email) IN ('a', 'b')")
	conn.Query(ctx, "SELECT id FROM users WHERE tenant_id = $2 AND upper(code) = $1", x, 1)
	conn.Query(ctx, "SELECT id FROM users WHERE created_at::date = $1", x)
	conn.Query(ctx, "SELECT id FROM users WHERE bio ILIKE $1", x)
	conn.Query(ctx, "SELECT id FROM users WHERE bio LIKE '%x'")
	conn.Query(ctx, "SELECT id FROM users WHERE lower(name) LIKE '%x'")
	conn.Query(ctx, "SELECT id FROM users WHERE email::text = $1", x)
	conn.Query(ctx, "SELECT id FROM users WHERE day::date = $1", x)
	conn.Query(ctx, "SELECT id FROM notes WHERE user_id = $1 AND lower(title) = $2", 1, x)
	conn.Query(ctx, "SELECT id FROM notes WHERE user_id = $1 AND title ILIKE $2", 1, x)
	conn.Query(ctx, "SELECT n.id FROM users u JOIN notes n ON n.user_id = u.id WHERE u.tenant_id = $1 AND (lower(n.title) = $2 OR $2 IS NULL)", 1, x)
}

// A constant is the same in another spelling.
func spelled(ctx context.Context, conn *pgx.Conn, x int) {
	conn.Query(ctx, "SELECT id FROM walks WHERE steps(metres, 0.75) > $1", x)
	conn.Query(ctx, "SELECT id FROM walks WHERE steps(metres, 0.75::numeric) > $1", x)
	conn.Query(ctx, "SELECT id FROM walks WHERE steps(metres, 0.7) > $1", x) // want `cannot serve steps\(metres, 0.7\)`
}

func notServed(ctx context.Context, conn *pgx.Conn, x string) {
	conn.Query(ctx, "SELECT id FROM users WHERE upper(email) = $1", x)                  // want `a plain index on users.email cannot serve upper\(email\)`
	conn.Query(ctx, "SELECT id FROM users WHERE upper(code) = $1", x)                   // want `a plain index on users.code cannot serve upper\(code\)`
	conn.Query(ctx, "SELECT id FROM orders WHERE lower(email) = $1", x)                 // want `a plain index on orders.email cannot serve lower\(email\)`
	conn.Query(ctx, "SELECT id FROM orders WHERE bio ILIKE $1", x)                      // want `orders.bio`
	conn.Query(ctx, "SELECT id FROM users WHERE name ILIKE $1", x)                      // want `users.name`
	conn.Query(ctx, "SELECT id FROM users WHERE date_trunc('day', created_at) = $1", x) // want `users.created_at`
	conn.Query(ctx, "SELECT id FROM users WHERE created_at::time = $1", x)              // want `users.created_at`
}

// The statement that is suggested can be run as it stands.
func created(ctx context.Context, conn *pgx.Conn, x string) {
	conn.Query(ctx, `SELECT id FROM "Guest Book" WHERE upper("Name") = $1`, x) // want `CREATE INDEX CONCURRENTLY ON "Guest Book" \(upper\("Name"\)\)`
	conn.Query(ctx, "SELECT id FROM stays WHERE upper(name) = $1", x)          // want `CREATE INDEX ON stays \(upper\(name\)\)`
}

func notFound(ctx context.Context, conn *pgx.Conn, x string) {
	conn.Query(ctx, "SELECT id FROM notes WHERE (user_id = $1 OR kind = 1) AND lower(title) = $2", 1, x)      // want `lower\(title\)`
	conn.Query(ctx, "SELECT id FROM notes WHERE kind = $1 AND lower(title) = $2", 1, x)                       // want `lower\(title\)`
	conn.Query(ctx, "SELECT n.id FROM users u JOIN notes n ON n.user_id = u.id WHERE lower(n.title) = $1", x) // want `lower\(n.title\)`
}

func builders(x string) {
	squirrel.Select("id").From("users").Where("lower(email) = ?", x)
	squirrel.Select("id").From("users").Where("upper(email) = ?", x) // want `cannot serve upper\(email\)`
}

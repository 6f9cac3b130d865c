package orders

import (
	"context"

	"github.com/jackc/pgx/v5"
)

// Another rule reports what it can: a function around a column, ILIKE.
func told(ctx context.Context, conn *pgx.Conn, q string) {
	conn.Query(ctx, "SELECT id FROM people WHERE lower(nick) = lower($1)", q)
	conn.Query(ctx, "SELECT id FROM people WHERE first ILIKE $1", "%"+q+"%")
	conn.Query(ctx, "SELECT id FROM people WHERE first LIKE '%' || $1 || '%'", q)
}

// It judges functions of one column, and not beside an index.
func untold(ctx context.Context, conn *pgx.Conn, practice int64, q string) {
	conn.Query(ctx, "SELECT id FROM people WHERE practice_id = $1 AND lower(last) = lower($2)", practice, q)        // the index on practice_id finds few
	conn.Query(ctx, "SELECT id FROM people WHERE coalesce(mobile, phone) = $1", q)                                  // want `CREATE INDEX CONCURRENTLY people_\w+_idx ON people \(coalesce\(mobile, phone\)\)`
	conn.Query(ctx, "SELECT id FROM people WHERE to_tsvector('english', bio) @@ plainto_tsquery('english', $1)", q) // want `ON people USING gin \(to_tsvector\('english', bio\)\)`
}

// Package fixes tests the fixes of nonsargable.
package fixes

import (
	"context"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jmoiron/sqlx"
	_ "github.com/lib/pq"
)

func days(ctx context.Context, c *pgx.Conn, day time.Time) {
	c.Query(ctx, "SELECT id FROM orders WHERE date(created_at) = $1", day)                         // want `write created_at >= \$1::date AND created_at < \$1::date \+ 1`
	c.Query(ctx, "SELECT id FROM orders o WHERE o.created_at::date = $1 AND o.paid", day)          // want `write`
	c.Query(ctx, "SELECT id FROM orders WHERE paid OR CAST(created_at AS date) = $1", day)         // want `write`
	c.Query(ctx, "SELECT id FROM orders WHERE date(created_at) = '2024-02-28'")                    // want `write`
	c.Query(ctx, "SELECT id FROM orders WHERE created_at::date = CURRENT_DATE")                    // want `write`
	c.Query(ctx, "SELECT id FROM orders WHERE created_at::date = now()::date")                     // want `write`
	c.Query(ctx, "SELECT id FROM orders WHERE created_at::date >= $1", day)                        // want `write created_at >= \$1::date`
	c.Query(ctx, "SELECT id FROM orders WHERE created_at::date > $1", day)                         // want `write created_at >= \$1::date \+ 1`
	c.Query(ctx, "SELECT id FROM orders WHERE created_at::date < $1", day)                         // want `write created_at < \$1::date`
	c.Query(ctx, "SELECT id FROM orders WHERE created_at::date <= $1", day)                        // want `write created_at < \$1::date \+ 1`
	c.Query(ctx, "SELECT id FROM orders WHERE $1 <= created_at::date", day)                        // want `write created_at >= \$1::date`
	c.Query(ctx, "SELECT id FROM orders WHERE created_at::date BETWEEN $1 AND $2", day, day)       // want `write created_at >= \$1::date AND created_at < \$2::date \+ 1`
	c.Query(ctx, "SELECT id FROM orders WHERE date(created_at) = @day", pgx.NamedArgs{"day": day}) // want `write`

	c.Query(ctx, "SELECT id FROM orders WHERE date(created_at) = now()")                  // want `half-open`
	c.Query(ctx, "SELECT id FROM orders WHERE date(created_at) IN ($1, $2)", day, day)    // want `half-open`
	c.Query(ctx, "SELECT o.id FROM orders o JOIN days d ON d.day = date(o.created_at)")   // want `half-open`
	c.Query(ctx, "SELECT id FROM orders WHERE NOT (paid OR date(created_at) <> $1)", day) // want `write`
}

// $1 is of another type elsewhere.
func elsewhere(ctx context.Context, c *pgx.Conn, at time.Time) {
	c.Query(ctx, "SELECT id FROM orders WHERE paid_at < $1 AND date(created_at) = $1", at) // want `write`
}

const shared = "SELECT id FROM orders WHERE date(created_at) = $1" // want `write`

func twice(ctx context.Context, c *pgx.Conn, day time.Time) {
	c.Query(ctx, shared, day)
	c.Query(ctx, shared, day)
}

func units(ctx context.Context, c *pgx.Conn, at time.Time) {
	c.Query(ctx, "SELECT id FROM orders WHERE date_trunc('day', created_at) = '2024-02-28'")                 // want `write created_at >= '2024-02-28' AND created_at < '2024-02-29'`
	c.Query(ctx, "SELECT id FROM orders WHERE date_trunc('month', created_at) = '2024-12-01'")               // want `write created_at >= '2024-12-01' AND created_at < '2025-01-01'`
	c.Query(ctx, "SELECT id FROM orders WHERE date_trunc('month', created_at) = date_trunc('month', now())") // want `write`
	c.Query(ctx, "SELECT id FROM orders WHERE date_trunc('day', created_at) = CURRENT_DATE")                 // want `write`
	c.Query(ctx, "SELECT id FROM orders WHERE date_trunc('week', created_at) >= '2024-01-01'")               // want `write created_at >= '2024-01-01'`
	c.Query(ctx, "SELECT id FROM orders WHERE date_trunc('month', created_at) = '2024-12-02'")               // want `half-open`
	c.Query(ctx, "SELECT id FROM orders WHERE date_trunc('day', created_at) = $1", at)                       // want `write created_at >= \$1::timestamptz AND created_at < \$1::timestamptz \+ interval '1 day'`
	c.Query(ctx, "SELECT id FROM orders WHERE date_trunc($1, created_at) = $2", "day", at)                   // want `half-open`
}

func years(ctx context.Context, c *pgx.Conn, year int) {
	c.Query(ctx, "SELECT id FROM orders WHERE extract(year FROM created_at) = 2024")                // want `write created_at >= '2024-01-01' AND created_at < '2025-01-01'`
	c.Query(ctx, "SELECT id FROM orders WHERE EXTRACT(YEAR FROM created_at) > 2024")                // want `write created_at >= '2025-01-01'`
	c.Query(ctx, "SELECT id FROM orders WHERE date_part('year', created_at) <= 2024")               // want `write created_at < '2025-01-01'`
	c.Query(ctx, "SELECT id FROM orders WHERE extract(year FROM created_at) BETWEEN 2020 AND 2022") // want `write`
	c.Query(ctx, "SELECT id FROM orders WHERE extract(year FROM created_at) = $1", year)            // want `write created_at >= make_date`
	c.Query(ctx, "SELECT id FROM orders WHERE extract(month FROM created_at) = 5")                  // want `half-open`
}

func moved(ctx context.Context, c *pgx.Conn, n int64, x any) {
	c.Query(ctx, "SELECT id FROM items WHERE price + 1 > 10")            // want `write price > 10 - 1`
	c.Query(ctx, "SELECT id FROM items WHERE price + 1 > $1", n)         // want `write price > \$1::bigint - 1`
	c.Query(ctx, "SELECT id FROM items WHERE price - $1 <= 5", n)        // want `write price <= 5 \+ \$1::bigint`
	c.Query(ctx, "SELECT id FROM items WHERE 100 - price < 5")           // want `write price > 100 - 5`
	c.Query(ctx, "SELECT id FROM items WHERE 10 > price + 1")            // want `write price < 10 - 1`
	c.Query(ctx, "SELECT id FROM items WHERE price + 1 BETWEEN 2 AND 5") // want `write price BETWEEN 2 - 1 AND 5 - 1`
	c.Query(ctx, "SELECT id FROM items WHERE price + 1 > $1", x)         // want `write price > \$1 - 1`
	c.Query(ctx, "SELECT id FROM items WHERE price + 1 > 10 - $1", n)    // want `move the arithmetic`
	c.Query(ctx, "SELECT id FROM items WHERE 2 * price > 10")            // want `compare the column itself`
}

func questions(db *sqlx.DB, day time.Time) {
	db.Query(db.Rebind("SELECT id FROM orders WHERE created_at::date = ?"), day)                             // want `half-open|write`
	db.Query(db.Rebind("SELECT id FROM orders WHERE created_at::date >= ?"), day)                            // want `write created_at >= CAST\(\? AS date\)`
	db.NamedQuery("SELECT id FROM orders WHERE CAST(created_at AS date) < :day", map[string]any{"day": day}) // want `write created_at < CAST\(:day AS date\)`
	db.NamedQuery("SELECT id FROM orders WHERE CAST(created_at AS date) = :day", map[string]any{"day": day}) // want `write`
}

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

	c.Query(ctx, "SELECT id FROM orders WHERE date(created_at) = now()")               // want `half-open`
	c.Query(ctx, "SELECT id FROM orders WHERE date(created_at) IN ($1, $2)", day, day) // want `half-open`
	c.Query(ctx, "SELECT o.id FROM orders o JOIN days d ON d.day = date(o.created_at)")
	c.Query(ctx, "SELECT id FROM orders WHERE NOT (paid OR date(created_at) <> $1)", day) // want `write`
}

func computed(ctx context.Context, c *pgx.Conn, day time.Time) {
	c.Query(ctx, "SELECT id FROM orders WHERE created_at::date >= CURRENT_DATE - 7")                  // want `write created_at >= CURRENT_DATE - 7 \[`
	c.Query(ctx, "SELECT id FROM orders WHERE created_at::date = CURRENT_DATE - 1")                   // want `write created_at >= CURRENT_DATE - 1 AND created_at < CURRENT_DATE - 1 \+ 1 \[`
	c.Query(ctx, "SELECT id FROM orders WHERE created_at::date <= CURRENT_DATE - interval '2 days'")  // want `write created_at < CURRENT_DATE - interval '2 days' \+ interval '1 day' \[`
	c.Query(ctx, "SELECT id FROM orders WHERE date(created_at) = date(now())")                        // want `write created_at >= date\(now\(\)\) AND created_at < date\(now\(\)\) \+ 1 \[`
	c.Query(ctx, "SELECT id FROM orders WHERE created_at::date >= now() - interval '7 days'")         // want `half-open`
	c.Query(ctx, "SELECT id FROM orders WHERE created_at::date > CURRENT_DATE - interval '36 hours'") // want `half-open`
	c.Query(ctx, "SELECT id FROM orders WHERE created_at::date > '-infinity'")                        // want `half-open`
	c.Query(ctx, "SELECT id FROM orders WHERE created_at::date BETWEEN '2024-01-01' AND 'infinity'")  // want `half-open`
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
	c.Query(ctx, "SELECT id FROM orders WHERE date_trunc('day', created_at) = '2024-02-28'")                                      // want `write created_at >= '2024-02-28' AND created_at < '2024-02-29'`
	c.Query(ctx, "SELECT id FROM orders WHERE date_trunc('month', created_at) = '2024-12-01'")                                    // want `write created_at >= '2024-12-01' AND created_at < '2025-01-01'`
	c.Query(ctx, "SELECT id FROM orders WHERE date_trunc('month', created_at) = date_trunc('month', now())")                      // want `write`
	c.Query(ctx, "SELECT id FROM orders WHERE date_trunc('day', created_at) = CURRENT_DATE")                                      // want `write`
	c.Query(ctx, "SELECT id FROM orders WHERE date_trunc('week', created_at) >= '2024-01-01'")                                    // want `write created_at >= '2024-01-01'`
	c.Query(ctx, "SELECT id FROM orders WHERE date_trunc('month', created_at) = '2024-12-02'")                                    // want `half-open`
	c.Query(ctx, "SELECT id FROM orders WHERE date_trunc('day', created_at) = $1", at)                                            // want `write created_at >= \$1::timestamptz AND created_at < \$1::timestamptz \+ interval '1 day'`
	c.Query(ctx, "SELECT id FROM orders WHERE date_trunc('month', created_at) >= $1", at)                                         // want `write created_at >= \$1, if \$1 is the start of a month \[`
	c.Query(ctx, "SELECT id FROM orders WHERE date_trunc('day', created_at) = date_trunc('day', now())")                          // want `write created_at >= date_trunc\('day', now\(\)\) AND created_at < date_trunc\('day', now\(\)\)::date \+ 1`
	c.Query(ctx, "SELECT id FROM orders WHERE date_trunc('week', created_at) = date_trunc('week', now())")                        // want `::date \+ interval '1 week'`
	c.Query(ctx, "SELECT id FROM orders WHERE date_trunc('quarter', created_at) > date_trunc('quarter', now())")                  // want `::date \+ interval '3 months'`
	c.Query(ctx, "SELECT id FROM orders WHERE date_trunc('day', created_at) >= CURRENT_DATE - 7")                                 // want `write created_at >= CURRENT_DATE - 7`
	c.Query(ctx, "SELECT id FROM orders WHERE date_trunc('hour', created_at) = date_trunc('hour', now())")                        // want `write created_at >= date_trunc\('hour', now\(\)\) AND`
	c.Query(ctx, "SELECT id FROM orders WHERE date_trunc('month', created_at) = date_trunc('month', now()) - interval '1 month'") // want `write`
	c.Query(ctx, "SELECT id FROM orders WHERE date_trunc('month', created_at) = CURRENT_DATE")                                    // want `half-open`
	c.Query(ctx, "SELECT id FROM orders WHERE date_trunc('day', created_at, 'UTC') = '2024-02-01'")                               // want `half-open`
	c.Query(ctx, "SELECT id FROM orders WHERE date_trunc($1, created_at) = $2", "day", at)                                        // want `half-open`
}

func years(ctx context.Context, c *pgx.Conn, year int) {
	c.Query(ctx, "SELECT id FROM orders WHERE extract(year FROM created_at) = 2024")                // want `write created_at >= '2024-01-01' AND created_at < '2025-01-01'`
	c.Query(ctx, "SELECT id FROM orders WHERE EXTRACT(YEAR FROM created_at) > 2024")                // want `write created_at >= '2025-01-01'`
	c.Query(ctx, "SELECT id FROM orders WHERE date_part('year', created_at) <= 2024")               // want `write created_at < '2025-01-01'`
	c.Query(ctx, "SELECT id FROM orders WHERE extract(year FROM created_at) BETWEEN 2020 AND 2022") // want `write`
	c.Query(ctx, "SELECT id FROM orders WHERE extract(year FROM created_at) = $1", year)            // want `write created_at >= make_date`
	c.Query(ctx, "SELECT id FROM orders WHERE extract(month FROM created_at) = 5")                  // want `no range`
}

func moved(ctx context.Context, c *pgx.Conn, n int64, x any, day time.Time, f float64, d time.Duration) {
	c.Query(ctx, "SELECT id FROM items WHERE price - -3 >= 2")                 // want `write price >= 2 \+ -3`
	c.Query(ctx, "SELECT id FROM items WHERE price - 2147483647 > 2147483647") // want `move the arithmetic`
	c.Query(ctx, "SELECT id FROM items WHERE price + 1.5 > 3")                 // want `write price > 3 - 1.5`
	c.Query(ctx, "SELECT id FROM items WHERE price + 1 > $1", f)               // want `move the arithmetic`
	c.Query(ctx, "SELECT id FROM items WHERE price + 1 > $1", d)               // want `move the arithmetic`
	c.Query(ctx, "SELECT id FROM items WHERE due - 1 = $1", day)               // want `write due = \$1::date \+ 1 \[`
	c.Query(ctx, "SELECT id FROM items WHERE due - 1 = $1", x)                 // want `move the arithmetic`
	c.Query(ctx, "SELECT id FROM items WHERE due + 7 > CURRENT_DATE")          // want `write due > CURRENT_DATE - 7`
	c.Query(ctx, "SELECT id FROM items WHERE CURRENT_DATE - due > $1", n)      // want `write due < CURRENT_DATE - \$1::integer`
	c.Query(ctx, "SELECT id FROM items WHERE CURRENT_DATE - due > $1", n)      // want `write due < CURRENT_DATE - \$1::integer`
	c.Query(ctx, "SELECT id FROM items WHERE due + $1 > CURRENT_DATE", n)      // want `move the arithmetic`
	c.Query(ctx, "SELECT id FROM items WHERE CURRENT_DATE - due > 3")          // want `write due < CURRENT_DATE - 3`
	c.Query(ctx, "SELECT id FROM items WHERE due - CURRENT_DATE > 3")          // want `write due > 3 \+ CURRENT_DATE`
	c.Query(ctx, "SELECT id FROM items WHERE due - 1 <= '2024-02-29'")         // want `write due <= '2024-02-29'::date \+ 1`

	c.Query(ctx, "SELECT id FROM items WHERE price + 1 > 10")            // want `write price > 10 - 1`
	c.Query(ctx, "SELECT id FROM items WHERE price + 1 > $1", n)         // want `write price > \$1::bigint - 1`
	c.Query(ctx, "SELECT id FROM items WHERE price - $1 <= 5", n)        // want `write price <= 5 \+ \$1::bigint`
	c.Query(ctx, "SELECT id FROM items WHERE 100 - price < 5")           // want `write price > 100 - 5`
	c.Query(ctx, "SELECT id FROM items WHERE 10 > price + 1")            // want `write price < 10 - 1`
	c.Query(ctx, "SELECT id FROM items WHERE price + 1 BETWEEN 2 AND 5") // want `write price BETWEEN 2 - 1 AND 5 - 1`
	c.Query(ctx, "SELECT id FROM items WHERE price + 1 > $1", x)         // want `move the arithmetic`
	c.Query(ctx, "SELECT id FROM items WHERE price + 1 > 10 - $1", n)    // want `move the arithmetic`
	c.Query(ctx, "SELECT id FROM items WHERE 2 * price > 10")            // want `compare the column itself`
}

func questions(db *sqlx.DB, day time.Time) {
	db.Query(db.Rebind("SELECT id FROM orders WHERE created_at::date = ?"), day)                             // want `, and pass the argument twice`
	db.Query(db.Rebind("SELECT id FROM orders WHERE created_at::date >= ?"), day)                            // want `write created_at >= CAST\(\? AS date\)`
	db.NamedQuery("SELECT id FROM orders WHERE CAST(created_at AS date) < :day", map[string]any{"day": day}) // want `write created_at < CAST\(:day AS date\)`
	db.NamedQuery("SELECT id FROM orders WHERE CAST(created_at AS date) = :day", map[string]any{"day": day}) // want `write`
}

// Package counted has statistics of its tables beside it.
package counted

import (
	"context"

	"github.com/jackc/pgx/v5"
)

// Of what the index on the herd finds it depends whether it is enough.
func born(ctx context.Context, conn *pgx.Conn, herd int64) {
	conn.Query(ctx, "SELECT ear_mark FROM sheep WHERE herd_id = $1 ORDER BY born_on LIMIT 5", herd) // want `no index of sheep \(6 million rows on 2026-03-01\) serves .*ON sheep \(herd_id, born_on\)`
	conn.Query(ctx, "SELECT ear_mark FROM goats WHERE herd_id = $1 ORDER BY born_on LIMIT 5", herd)
}

// Three hundred rows are read without an index.
func breeds(ctx context.Context, conn *pgx.Conn, breed int) {
	conn.Query(ctx, "SELECT id FROM dogs WHERE breed_no = $1", breed)
	conn.Query(ctx, "SELECT id FROM cats WHERE breed_no = $1", breed) // want `no index of cats \(4,000 rows on 2026-03-01\)`
}

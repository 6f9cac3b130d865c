// Package others tests sqlparse with other databases behind PostgreSQL's drivers.
package others

import (
	"context"

	"github.com/jackc/pgx/v5"
)

func cockroach(ctx context.Context, c *pgx.Conn, id int) {
	c.Exec(ctx, "UPSERT INTO seats (id, taken) VALUES ($1, true)", id)
	c.Query(ctx, "SELECT id FROM seats AS OF SYSTEM TIME '-10s'")
	c.Exec(ctx, "UPDATE seats SETT taken = false WHERE id = $1", id) // want `cannot parse`
}

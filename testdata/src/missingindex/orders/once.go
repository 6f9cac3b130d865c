package orders

import (
	"context"
	"testing"

	"github.com/jackc/pgx/v5"
)

// What defines tables beside the statement runs once.
func split(ctx context.Context, conn *pgx.Conn) {
	conn.Exec(ctx, "ALTER TABLE orders ADD COLUMN net bigint")
	conn.Query(ctx, "SELECT id FROM orders WHERE total = $1", 0)
}

func setUp(ctx context.Context, conn *pgx.Conn) func() {
	conn.Exec(ctx, "CREATE TABLE IF NOT EXISTS notes (id bigint GENERATED ALWAYS AS IDENTITY)")
	conn.Query(ctx, "SELECT id FROM orders WHERE total = $1", 1)
	// What is only made there is not.
	return func() {
		conn.Query(ctx, "SELECT id FROM shipments WHERE carrier_code = $1", 2) // want `no index of shipments serves carrier_code = \$1`
	}
}

// Nor is what is prepared there.
func newStore(ctx context.Context, conn *pgx.Conn) {
	conn.Exec(ctx, "CREATE UNIQUE INDEX IF NOT EXISTS shipments_note_idx ON shipments (note)")
	conn.Prepare(ctx, "arrived", "SELECT id FROM shipments WHERE arrived_on = $1") // want `no index of shipments serves arrived_on = \$1`
}

// Temporary tables, partitions, and tables that are made of a query belong to
// the daily work.
func daily(ctx context.Context, conn *pgx.Conn) {
	conn.Exec(ctx, "CREATE TEMP TABLE picked (id bigint)")
	conn.Exec(ctx, "CREATE INDEX ON picked (id)")
	conn.Query(ctx, "SELECT id FROM shipments WHERE left_on = $1", 1) // want `no index of shipments serves left_on = \$1`
}

func partitions(ctx context.Context, conn *pgx.Conn) {
	conn.Exec(ctx, "CREATE TABLE shipments_2 PARTITION OF shipments FOR VALUES FROM (1) TO (2)")
	conn.Exec(ctx, "ALTER TABLE shipments DETACH PARTITION shipments_1")
	conn.Exec(ctx, "DROP TABLE shipments_1")
	conn.Exec(ctx, "CREATE TABLE found AS SELECT id FROM shipments")
	conn.Query(ctx, "SELECT id FROM shipments WHERE paid_on = $1", 1) // want `no index of shipments serves paid_on = \$1`
}

// A helper of tests.
func total(t testing.TB, conn *pgx.Conn) {
	conn.Query(t.Context(), "SELECT id FROM orders WHERE total = $1", 1)
}

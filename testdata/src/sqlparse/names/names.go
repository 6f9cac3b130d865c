// Package names has migrations beside it.
package names

import (
	"context"

	"github.com/jackc/pgx/v5"
)

func statements(ctx context.Context, conn *pgx.Conn, archive bool) {
	conn.Query(ctx, "SELECT id, email FROM customers")
	conn.Query(ctx, "SELECT id, emial FROM customers")                            // want `table customers has no column emial \(did you mean "email"\?\); it is defined in sqlparse/names/migrations/1_orders.up.sql:2 \[sqlparse\]`
	conn.Query(ctx, "SELECT o.id FROM orders o JOIN customers c ON c.id = o.cus") // want `table orders has no column cus`
	conn.Query(ctx, "SELECT nosuch FROM orders, customers")                       // want `no table of this query has a column nosuch \[sqlparse\]`
	conn.Query(ctx, "SELECT id FROM custmers")                                    // want `table custmers is not in the schema \(did you mean "customers"\?\)`
	conn.Exec(ctx, "UPDATE orders SET state = $1 WHERE id = $2", "x", 1)          // want `table orders has no column state; it is defined`
	conn.Exec(ctx, "INSERT INTO orders (id, customer) VALUES ($1, $2)", 1, 2)     // want `table orders has no column customer`
	conn.Query(ctx, `SELECT id FROM orders WHERE camelCase = $1`, 1)              // want `table orders has no column camelcase \(did you mean "camelCase"\?\)`
	conn.Query(ctx, "SELECT kind FROM app.events WHERE kin = $1", "x")            // want `table app.events has no column kin`
}

func silent(ctx context.Context, conn *pgx.Conn, table string, archive bool) {
	conn.Query(ctx, `SELECT "camelCase", ctid FROM orders ORDER BY note`)
	conn.Query(ctx, "SELECT nosuch FROM unclear")
	conn.Query(ctx, "SELECT state FROM recent")
	conn.Query(ctx, "SELECT nosuch FROM orders, json_each('{}')")
	conn.Query(ctx, "SELECT nosuch FROM orders, "+table)
	conn.Query(ctx, "SELECT version FROM schema_migrations")
	conn.Exec(ctx, "CREATE TEMP TABLE scratch (id int)")
	conn.Query(ctx, "SELECT nosuch FROM scratch")
	conn.Query(ctx, "SELECT relname FROM pg_class")
	text := "SELECT id FROM orders"
	if archive {
		text = "SELECT old_id FROM orders"
	}
	conn.Query(ctx, text) // one of the two may never run
	//sqlvet:ignore sqlparse made by an operator
	conn.Query(ctx, "SELECT nosuch FROM orders")
}

func rows(ctx context.Context, conn *pgx.Conn, named bool) {
	conn.Exec(ctx, "INSERT INTO players (email) VALUES ($1)", "x") // want `this INSERT leaves out alias of players, which is NOT NULL and has no default: it fails; the column is defined in sqlparse/names/migrations/1_orders.up.sql:\d+ \[sqlparse\]`
	conn.Exec(ctx, "INSERT INTO players (alias) VALUES ($1)", "x")
	conn.Exec(ctx, "INSERT INTO players VALUES ($1)", 1)
	conn.Exec(ctx, "INSERT INTO stamped (id) VALUES ($1)", 1)
	text := "INSERT INTO players (email, alias) VALUES ($1, $1)"
	if named {
		text = "INSERT INTO players (email) VALUES ($1)"
	}
	conn.Exec(ctx, text, "x") // one of the two may never run
}

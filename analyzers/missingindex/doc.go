// Package missingindex defines an analyzer that reports queries which no index
// of the schema serves.
//
// # Analyzer missingindex
//
// missingindex: report queries that no index of the migrations serves
//
// # What it reports
//
// A statement whose conditions, joins or ORDER BY … LIMIT make PostgreSQL read
// a whole table, although an index would find the rows. The message names the
// conditions and holds the statement that creates the index; the finding points
// to the migration that made the table. The arms of an OR need an index each,
// and one alone helps nothing: the message has all of them. A DELETE is
// reported if other tables refer to the deleted rows by a foreign key that has
// no index; by one finding if more than three do.
//
// # Why it costs
//
// Without an index each run reads every row: a query that takes a millisecond
// on the developer's machine takes seconds when the table has grown. The index
// is one line of SQL, if its columns stand in the right order. Each index also
// costs every write, so one that serves three queries is better than three.
//
// # Bad
//
// The schema of these examples has customers (id primary key) and orders (id
// primary key, customer_id, status, created_at), and no other index.
//
//	func latest(ctx context.Context, db *pgxpool.Pool, customer int64) (pgx.Rows, error) {
//		return db.Query(ctx, "SELECT id, created_at FROM orders WHERE customer_id = $1 ORDER BY created_at DESC LIMIT 20", customer)
//	}
//
// # Good
//
// A query that the primary key serves, or an index in a migration:
// CREATE INDEX CONCURRENTLY orders_customer_id_created_at_idx ON orders
// (customer_id, created_at).
//
//	func one(ctx context.Context, db *pgxpool.Pool, id int64) pgx.Row {
//		return db.QueryRow(ctx, "SELECT created_at FROM orders WHERE id = $1", id)
//	}
//
// # How it decides
//
// The schema is what the module's migrations make of it ("sqlvet schema" prints
// it). All statements of the package are looked at together. For each table
// that a statement reads, the indexes that could serve it are proposed: columns
// compared by equality first, then the order, then one range; a partial index
// where a literal of the text selects few rows; an expression or GIN index
// where the operator wants one; INCLUDE where many rows are read through an
// index for the sake of one or two narrow columns more. A model of PostgreSQL's
// planner then chooses the few that save most. Numbers of rows, and what is rare, it knows by
// statistics ("sqlvet snapshot", docs/statistics.md) or from the settings; else it assumes that tables
// grow, unless their names say otherwise. A statement that is built with or without some conditions
// gets an index for those that are always there. On tables that are known to have fewer than 10,000 rows a
// finding is info.
//
// # When it is silent
//
//   - no migrations are found, or the table is not in them
//   - a statement that was not understood may have changed the table
//   - the text of the query is not known to the end
//   - an index, a key or the front of a wider index serves already, or finds few
//     rows by some of the conditions: what is left is not worth another index
//   - look-up tables (settings, roles, migrations), tables that the settings
//     call small, and those known to have fewer than 1,000 rows
//   - a unique key finds the row, or would if the condition were written as the
//     key has it
//   - conditions that no index answers: <>, NOT IN, a function of the column
//     that is not immutable, LIKE with an unknown pattern
//   - a column with few values, compared with a parameter
//   - a condition that nonsargable reports, such as a function around a
//     column: that finding names the index
//   - dialects other than PostgreSQL
//   - code that runs once: migrations, functions that also create, alter or
//     drop tables or indexes, tests
//
// # Limits
//
// It sees one package at a time; "sqlvet index" looks at the whole module, and
// ranks what it finds. Without statistics it does not know how many rows there
// are: try the statement with EXPLAIN before creating what it suggests.
//
// # How to suppress
//
// Put a comment on the line of the query or above it:
//
//	//sqlvet:ignore missingindex the table is emptied every night
//
// or name the table in .sqlvet.yml as small.
package missingindex

// Package sqlparse locates the SQL of a Go package, parses it, and gives it to
// the rules. It reports one thing itself: SQL that PostgreSQL cannot parse.
//
// # Analyzer sqlparse
//
// sqlparse: report SQL that PostgreSQL cannot parse
//
// # What it reports
//
// A statement whose text is known to the last byte, in a program that talks to
// PostgreSQL, and that PostgreSQL's own parser refuses. The message is the
// server's, the place is that of the server's error inside the Go string.
//
// With a schema (see "sqlvet schema") that was read to its end: a table
// (category unknown-table) or column (unknown-column) of such a statement that
// the schema does not have, with the nearest name that it has; and an INSERT that
// leaves out a column which is NOT NULL and has no default (left-out). That is how a
// model is found that has drifted from the migrations, too.
//
// # Why it costs
//
// Such a query fails each time it runs. It is found in production when its
// branch is the rare one: an error path, a report, a migration.
//
// # Bad
//
//	func rename(ctx context.Context, conn *pgx.Conn, id int, name string) error {
//		_, err := conn.Exec(ctx, "UPDATE users SET name = $1, WHERE id = $2", name, id)
//		return err
//	}
//
// # Good
//
//	func rename(ctx context.Context, conn *pgx.Conn, id int, name string) error {
//		_, err := conn.Exec(ctx, "UPDATE users SET name = $1 WHERE id = $2", name, id)
//		return err
//	}
//
// # How it decides
//
// The text is followed from the call that sends it back through constants,
// variables, concatenation, fmt.Sprintf, string builders, branches, helper
// functions, struct fields, maps and embedded files. Placeholders of the
// library in use (?, :name, @name, ?0) are read as such. The parser is that
// of PostgreSQL 17, through pg_query.
//
// The dialect is PostgreSQL if .sqlvet.yml says so, if the library called
// speaks nothing else (pgx, go-pg), if the only driver among the package's
// imports is one for PostgreSQL, or if there is no driver in sight and the text
// uses $1. It is another one in files and folders that are named for another
// database (sqlite3, store_mysql.go), if neither settings nor library contradict.
//
// # When it is silent
//
// When a part of the text is not known; when the text has alternatives and one
// of them parses; when the dialect is another one or not known; for clauses
// given to query builders, and texts given to them of which no finisher is
// seen that sends them; for texts longer or more deeply nested than the
// parser can be trusted with.
//
// Of names and columns: when any migration was not understood or not read; when a table of
// the statement may look different; where a name may come from a function, a
// view or an extension; for system catalogues, tables that the package's own
// SQL makes, those of migration tools, and tests; in packages that set the
// search path or use more tables that are unknown than known; of columns that are left
// out: of a domain, and where a trigger runs before the INSERT.
//
// # Limits
//
// Names in MERGE and of statements with alternatives that differ are not
// checked. Syntax newer than
// PostgreSQL 17 and that of extensions is refused.
//
// # How to suppress
//
//	//sqlvet:ignore sqlparse the proxy rewrites this statement
package sqlparse

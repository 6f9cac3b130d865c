// Package unbounded defines an analyzer that reports queries which read more
// the larger a table grows, for an answer that does not grow.
//
// # Analyzer unbounded
//
// unbounded: report queries that read all of a table for a small answer
//
// # What it reports
//
// ORDER BY random() over a table that no condition narrows (category random).
// A count that is only compared with zero, in the statement or by the program
// (category count). NOT IN with a subselect of a column that may be null by the
// schema, or of a whole table (category not-in). A SELECT without condition and
// LIMIT on a table that is known to be big (category all-rows). The first rows by a
// distance of pgvector's that is not sorted by as it is, or that is another than the
// index of the column keeps (category nearest).
//
// # Why it costs
//
// ORDER BY random() reads and sorts every row to return one. count(*) counts
// all rows to learn that there is one, where EXISTS stops at the first. NOT IN
// with a subselect cannot become a join: PostgreSQL keeps its rows in memory, and
// once they are more than work_mem holds, searches all of them for each row; and if it holds one null the condition is never true, so that the query
// silently returns nothing. All rows of a big table fill the program's memory.
//
// # Bad
//
//	func draw(ctx context.Context, db *pgxpool.Pool) pgx.Row {
//		return db.QueryRow(ctx, "SELECT id FROM customers ORDER BY random() LIMIT 1")
//	}
//
//	func known(ctx context.Context, db *pgxpool.Pool, email string) pgx.Row {
//		return db.QueryRow(ctx, "SELECT count(*) > 0 FROM customers WHERE email = $1", email)
//	}
//
// # Good
//
//	func draw(ctx context.Context, db *pgxpool.Pool) pgx.Row {
//		return db.QueryRow(ctx, "SELECT id FROM customers TABLESAMPLE system_rows(1)")
//	}
//
//	func known(ctx context.Context, db *pgxpool.Pool, email string) pgx.Row {
//		return db.QueryRow(ctx, "SELECT EXISTS (SELECT 1 FROM customers WHERE email = $1)", email)
//	}
//
// # How it decides
//
// The text must be known but for values and names. Whether a column may be null
// is read from the migrations; a table is big if .sqlvet.yml says so, or if the
// statistics ("sqlvet snapshot", docs/statistics.md) count 100,000 rows and more. A count is
// compared with zero if the variable that it is read into is used for nothing else.
//
// # When it is silent
//
//   - ORDER BY random() with a condition in WHERE, or over a subselect, a
//     function, VALUES or a table that is known to be small
//   - a count that is compared with another number than zero or one, or that
//     is also used otherwise, or of rows that a unique key finds
//   - NOT IN (SELECT …) with a column of which the schema knows nothing, that
//     the subselect restricts to IS NOT NULL, or that is NOT NULL, if the
//     subselect has a condition or the table is believed to be small
//   - code that runs once: migrations, functions that also create, alter or
//     drop tables or indexes, tests
//   - without settings or statistics: SELECT without condition. Most tables are
//     small
//
// # Limits
//
// Paging with OFFSET is not reported: whether anybody turns to page 5,000 the
// code does not say.
//
// # How to suppress
//
// Put a comment on the line of the query or above it:
//
//	//sqlvet:ignore unbounded there are twelve of them
package unbounded

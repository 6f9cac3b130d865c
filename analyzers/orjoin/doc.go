// Package orjoin reports conditions joined by OR that no index can serve together.
//
// # Analyzer orjoin
//
// orjoin: report OR over two tables or over subselects
//
// # What it reports
//
// A WHERE whose only narrowing condition is an OR of which one side asks one table
// and the other side another (category tables), or one side a subselect (EXISTS,
// IN) and the other something else (subselect).
//
// # Why it costs
//
// An index finds the rows of one table. For a OR b over two tables PostgreSQL has
// to join all rows of both first and then look at each; for a subselect beside
// another condition it reads the whole table and compares every row with both.
// Two queries, one for each side, each use their index: a public report measured
// a thousand times.
//
// # Bad
//
//	func mine(ctx context.Context, db *pgxpool.Pool, user int) (pgx.Rows, error) {
//		return db.Query(ctx, "SELECT d.id FROM docs d JOIN folders f ON f.id = d.folder_id WHERE d.owner = $1 OR f.owner = $1", user)
//	}
//
// # Good
//
//	func mine(ctx context.Context, db *pgxpool.Pool, user int) (pgx.Rows, error) {
//		return db.Query(ctx, "SELECT id FROM docs WHERE owner = $1 UNION SELECT d.id FROM docs d JOIN folders f ON f.id = d.folder_id WHERE f.owner = $1", user)
//	}
//
// # How it decides
//
// The text is parsed, and known to its end. Each side of the OR has an equality
// of a column with a value, or a subselect; columns are resolved to their tables.
//
// # When it is silent
//
// If another condition compares a column of the query with a value, by which the
// rows can be found, and for the first rows of an order, unless the schema has an
// index for each side. For filters that are switched off ($1 IS NULL OR …). For
// tables that the settings call small, in tests and code that runs once.
//
// # Limits
//
// How many rows the tables have is not known: over few it does not matter.
//
// # How to suppress
//
//	//sqlvet:ignore orjoin both tables are small
package orjoin

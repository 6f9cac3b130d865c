// Package pageorder reports pages of a list whose order is not decided to the end.
//
// # Analyzer pageorder
//
// pageorder: report pages of a list without a total order
//
// # What it reports
//
// A query with LIMIT and an OFFSET that the program chooses, without ORDER BY
// (category no-order), or whose ORDER BY ends before rows are told apart
// (ties: a hint, where .sqlvet.yml says rules: {pageorder/ties: on}).
//
// # Why it costs
//
// Each page is a query of its own. Rows that are equal in what is sorted by come
// in whatever order the plan has, which is another one with another OFFSET: the
// same row stands on two pages and another one on none, and the export that reads
// all pages is not all. Nothing fails.
//
// # Bad
//
//	func page(ctx context.Context, db *pgxpool.Pool, n, skip int) (pgx.Rows, error) {
//		return db.Query(ctx, "SELECT id, score FROM threads LIMIT $1 OFFSET $2", n, skip)
//	}
//
// # Good
//
//	func page(ctx context.Context, db *pgxpool.Pool, n, skip int) (pgx.Rows, error) {
//		return db.Query(ctx, "SELECT id, score FROM threads ORDER BY score DESC, id LIMIT $1 OFFSET $2", n, skip)
//	}
//
// # How it decides
//
// The text is parsed. An order is total if what is sorted by and what the
// conditions fix to one value hold a unique key of the table, by its schema.
//
// # When it is silent
//
// If a part of the text is not known, or the program adds an order in some cases.
// Without a schema, and for joins, groups and
// sorted expressions, ties are not looked for. In tests and code that runs once.
//
// # Limits
//
// Values that happen to be different in every row are not known.
//
// # How to suppress
//
//	//sqlvet:ignore pageorder no two threads have one score
package pageorder

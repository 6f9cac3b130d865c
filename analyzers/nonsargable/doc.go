// Package nonsargable defines an analyzer that reports predicates which no
// index on their column can serve.
//
// # Analyzer nonsargable
//
// nonsargable: report predicates that keep an index from being used
//
// # What it reports
//
// In WHERE and JOIN … ON: a function, a cast or arithmetic on a column that is
// compared with a value or with such an expression on another table; LIKE with
// a pattern that starts with a wildcard; ILIKE. Conditions given to a query
// builder count, also as squirrel.Eq{"lower(email)": x} or clause.Expr. The
// finding stands at the expression on the column.
//
// Also a value whose type makes PostgreSQL convert the column, as in bigint =
// $1::numeric, and forms that no index answers where another form says the
// same: IS NOT DISTINCT FROM, $1 = ANY (array column), text search without a
// configuration, ST_Distance(…) < $1, similarity(…) > 0.3, value <@ range.
//
// # Why it costs
//
// A b-tree index holds the values of a column in order. It finds the rows of
// created_at >= $1 in a few steps; it cannot find those of date(created_at) =
// $1, since it knows nothing of date. The database computes the expression for
// every row of the table. The same is true of a pattern whose beginning is not
// known, and of ILIKE, which a b-tree never serves.
//
// # Bad
//
//	func orders(ctx context.Context, db *sql.DB, day time.Time) (*sql.Rows, error) {
//		return db.QueryContext(ctx, "SELECT id FROM orders WHERE created_at::date = $1", day)
//	}
//
//	func user(ctx context.Context, db *sql.DB, email string) *sql.Row {
//		return db.QueryRowContext(ctx, "SELECT id FROM users WHERE lower(email) = lower($1)", email)
//	}
//
//	func search(ctx context.Context, db *sql.DB, text string) (*sql.Rows, error) {
//		return db.QueryContext(ctx, "SELECT id FROM users WHERE name LIKE $1", "%"+text+"%")
//	}
//
// # Good
//
//	func orders(ctx context.Context, db *sql.DB, day time.Time) (*sql.Rows, error) {
//		return db.QueryContext(ctx,
//			"SELECT id FROM orders WHERE created_at >= $1::date AND created_at < $1::date + 1", day)
//	}
//
//	func user(ctx context.Context, db *sql.DB, email string) *sql.Row {
//		return db.QueryRowContext(ctx, "SELECT id FROM users WHERE email = lower($1)", email)
//	}
//
//	func search(ctx context.Context, db *sql.DB, text string) (*sql.Rows, error) {
//		return db.QueryContext(ctx, "SELECT id FROM users WHERE name LIKE $1", text+"%")
//	}
//
// # How it decides
//
// The text is parsed. Of each comparison (=, <, <=, >, >=, IN, BETWEEN, LIKE,
// ILIKE) the side that holds a column of a table is looked at: if it is more
// than the column, an index on the column is of no use. The start of a LIKE
// pattern is read from the text or from the argument bound to it.
//
// Fixes keep the meaning: date(x) = $1, x::date, date_trunc and extract(year …)
// become half-open ranges, x + 1 > 10 becomes x > 10 - 1. Where the meaning
// depends on a type or a value that is not known, the message shows the way and
// there is no fix. An index on the expression is named only if PostgreSQL can
// hold it: what concat, to_char or date_trunc make of a column depends on
// settings, and no index may. For LIKE and ILIKE it is one of pg_trgm, since
// citext helps with = only; for a pattern that starts with text, one with
// text_pattern_ops.
//
// Patterns are info unless the table is known to be big (statistics, or .sqlvet.yml):
// a search box over some thousand rows is fast without an index, and one of pg_trgm
// costs each write. Arms of one OR on one line are one finding.
//
// # When it is silent
//
//   - functions and casts on the side of the value: email = lower($1)
//   - <>, NOT IN, NOT LIKE, NOT BETWEEN: no index would be used anyway
//   - the select list, GROUP BY, ORDER BY, HAVING
//   - columns of subselects, WITH queries and functions
//   - expressions over several columns, and comparisons of two columns of one
//     table
//   - a plain comparison of the same column beside it, or id = $1: the rows
//     are found by that
//   - a bare column of another table on the other side: an index on that finds
//     its rows
//   - the ON of a table that is joined by a column of its own, too
//   - strpos(x, $1) = 0, which no index would serve
//   - ->, ->>, @>, @@ and the functions of PostGIS that an index answers: they
//     ask for another kind of index
//   - LIKE with a pattern that is not known
//   - an expression that an index of the schema holds, if the keys before it
//     are compared too; LIKE and ILIKE on what an index of pg_trgm holds
//   - a cast to the type that the column has in the schema
//   - beside a condition that finds few rows: the first column of a unique
//     index, or a foreign key with an index, compared with a value
//   - tables that .sqlvet.yml calls small
//   - tables that a schema lacks which could not be read to its end
//   - code that runs once: what a migration tool is handed, functions that
//     change the schema as well, and what only those lead to
//   - system catalogues
//
// # Limits
//
// Without a schema (see "sqlvet schema") an index on the expression that exists
// already does not silence the finding, nor does a cast to the column's own
// type.
//
// In a zone whose clock is set back to midnight (Cuba, the Azores), midnight comes
// twice in that night, and the ranges of the fixes start with the second one. Columns of type real and double precision round
// otherwise after arithmetic has moved.
//
// # How to suppress
//
// Put a comment on the line of the query or above it:
//
//	//sqlvet:ignore nonsargable users_lower_email_idx serves it
package nonsargable

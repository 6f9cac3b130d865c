// Package inlined reports values that are formatted into the text of a query.
//
// # Analyzer inlined
//
// inlined: report values written into a query's text
//
// # What it reports
//
// A value of the program that is formatted into the text of a statement, where a
// placeholder could stand: compared with a column, in the list of an IN, or in the
// rows of an INSERT (category number), between quotes (text).
//
// # Why it costs
//
// Each value makes another text. The driver prepares each of them anew and keeps
// it in its cache of prepared statements, out of which the others fall; the server
// parses and plans each. What stands between quotes ends at the first quote in the
// value, and what comes behind is run.
//
// # Bad
//
//	func name(ctx context.Context, db *pgxpool.Pool, id int) pgx.Row {
//		return db.QueryRow(ctx, fmt.Sprintf("SELECT name FROM users WHERE id = %d", id))
//	}
//
// # Good
//
//	func name(ctx context.Context, db *pgxpool.Pool, id int) pgx.Row {
//		return db.QueryRow(ctx, "SELECT name FROM users WHERE id = $1", id)
//	}
//
// # How it decides
//
// The text is followed to the call and parsed: the part that is not known is a
// number by its format or type, or lies within a quoted constant that is compared
// with a column. Of a list that is joined, what is appended to it tells values from
// placeholders.
//
// # When it is silent
//
// For parts that may be anything else: conditions, placeholders, names; for LIMIT and
// OFFSET, and for variables of packages, which have few values; for statements about
// tables and sessions, which take no placeholders. In tests and code that runs
// once.
//
// # Limits
//
// Lists that another function puts together are not followed.
//
// # How to suppress
//
//	//sqlvet:ignore inlined one of three constants
package inlined

// Package wholetable reports statements that change all rows of a table.
//
// # Analyzer wholetable
//
// wholetable: report UPDATE and DELETE that no key narrows
//
// # What it reports
//
// A DELETE of all rows beyond a moment in one statement (category purge), and
// UPDATE and DELETE without a WHERE of a table that the settings call big
// (no-where). All are informational.
//
// # Why it costs
//
// One statement that changes millions of rows holds their locks until it ends,
// writes each of them to the log, and leaves as many dead ones for vacuum; when it
// is broken off, all was for nothing. A forgotten WHERE costs the table.
//
// # Bad
//
//	func purge(ctx context.Context, db *pgxpool.Pool) error {
//		_, err := db.Exec(ctx, "DELETE FROM audit WHERE at < now() - interval '90 days'")
//		return err
//	}
//
// # Good
//
//	func purge(ctx context.Context, db *pgxpool.Pool) error {
//		for {
//			tag, err := db.Exec(ctx, "DELETE FROM audit WHERE id IN (SELECT id FROM audit WHERE at < now() - interval '90 days' LIMIT 5000)")
//			if err != nil || tag.RowsAffected() < 5000 {
//				return err
//			}
//		}
//	}
//
// # How it decides
//
// The text is parsed, and known to its end. A moment is a comparison of a column
// with <, <= or BETWEEN against an expression with now() or interval, or against
// a time.Time that is bound.
//
// # When it is silent
//
// For tables that the settings call small, temporary tables, statements with a
// join or any other condition, in tests and in code that runs once.
//
// # Limits
//
// How many rows there are is not known: a job that runs each minute deletes few.
//
// # How to suppress
//
//	//sqlvet:ignore wholetable the table has ten rows
package wholetable

// Package wholetable reports statements that change all rows of a table.
//
// # Analyzer wholetable
//
// wholetable: report UPDATE and DELETE that no key narrows
//
// # What it reports
//
// A DELETE in one statement of all rows that are older than a day or more (category
// purge), and UPDATE and DELETE without a WHERE (no-where) of a table that the
// settings call big, or where the function adds a condition on some ways only; of any other table if they say rules: {wholetable/no-where: on}.
// Those are informational. An UPDATE or DELETE without one in a function that is given a
// number or a text and puts it into errors and logs alone is a warning. Also an UPDATE that reads another table, or a DELETE that uses
// one, without a condition that joins them (no-join).
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
// The text is parsed, and known to its end. Rows are old that a column has before
// now() less an interval of days, or before a value that the program makes of
// time.Now() less a constant of a day or more. A condition that is true of every
// row (TRUE, 1 = 1) is none.
//
// # When it is silent
//
// For tables that the settings call small, temporary tables, statements with any
// other condition, rows that are deleted as they come due (expires_at <
// now()), a moment that the function is handed; for libraries that send no such
// statement without a condition; in tests and in code that runs once.
//
// # Limits
//
// How many rows there are is not known: a job that runs each minute deletes few.
//
// # How to suppress
//
//	//sqlvet:ignore wholetable the table has ten rows
package wholetable

// Package rowsopen reports rows of a query that stay open.
//
// # Analyzer rowsopen
//
// rowsopen: report statements beside open rows, and rows not closed
//
// # What it reports
//
// A statement through a transaction or a single connection whose rows are still
// being read (category busy), one through a pool while the rows of another keep
// a connection of it (second-connection), rows that a return leaves open (leak),
// that a loop leaves open each time around or closes only by defer
// (defer-in-loop), and rows that nothing can close since their value is dropped
// (dropped). Also a loop over rows whose error nobody asks for (rows-err). The results
// of a batch (pgx's SendBatch) are such rows until their Close, and so is one row that
// is not scanned yet (row := tx.QueryRow(…)). A connection that a pool lends (Acquire, Conn) is to
// be given back on each way, too (leak, defer-in-loop, dropped).
//
// # Why it costs
//
// Rows keep their connection until the last is read or Close is called. That
// connection answers nothing else meanwhile: PostgreSQL's drivers say "conn busy"
// or "unexpected Parse response". Rows that are never closed never give it back:
// after as many as the pool has, every request waits. Who reads rows and waits
// for a second connection of the same pool waits for others who do the same: a
// pool of n is dead as soon as n of them have their first, a pool of one at
// once; lists nested d deep take d + 1 each.
//
// Next says false when there are no more rows, and when the connection broke in
// the middle: only Err tells half a list from a whole one.
//
// # Bad
//
//	func rename(ctx context.Context, tx *sql.Tx) error {
//		rows, err := tx.QueryContext(ctx, "SELECT id, name FROM cities")
//		if err != nil {
//			return err
//		}
//		defer rows.Close()
//		for rows.Next() {
//			var id int
//			var name string
//			if err := rows.Scan(&id, &name); err != nil {
//				return err
//			}
//			if _, err := tx.ExecContext(ctx, "UPDATE cities SET name = $2 WHERE id = $1", id, strings.TrimSpace(name)); err != nil {
//				return err
//			}
//		}
//		return rows.Err()
//	}
//
//	func first(ctx context.Context, db *sql.DB) (name string, err error) {
//		rows, err := db.QueryContext(ctx, "SELECT name FROM cities ORDER BY name")
//		if err != nil {
//			return "", err
//		}
//		if rows.Next() {
//			err = rows.Scan(&name)
//		}
//		return name, err
//	}
//
// # Good
//
//	func rename(ctx context.Context, tx *sql.Tx) error {
//		rows, err := tx.QueryContext(ctx, "SELECT id, name FROM cities")
//		if err != nil {
//			return err
//		}
//		defer rows.Close()
//		names := make(map[int]string)
//		for rows.Next() {
//			var id int
//			var name string
//			if err := rows.Scan(&id, &name); err != nil {
//				return err
//			}
//			names[id] = strings.TrimSpace(name)
//		}
//		if err := rows.Err(); err != nil {
//			return err
//		}
//		_, err = tx.ExecContext(ctx, "UPDATE cities SET name = n.name FROM unnest($1::int[], $2::text[]) AS n(id, name) WHERE cities.id = n.id", ids(names), values(names))
//		return err
//	}
//
//	func first(ctx context.Context, db *sql.DB) (name string, err error) {
//		err = db.QueryRowContext(ctx, "SELECT name FROM cities ORDER BY name LIMIT 1").Scan(&name)
//		return name, err
//	}
//
//	func ids(m map[int]string) []int
//
//	func values(m map[int]string) []string
//
// # How it decides
//
// On the control-flow graph of the function: rows are open from the check of the
// query's error to Close, to the Next that says there are no more, or to a
// function that reads them all (pgx.CollectRows, pgx.ForEachRow, sqlx.StructScan,
// scan libraries, your own by their bodies, in other packages too). Which handle a
// statement goes through is followed into the functions that are called. A function
// that a helper calls for each row, and the body of a loop over an iterator that
// reads rows, run while they are open. What pgx closes by itself, a Scan that fails,
// is closed.
//
// # When it is silent
//
// Where rows leave the function's hands: returned, stored, captured by a literal,
// handed to something that cannot be seen. If a condition between the rows and
// the statement may tell whether a row was found. For two statements of which it
// is not known that they go through one handle. Busy: with SQLite, which answers
// beside open rows. Leaks inside a transaction, whose end closes them. In tests
// and code that runs once.
//
// sqlclosecheck wants a deferred Close in the same function, rowserrcheck and
// x/tools' sqlrowserr a call of Err: what they find and is a fault is found here,
// so that none of them is needed beside it.
//
// # Limits
//
// Rows kept in fields are not followed.
//
// # How to suppress
//
//	//sqlvet:ignore rowsopen the process ends here
package rowsopen

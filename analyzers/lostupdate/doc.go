// Package lostupdate reports values that are read, changed in Go and written back.
//
// # Analyzer lostupdate
//
// lostupdate: report values changed in Go between read and write
//
// # What it reports
//
// A SELECT of a column by a key, and in the same function an UPDATE that sets
// this column of the row with the same key to a value that Go computes from what
// was read. Also a record that an ORM reads, of which a number is changed by its
// own value, and that is saved. Either may stand in functions of the package that
// the function calls, and so may the change.
//
// # Why it costs
//
// Two requests read the same balance, each adds its own amount, and the later
// UPDATE overwrites the earlier: one amount is lost, and nothing says so. A
// transaction does not help, since READ COMMITTED, PostgreSQL's default, lets both
// read before one writes. Under load it happens every day.
//
// # Bad
//
//	func pay(ctx context.Context, tx *sql.Tx, id, amount int) error {
//		var balance int
//		if err := tx.QueryRowContext(ctx, "SELECT balance FROM accounts WHERE id = $1", id).Scan(&balance); err != nil {
//			return err
//		}
//		_, err := tx.ExecContext(ctx, "UPDATE accounts SET balance = $2 WHERE id = $1", id, balance+amount)
//		return err
//	}
//
// # Good
//
//	func pay(ctx context.Context, tx *sql.Tx, id, amount int) error {
//		_, err := tx.ExecContext(ctx, "UPDATE accounts SET balance = balance + $2 WHERE id = $1", id, amount)
//		return err
//	}
//
// Where only Go can compute the value, read it with FOR UPDATE in the transaction
// that writes it, or add AND balance = $3 (a version does as well) to the UPDATE
// and begin again if it changed no row.
//
// # How it decides
//
// Both texts are parsed. The conditions of both are equalities of the same columns
// with the same Go values; what Scan fills is followed to what is bound to the
// column, which must be made from it and something else: by arithmetic, by a call that
// is given both, by changing a part of what it was decoded into.
//
// # When it is silent
//
// If the SELECT locks the row, if the UPDATE has any other condition, if a
// function asks for another isolation level, takes a lock or holds a mutex. If
// the value is written as it was read. In tests and code that runs once.
//
// # Limits
//
// Functions of other packages are not looked into. Who is the only one that writes the
// row loses nothing, which cannot be seen: the findings are likely, not certain.
//
// # How to suppress
//
//	//sqlvet:ignore lostupdate one worker owns this row
package lostupdate

// Package txlife reports transactions that do not end as they should.
//
// # Analyzer txlife
//
// txlife: report transactions left open or committed unseen
//
// # What it reports
//
// A return while a transaction that the function began is still open and no
// rollback is deferred (category left-open), a Commit whose error is not looked
// at, or goes to a result that has been evaluated (commit-error), a deferred
// Commit (defer-commit), a deferred function that commits although the function
// fails, since it looks at another error (commits-failure), a transaction that
// has written and that nothing commits (never-committed), a query through or a
// commit of a transaction that has ended (after-end), a query through one in which
// a statement has failed (after-failure: PostgreSQL), a goroutine that uses it while
// something else uses or ends it (shared), and a function that a library runs again
// after a failure and that adds to a variable outside (retry).
//
// # Why it costs
//
// A transaction that nobody ends keeps its connection and its locks until the
// process does: after as many such returns as the pool has connections, every
// request waits. A failed Commit is the moment at which the database says that
// nothing was kept; a caller who does not hear it believes the opposite.
//
// # Bad
//
//	func rename(ctx context.Context, db *sql.DB, id int, name string) error {
//		tx, err := db.BeginTx(ctx, nil)
//		if err != nil {
//			return err
//		}
//		if _, err := tx.ExecContext(ctx, "UPDATE users SET name = $1 WHERE id = $2", name, id); err != nil {
//			return err
//		}
//		return tx.Commit()
//	}
//
// # Good
//
//	func rename(ctx context.Context, db *sql.DB, id int, name string) error {
//		tx, err := db.BeginTx(ctx, nil)
//		if err != nil {
//			return err
//		}
//		defer tx.Rollback()
//		if _, err := tx.ExecContext(ctx, "UPDATE users SET name = $1 WHERE id = $2", name, id); err != nil {
//			return err
//		}
//		return tx.Commit()
//	}
//
// Rollback after Commit does nothing.
//
// # How it decides
//
// On the control-flow graph of the function that begins the transaction: what is
// reported holds on every path to the place. Behind the check of the begin's
// error there is no transaction. A function that is handed the transaction ends
// it, leaves it, or does one or the other as an error says: its body tells, path
// by path and in other packages too. A type of your own that carries the
// transaction is followed like the transaction; so is a begin that joins the
// transaction of its context.
//
// A statement has failed where its error is not nil, if it returns no rows: one
// that does also fails when there are none. Behind ROLLBACK TO the transaction is
// sound again.
//
// # When it is silent
//
// If the transaction leaves the function's hands: stored, captured by a function
// literal that is not deferred, handed to something that ends it or cannot be
// seen, unless the function ends it itself afterwards; on the return that hands it
// out. After a failure: where a condition may know of it, or savepoints are made by
// other means than their SQL. If
// it is open on some paths only. In test files. For a Commit without a result.
//
// # Limits
//
// A panic between begin and end is not looked at, though a deferred rollback is
// the remedy for it as well.
//
// # How to suppress
//
//	//sqlvet:ignore txlife the process ends here
package txlife

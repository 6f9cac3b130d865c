// Package lockorder reports rows that two runs lock in different orders.
//
// # Analyzer lockorder
//
// lockorder: report rows locked in the order of a map, or in two orders
//
// # What it reports
//
// A loop over a map, or over a slice that was filled from one and not sorted, in
// which each iteration updates, deletes, upserts or locks rows, inside one
// transaction or one batch (category map-order), and an upsert of many rows in
// such an order (upsert). Two functions that lock rows of the same two tables in
// opposite order, each in a transaction (opposite). Also FOR UPDATE of the first
// rows of an order without SKIP LOCKED, as workers claim their next job (claim).
//
// # Why it costs
//
// A transaction keeps the lock of each row that it has written until its end. Go
// ranges over a map in another order each time: of two runs that write the same
// two rows, one has the first and waits for the second, the other has the second
// and waits for the first. PostgreSQL ends one of them with 40P01, deadlock
// detected, after a second in which both held everything, MySQL with error 1213. So
// it is where one function writes an order and then its account, and another the
// account and then its order. An upsert of several
// rows locks them one after the other, too. Workers that want the same first row
// run one after the other, however many there are.
//
// # Bad
//
//	func charge(ctx context.Context, tx *sql.Tx, amounts map[int]int) error {
//		for id, n := range amounts {
//			if _, err := tx.ExecContext(ctx, "UPDATE accounts SET balance = balance - $2 WHERE id = $1", id, n); err != nil {
//				return err
//			}
//		}
//		return nil
//	}
//
// # Good
//
//	func charge(ctx context.Context, tx *sql.Tx, amounts map[int]int) error {
//		ids := make([]int, 0, len(amounts))
//		for id := range amounts {
//			ids = append(ids, id)
//		}
//		sort.Ints(ids)
//		for _, id := range ids {
//			if _, err := tx.ExecContext(ctx, "UPDATE accounts SET balance = balance - $2 WHERE id = $1", id, amounts[id]); err != nil {
//				return err
//			}
//		}
//		return nil
//	}
//
// # How it decides
//
// The loop stands inside the transaction, and what the statement is given
// depends on the iteration. A slice is unordered if it is filled in a loop over a
// map, or by the keys or values of one, and nothing that could sort it has had it
// since. Statements are followed into the functions that the loop calls.
//
// Orders of tables are compared over the functions of a package, and over those of
// all packages by sqlvet ./..., which sets -lockorder.link for that. Of two orders
// that which fewer functions have is reported, of one against one both.
//
// # When it is silent
//
// Outside of a transaction, and with SQLite, which has one writer at a time. For plain INSERTs, which wait for each other only if
// they give the same key. For claims with a key that the program gives. If the slice gets into other hands on its way. For maps
// written out in the source. For two orders of which each locks first a row of a third
// table, takes an advisory lock, or writes rows that it has just inserted. In tests and code that runs once.
//
// # Limits
//
// Whether two functions lock the same rows is not known: the findings are likely.
//
// # How to suppress
//
//	//sqlvet:ignore lockorder one worker writes these rows
package lockorder

// Package txsideeffect reports slow calls, and queries past the transaction,
// while a transaction holds its locks.
//
// # Analyzer txsideeffect
//
// txsideeffect: report slow calls inside transactions
//
// # What it reports
//
// HTTP and RPC calls, mail, queue messages, writes to Redis, file access, commands,
// sleeping, waiting and password hashing between the begin of a transaction and its
// commit or rollback, in the call itself or any number of functions further. Also queries
// that go through the pool while a transaction is open, and a second transaction
// begun inside the first.
//
// # Why it costs
//
// A transaction keeps the locks on every row that it has written until it ends,
// and a connection of the pool. A mail server that takes three seconds makes
// each request for those rows wait three seconds, and the pool runs dry. If the
// transaction then rolls back, the mail is out all the same.
//
// A query through the pool inside a transaction does not see what the
// transaction wrote, is not undone by its rollback, may wait for the
// transaction's own locks, and needs a second connection: with all
// connections in such transactions, each waits for another one forever.
//
// # Bad
//
//	func pay(ctx context.Context, db *sql.DB, id int) error {
//		tx, err := db.BeginTx(ctx, nil)
//		if err != nil {
//			return err
//		}
//		defer tx.Rollback()
//		if _, err := tx.ExecContext(ctx, "UPDATE orders SET paid = true WHERE id = $1", id); err != nil {
//			return err
//		}
//		if _, err := http.Post("https://hooks.example.com/paid", "text/plain", nil); err != nil {
//			return err
//		}
//		return tx.Commit()
//	}
//
// # Good
//
//	func pay(ctx context.Context, db *sql.DB, id int) error {
//		tx, err := db.BeginTx(ctx, nil)
//		if err != nil {
//			return err
//		}
//		defer tx.Rollback()
//		if _, err := tx.ExecContext(ctx, "UPDATE orders SET paid = true WHERE id = $1", id); err != nil {
//			return err
//		}
//		if err := tx.Commit(); err != nil {
//			return err
//		}
//		_, err = http.Post("https://hooks.example.com/paid", "text/plain", nil)
//		return err
//	}
//
// If the message must not get lost, write it to an outbox table in the same
// transaction and let a worker send it.
//
// # How it decides
//
// A transaction is open from its begin on, on every path, until Commit or
// Rollback; in a function that is passed to one that calls it inside a
// transaction (Transaction, RunInTx, your own WithTx), wherever that is
// declared; in a function that takes a transaction as a parameter, or that a call
// of its package hands one, or what carries one, for a handle; in gorm's hooks
// around writes. A transaction may be in a variable, a field, a type of your own, a
// context. What a call does is known from its source, across packages, by facts.
//
// A query counts as past the transaction if nothing that it uses was made from
// it: not its handle, not an argument, not the context if that carries the
// transaction. On a single connection (sql.Conn, pgx.Conn) nothing is past it. A
// begin that looks for a transaction in its context or handle first is no second
// one where it finds one; a begin that does not look is one, whatever context it
// is given.
//
// Of several effects at one place one finding says all, the most certain and most
// harmful first. A query for each element of data inside a transaction is a finding
// of nplusone, which names the transaction.
//
// A call that hands the transaction on to a function that takes one is judged
// inside that function.
//
// Categories are http, rpc, mail, publish, cache, file, exec, sleep, cpu, wait,
// outer-handle, nested-begin and async: a goroutine that is started inside the
// transaction holds no lock, but a rollback does not take back what it does.
// The confidence is certain, or likely: in a function that is handed its
// transaction, when the way leads through an interface, and always for async
// and wait.
//
// Flags:
//
//   - -txsideeffect.min=certain reports only what is certain; the default is
//     likely
//   - -txsideeffect.tests reports in test files, too
//   - -txsideeffect.link is set by sqlvet itself, for the step that the next
//     paragraph is about
//
// sqlvet ./... sees all packages of a run and then also reports calls of an
// interface whose implementation is in a package that the caller does not
// import; the message names it. Under go vet, golangci-lint and gopls, which see
// one package at a time, these are silent.
//
// # When it is silent
//
// After the commit; on paths that can only end in a rollback or an error; in
// deferred calls; for what is built but not sent (http.NewRequest); for rows that
// a worker reads later (river's InsertTx); for hooks that run after the commit;
// for what is done only since the context lacks something (a logger's fallback);
// for output to os.Stdout and os.Stderr, through variables too; for caches; for files that are loaded
// once; for functions that are only stored; in migrations; in test files; and for
// whatever is not known.
//
// # Limits
//
// A *gorm.DB parameter may be a transaction or not: a function that takes one is
// judged for it only if a call of its own package hands it a transaction. Whether
// two handles are of one database is not known: a query to
// another database inside a transaction is reported as past it.
//
// # How to suppress
//
//	//sqlvet:ignore txsideeffect the lock is meant to be held during the call
package txsideeffect

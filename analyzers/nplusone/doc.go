// Package nplusone reports queries in loops over data: fifty rows, fifty-one
// round trips.
//
// # Analyzer nplusone
//
// nplusone: report queries that run once per element of data
//
// # What it reports
//
// A call that reaches the database, directly or through any number of
// functions, in a loop whose number of iterations grows with the data, when the
// query is another one for each element.
//
// # Why it costs
//
// Each query is a round trip: half a millisecond inside one data centre, before
// the database has done anything. A page of 50 rows with one query each takes 51
// round trips. Nothing in the code looks wrong, tests with three rows are fast,
// and the page gets slower as the data grows.
//
// # Bad
//
//	func names(ctx context.Context, db *sql.DB, ids []int) ([]string, error) {
//		var names []string
//		for _, id := range ids {
//			var name string
//			if err := db.QueryRowContext(ctx, "SELECT name FROM users WHERE id = $1", id).Scan(&name); err != nil {
//				return nil, err
//			}
//			names = append(names, name)
//		}
//		return names, nil
//	}
//
// # Good
//
//	func names(ctx context.Context, conn *pgx.Conn, ids []int) ([]string, error) {
//		rows, err := conn.Query(ctx, "SELECT name FROM users WHERE id = ANY($1)", ids)
//		if err != nil {
//			return nil, err
//		}
//		return pgx.CollectRows(rows, pgx.RowTo[string])
//	}
//
// # How it decides
//
// What a call may do is known from its source, across packages, by facts: a
// query ten calls away is found, and the message names the way. Calls of
// interface methods count if an implementation that the package can see
// queries, and that the value may have: what it was made of is followed through
// constructors, factories, fields and constant settings. The types of arguments
// decide type switches.
//
// A loop is a for or range statement, a function that calls its argument once
// per element (slices.IndexFunc, lo.Map, your own each, an adapter of
// iterators), a goroutine started per element, a recursion over a tree, a
// GraphQL field resolver, gorm's AfterFind. What drives it decides whether it
// counts: data counts; constants, batches, pages, retries, clocks and queues do
// not. That is taken from what the loop does (where its list comes from, what its
// number selects, what ends it), not from the names of variables.
//
// A finding of which little comes is still listed, with the severity info and
// the reason: code that only the start of the program or a command (cobra,
// urfave/cli) leads to; work that the database remembers to have been done; a
// list of the configuration; a transaction for each element whose failure is told
// by itself; SQLite, which answers in the program; a mail, a request over the
// network, a process, a sleep or a password's hash in each iteration as well;
// rows that get values of their own, from a library that updates them one by one,
// outside of a transaction; deletes outside of a transaction and of an outer
// loop, as no row is deleted twice; a function that writes one row for each of a
// list at hand, outside of a transaction and of an outer loop; the parts of one
// thing, such as the lines of an order. If a cache may have what is asked for as
// well, nothing is said. What leads to a function of another package, what an
// interface does, and which drivers the program has, is known to sqlvet ./... alone.
//
// Eager loading that asks again for each record (pop's Eager in a chain that
// loads many) is a loop inside the library and reported as well; one that asks
// once for each association (gorm's Preload, pop's EagerPreload) is not,
// however deep it goes.
//
// The arguments of the call decide the rest. If they change with the element,
// that is the finding. If nothing changes, the query is the same each time, and
// the advice is to run it once before the loop (category hoist). If the
// database itself changes (shards), there is nothing to report.
//
// Categories are read, write, hoist, resolver and tx-per-iteration: a read or
// write for which each iteration begins a transaction. The confidence is
// certain, or likely: when the way leads through an interface, a goroutine or a
// cache, and always for hoist. Where a transaction is open all the while, the
// message names it: its locks are held for as many round trips.
//
// Flags:
//
//   - -nplusone.min=certain reports only what is certain; the default is likely
//   - -nplusone.writes=false leaves out statements that write
//   - -nplusone.tests reports loops in test files and test helpers, too
//   - -nplusone.explain says of each database call in a loop why it was reported
//     or left alone; sqlvet -explain ./... sets it and shows nothing else
//   - -nplusone.link is set by sqlvet itself, for the step that the next
//     paragraph is about
//
// sqlvet ./... sees all packages of a run and then also reports the loops over
// an interface whose implementation is in a package that the loop's package
// does not import; the message names the implementation. Under go vet,
// golangci-lint and gopls, which see one package at a time, these are silent.
//
// # When it is silent
//
// Pages and cursors, batches and chunks, retries, polling, workers that wait
// for jobs, loops that are left right after the query, constant numbers of
// iterations, searches that halve what is left, loops over database handles
// and over plug-ins (an interface with several implementations), functions that
// are given a database each, scripts whose elements are the statements, texts of
// files, migrations (by what they do),
// pgx.Batch.Queue and other calls that only queue or build, functions that are
// only stored, goroutines that a helper starts (a dataloader's), the range
// expression itself, what happens only after something has failed, only until
// something is set, only for what a map or an argument that was loaded before the
// loop lacks, only for what a map or cache does not remember that is filled with it, or only where the branch that sends all at once is not taken, test files and test suites (unless -nplusone.tests), and whatever is
// not known.
//
// Statements of which there is none for many: DDL, LISTEN and NOTIFY, GRANT,
// SET, VACUUM, COPY and whatever else is no query, questions to the catalog,
// system functions that act on the session (pg_advisory_lock), and statements that name another table in each
// iteration.
//
// # Limits
//
// Which of several implementations an interface holds is often not known: one
// that queries is then enough. Function values in exported struct fields are not
// followed to other packages that call them in functions of their own. That a
// loop over data has at most two iterations in practice is not known, nor that
// only the start leads to a function that other packages may call. A loop
// behind an interface is found by sqlvet ./... only if the run includes the
// package of the implementation.
//
// # How to suppress
//
//	//sqlvet:ignore nplusone at most three addresses per customer
package nplusone

// Package connpool reports pools that are made or sized against their purpose.
//
// # Analyzer connpool
//
// connpool: report pools per request, and connections kept waiting
//
// # What it reports
//
// A pool or connection that is opened for each request or each turn of a loop and
// not kept (category per-request, per-loop), a pool that may have more connections
// than it keeps when they are idle, or is to keep more than it may have (idle), and rows that are open, or a connection
// that is taken, during a call that is slow and no database's (held). If .sqlvet.yml says how many copies of the
// program share how many connections (pool: {replicas: 10, surge: 1,
// max_connections: 100, reserved: 3}), a pool that is too large for all copies
// together (total); with a pooler in between (pool: {pooler: transaction} or session) a
// pool whose connections last forever (lifetime, info). sqlvet ./..., which sees all packages of a program, also lists the
// pools of one that answers requests and limits none (unlimited, info); sqlvet sets
// -connpool.link for that.
//
// # Why it costs
//
// To connect takes a round trip for TCP, several for TLS and authentication, and
// a new process of the server: ten times what most queries take. Under load the
// server has as many connections as requests, until max_connections says no.
//
// database/sql keeps two idle connections unless SetMaxIdleConns says otherwise:
// of 25 that a burst has opened 23 are closed, and opened again by the next.
// Without SetMaxOpenConns it opens as many as there are requests (pgxpool has four
// or one for each CPU).
//
// What keeps a connection while it waits for somebody else takes it from all
// others: a pool of n serves n / t requests a second, where t is how long each
// keeps one.
//
// How large should it be? As many connections as are in use at a time: requests a
// second of one copy, times the seconds that each holds a connection. 200 requests
// a second that hold one for 10 ms keep 2 busy; twice that for bursts is 4, in each of
// 10 copies 40. If the database has 8 cores and 97 connections for them,
// more than 9 in each of 10 copies end in "sorry, too many clients already" while an
// eleventh starts, and more than some 20 in all work at no greater speed. If the
// product does not fit, the seconds are what to mend: what the connection waits for
// (held, txsideeffect, nplusone).
//
// # Bad
//
//	func show(w http.ResponseWriter, r *http.Request) {
//		db, err := sql.Open("postgres", "dbname=shop")
//		if err != nil {
//			http.Error(w, err.Error(), 500)
//			return
//		}
//		defer db.Close()
//		db.QueryRowContext(r.Context(), "SELECT 1 FROM visits")
//	}
//
//	func open() (*sql.DB, error) {
//		db, err := sql.Open("postgres", "dbname=shop")
//		if err == nil {
//			db.SetMaxOpenConns(25)
//		}
//		return db, err
//	}
//
// # Good
//
//	func show(db *sql.DB) http.HandlerFunc {
//		return func(w http.ResponseWriter, r *http.Request) {
//			db.QueryRowContext(r.Context(), "SELECT 1 FROM visits")
//		}
//	}
//
//	func open() (*sql.DB, error) {
//		db, err := sql.Open("postgres", "dbname=shop")
//		if err == nil {
//			db.SetMaxOpenConns(25)
//			db.SetMaxIdleConns(25)
//		}
//		return db, err
//	}
//
// # How it decides
//
// By the catalogue: what opens a database. It is per request if the function, or
// one that calls it in the package, is handed an *http.Request, also in what a web
// framework wraps around one, and if what is opened stays in a local variable.
// What a function of the package opens for its caller, who closes it, counts as the caller's, also if it
// is wrapped. A loop that defers what closes them has all open at once.
// Sizes must be constants. Of a pool that one function makes, keeps and hands only to
// functions that do not limit it, limits of others say nothing. What a call does is followed into the functions of the
// module.
//
// # When it is silent
//
// If what is opened is kept: in a field, a package variable, a result. If it is
// made of a pool that is there already. If the loop retries, or opens another
// database each time. In tests and code that runs once. Of a pool's size, if it is no
// constant, or if a pooler of transactions stands in between (pooler: transaction),
// whose pools are the server's.
//
// # Limits
//
// Whether a program without SetMaxOpenConns has so many requests that it needs one is
// not known. One SetMaxOpenConns anywhere in the program, unless of a pool that the same function opens, is
// taken for all pools that others have, too. A connection that has an advisory lock or a setting is
// taken on purpose.
//
// # How to suppress
//
//	//sqlvet:ignore connpool an administrator's page, used once a month
package connpool

// Package sessionstate reports session state that is asked of a pool.
//
// # Analyzer sessionstate
//
// sessionstate: report session state that is set through a pool
//
// # What it reports
//
// Statements through a pool whose effect belongs to one connection: advisory
// locks of the session (category lock), SET and set_config(…, false) (setting),
// SET LOCAL and SET TRANSACTION outside of a transaction (local), BEGIN as text
// (begin), temporary tables (temp-table), LISTEN (listen), PREPARE and cursors
// (prepared).
//
// Behind a pooler that gives each transaction another connection of the server, such
// as PgBouncer (pool: {pooler: transaction} in .sqlvet.yml), the same of a single
// connection: a pooler's client has none of its own outside of a transaction.
//
// # Why it costs
//
// A pool takes some connection for each statement. The next one goes through
// another, which has no such lock, setting, transaction or table: a lock is never
// released (the unlock says "you don't own a lock of type ExclusiveLock"), a
// COMMIT ends nothing while the rows that were written stay locked, a tenant's
// setting is there for the request of another. It works on a laptop, where the
// pool has one connection that is idle.
//
// # Bad
//
//	func once(ctx context.Context, pool *pgxpool.Pool, key int64, work func() error) error {
//		var got bool
//		if err := pool.QueryRow(ctx, "SELECT pg_try_advisory_lock($1)", key).Scan(&got); err != nil || !got {
//			return err
//		}
//		defer pool.Exec(ctx, "SELECT pg_advisory_unlock($1)", key)
//		return work()
//	}
//
// # Good
//
//	func once(ctx context.Context, pool *pgxpool.Pool, key int64, work func() error) error {
//		conn, err := pool.Acquire(ctx)
//		if err != nil {
//			return err
//		}
//		defer conn.Release()
//		var got bool
//		if err := conn.QueryRow(ctx, "SELECT pg_try_advisory_lock($1)", key).Scan(&got); err != nil || !got {
//			return err
//		}
//		defer conn.Exec(ctx, "SELECT pg_advisory_unlock($1)", key)
//		return work()
//	}
//
// # How it decides
//
// The text is parsed, and the handle is a pool by its type: *sql.DB, *sqlx.DB,
// *pgxpool.Pool, *bun.DB and their like, also embedded, and where a function is
// handed the statement.
//
// # When it is silent
//
// For a connection (*sql.Conn, *pgx.Conn, what Acquire returns) without such a
// pooler, and behind one for settings that it follows (TimeZone, DateStyle,
// client_encoding, application_name). For a transaction, and handles that may be one, such as interfaces and
// *gorm.DB, unless it lies in a field on which the package begins transactions, and into
// which it puts none. For a text that
// does everything in one: BEGIN; …; COMMIT. In packages that set the greatest
// number of the pool's connections to one. With other databases, in tests and
// code that runs once.
//
// # Limits
//
// Which settings a pooler follows is known of PgBouncer as it comes.
//
// # How to suppress
//
//	//sqlvet:ignore sessionstate the pool has one connection
package sessionstate

package rowsopen

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io"
	"log/slog"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/jmoiron/sqlx"
	_ "github.com/lib/pq"
	"gorm.io/gorm"

	"testdata/rowsopen/lib"
)

type depot struct {
	db    *sql.DB
	spare *sql.DB
}

// Busy: a transaction, a connection, gorm's transaction, a literal per row.

func weigh(ctx context.Context, tx *sql.Tx) error {
	rs, err := tx.QueryContext(ctx, "SELECT id FROM crates")
	if err != nil {
		return err
	}
	defer rs.Close()
	for rs.Next() {
		id, err := lib.One(rs)
		if err != nil {
			return err
		}
		if err := mark(ctx, tx, id); err != nil { // want `the query UPDATE crates by mark -> .* goes through the connection on which the rows of the query at line \d+ are open`
			return err
		}
	}
	return rs.Err()
}

func mark(ctx context.Context, tx *sql.Tx, id int) error {
	_, err := tx.ExecContext(ctx, "UPDATE crates SET weighed = true WHERE id = $1", id)
	return err
}

func connection(ctx context.Context, c *pgx.Conn) error {
	rs, _ := c.Query(ctx, "SELECT id FROM crates")
	for rs.Next() {
		var id int
		if err := rs.Scan(&id); err != nil {
			return err
		}
		if _, err := c.Exec(ctx, "NOTIFY crates"); err != nil { // want `goes through the connection on which the rows of the query at line \d+ are open`
			return err
		}
	}
	return rs.Err()
}

func forEach(ctx context.Context, tx pgx.Tx) error {
	rs, err := tx.Query(ctx, "SELECT id FROM crates")
	if err != nil {
		return err
	}
	var id int
	_, err = pgx.ForEachRow(rs, []any{&id}, func() error {
		_, err := tx.Exec(ctx, "DELETE FROM labels WHERE crate = $1", id) // want `goes through the connection on which`
		return err
	})
	return err
}

func ofGorm(db *gorm.DB) error {
	return db.Transaction(func(tx *gorm.DB) error {
		rs, err := tx.Raw("SELECT id FROM crates").Rows()
		if err != nil {
			return err
		}
		defer rs.Close()
		for rs.Next() {
			var id int
			if err := tx.ScanRows(rs, &id); err != nil {
				return err
			}
			if err := tx.Exec("DELETE FROM labels WHERE crate = ?", id).Error; err != nil { // want `goes through the connection on which`
				return err
			}
		}
		return rs.Err()
	})
}

func closedFirst(ctx context.Context, tx *sql.Tx) error {
	rs, err := tx.QueryContext(ctx, "SELECT id FROM crates")
	if err != nil {
		return err
	}
	list, err := lib.All(rs)
	if err != nil {
		return err
	}
	for _, id := range list {
		if err := mark(ctx, tx, id); err != nil {
			return err
		}
	}
	return nil
}

// The statement runs if there was no row, and then none is open.
func unlessFound(ctx context.Context, tx *sql.Tx) error {
	rs, err := tx.QueryContext(ctx, "SELECT id FROM crates WHERE name = 'x'")
	if err != nil {
		return err
	}
	defer rs.Close()
	found := false
	if rs.Next() {
		found = true
	}
	if !found {
		_, err = tx.ExecContext(ctx, "INSERT INTO crates (name) VALUES ('x')")
	}
	return err
}

func notNext(ctx context.Context, tx *sql.Tx) error {
	rs, err := tx.QueryContext(ctx, "SELECT id FROM crates WHERE name = 'x'")
	if err != nil {
		return err
	}
	defer rs.Close()
	if !rs.Next() {
		_, err = tx.ExecContext(ctx, "INSERT INTO crates (name) VALUES ('x')")
		return err
	}
	return rs.Err()
}

func collected(ctx context.Context, tx pgx.Tx) error {
	rs, err := tx.Query(ctx, "SELECT id FROM crates")
	if err != nil {
		return err
	}
	ids, err := pgx.CollectRows(rs, pgx.RowTo[int])
	if err != nil {
		return err
	}
	_, err = tx.Exec(ctx, "DELETE FROM labels WHERE crate = ANY($1)", ids)
	return err
}

// Second connections: the same pool in a field, by a method; not another pool.

func (d *depot) labels(ctx context.Context, crate int) (n int, err error) {
	err = d.db.QueryRowContext(ctx, "SELECT count(*) FROM labels WHERE crate = $1", crate).Scan(&n)
	return n, err
}

func (d *depot) nested(ctx context.Context) (all int, err error) {
	rs, err := lib.Crates(ctx, d.db)
	if err != nil {
		return 0, err
	}
	defer rs.Close()
	for rs.Next() {
		id, err := lib.One(rs)
		if err != nil {
			return 0, err
		}
		n, err := d.labels(ctx, id) // want `takes a second connection while the rows of the query at line \d+ are open`
		if err != nil {
			return 0, err
		}
		all += n
	}
	return all, rs.Err()
}

func (d *depot) otherPool(ctx context.Context) (all int, err error) {
	rs, err := d.spare.QueryContext(ctx, "SELECT id FROM crates")
	if err != nil {
		return 0, err
	}
	defer rs.Close()
	for rs.Next() {
		id, err := lib.One(rs)
		if err != nil {
			return 0, err
		}
		n, err := d.labels(ctx, id)
		if err != nil {
			return 0, err
		}
		all += n
	}
	return all, rs.Err()
}

// Leaks.

func (d *depot) leak(ctx context.Context) (out []int, err error) {
	rs, err := d.db.QueryContext(ctx, "SELECT id FROM crates") // want `rs is still open at the return at line \d+, so that its connection does not return to the pool`
	if err != nil {
		return nil, err
	}
	for rs.Next() {
		id, err := lib.One(rs)
		if err != nil {
			return nil, err
		}
		out = append(out, id)
	}
	return out, rs.Err()
}

func returning(db *sqlx.DB, name string) (id int, err error) {
	rs, err := db.NamedQuery("INSERT INTO crates (name) VALUES (:name) RETURNING id", map[string]any{"name": name}) // want `rs is still open`
	if err != nil {
		return 0, err
	}
	more := rs.Next()
	if more {
		err = rs.Scan(&id)
	}
	return id, err
}

func void(db *sql.DB) {
	rs, err := db.Query("SELECT 1 FROM crates") // want `rs is still open when the function ends`
	if err == nil {
		rs.Next()
		fmt.Println("there")
	}
}

// pgx closes rows whose Scan fails, and all by themselves at their end.
func byPgx(ctx context.Context, db *pgxpool.Pool) (out []int, err error) {
	rs, err := db.Query(ctx, "SELECT id FROM crates")
	if err != nil {
		return nil, err
	}
	for rs.Next() {
		var id int
		if err := rs.Scan(&id); err != nil {
			return nil, err
		}
		out = append(out, id)
	}
	return out, rs.Err()
}

func byPgxLeft(ctx context.Context, db *pgxpool.Pool) (id int, err error) {
	rs, err := db.Query(ctx, "SELECT id FROM crates") // want `rs is still open`
	if err != nil {
		return 0, err
	}
	for rs.Next() {
		if err := rs.Scan(&id); err != nil {
			return 0, err
		}
		if id > 7 {
			return id, nil
		}
	}
	return 0, rs.Err()
}

func inLiteral(ctx context.Context, db *sql.DB) (n int, err error) {
	var rs *sql.Rows
	defer func() {
		if rs != nil {
			err = errors.Join(err, rs.Close())
		}
	}()
	rs, err = db.QueryContext(ctx, "SELECT id FROM crates")
	if err != nil {
		return 0, err
	}
	if rs.Next() {
		err = rs.Scan(&n)
	}
	return n, err
}

func handedOut(ctx context.Context, db *sql.DB) (*sql.Rows, error) {
	rs, err := db.QueryContext(ctx, "SELECT id FROM crates")
	if err != nil {
		return nil, err
	}
	return rs, nil
}

type cursor struct{ rs *sql.Rows }

func stored(ctx context.Context, db *sql.DB) (*cursor, error) {
	rs, err := db.QueryContext(ctx, "SELECT id FROM crates")
	if err != nil {
		return nil, err
	}
	c := &cursor{rs}
	return c, nil
}

func captured(ctx context.Context, db *sql.DB) (func() bool, error) {
	rs, err := db.QueryContext(ctx, "SELECT id FROM crates")
	if err != nil {
		return nil, err
	}
	return func() bool { return rs.Next() }, nil
}

func scanned(db *sqlx.DB) (out []int, err error) {
	rs, err := db.Queryx("SELECT id FROM crates")
	if err != nil {
		return nil, err
	}
	return out, sqlx.StructScan(rs, &out)
}

// The end of a transaction closes its rows.
func inTx(ctx context.Context, tx *sql.Tx) (n int, err error) {
	rs, err := tx.QueryContext(ctx, "SELECT id FROM crates")
	if err != nil {
		return 0, err
	}
	if rs.Next() {
		err = rs.Scan(&n)
	}
	return n, err
}

// Loops.

func eachTable(ctx context.Context, db *sql.DB, tables []string) (n int, err error) {
	for _, t := range tables {
		rs, err := db.QueryContext(ctx, "SELECT 1 FROM "+t) // want `the loop comes back to this query while the rows of the time before are open, closed only when the function returns`
		if err != nil {
			return 0, err
		}
		defer rs.Close()
		if rs.Next() {
			n++
		}
	}
	return n, nil
}

func readToTheEnd(ctx context.Context, db *sql.DB, tables []string) (n int, err error) {
	for _, t := range tables {
		rs, err := db.QueryContext(ctx, "SELECT 1 FROM "+t)
		if err != nil {
			return 0, err
		}
		defer rs.Close()
		for rs.Next() {
			n++
		}
		if err := rs.Err(); err != nil {
			return 0, err
		}
	}
	return n, nil
}

// Dropped.

func dropped(ctx context.Context, db *pgxpool.Pool, tx *sql.Tx, plain *sql.DB) error {
	if _, err := db.Query(ctx, "DELETE FROM labels"); err != nil { // want `nothing can close the rows of this query, so that its connection does not return to the pool: use Exec`
		return err
	}
	tx.QueryContext(ctx, "DELETE FROM labels")                         // want `nothing can close the rows of this query, and its connection answers no other statement until then`
	return plain.QueryRowContext(ctx, "UPDATE labels SET n = 0").Err() // want `nothing can close the rows`
}

func scannedRow(ctx context.Context, plain *sql.DB) (n int, err error) {
	err = plain.QueryRowContext(ctx, "SELECT count(*) FROM labels").Scan(&n)
	return n, err
}

// The error.

func unread(ctx context.Context, db *sql.DB) (out []int, err error) {
	rs, err := db.QueryContext(ctx, "SELECT id FROM crates")
	if err != nil {
		return nil, err
	}
	defer rs.Close()
	for rs.Next() { // want `nobody asks rs.Err\(\) after this loop`
		var id int
		if err := rs.Scan(&id); err != nil {
			return nil, err
		}
		out = append(out, id)
	}
	return out, nil
}

func readByDefer(ctx context.Context, db *sql.DB) (out []int, err error) {
	rs, err := db.QueryContext(ctx, "SELECT id FROM crates")
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, rs.Err(), rs.Close()) }()
	for rs.Next() {
		out = append(out, 1)
	}
	return out, nil
}

func noneIsRight(ctx context.Context, db *sql.DB) (out []int, err error) {
	rs, err := db.QueryContext(ctx, "SELECT id FROM crates")
	if errors.Is(err, sql.ErrNoRows) {
		err = nil
	}
	if err != nil {
		return nil, err
	}
	return lib.All(rs)
}

func cancelled(ctx context.Context, db *sql.DB) (n int, err error) {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	rs, err := db.QueryContext(ctx, "SELECT id FROM crates")
	if err != nil {
		return 0, err
	}
	if rs.Next() {
		err = rs.Scan(&n)
	}
	return n, err
}

// A handle that may be either.
func (d *depot) either(db *gorm.DB, other *gorm.DB) error {
	rs, err := db.Table("crates").Where("weight > 3").Rows()
	if err != nil {
		return err
	}
	defer rs.Close()
	for rs.Next() {
		var id int
		if err := db.ScanRows(rs, &id); err != nil {
			return err
		}
		if err := other.Exec("DELETE FROM labels WHERE crate = ?", id).Error; err != nil {
			return err
		}
		if err := db.Table("labels").Where("crate = ?", id).Update("seen", true).Error; err != nil { // want `goes through the same handle while the rows of the query at line \d+ are open`
			return err
		}
	}
	return rs.Err()
}

func written(ctx context.Context, db *sql.DB, w io.Writer) error {
	rs, err := db.QueryContext(ctx, "SELECT id FROM crates")
	if err != nil {
		return err
	}
	defer rs.Close()
	for rs.Next() { // want `nobody asks rs.Err\(\) after this loop`
		var id int
		if err := rs.Scan(&id); err != nil {
			return err
		}
		fmt.Fprintln(w, id)
	}
	return nil
}

func told(ctx context.Context, db *sql.DB, each func(int)) error {
	rs, err := db.QueryContext(ctx, "SELECT id FROM crates")
	if err != nil {
		return err
	}
	defer rs.Close()
	for rs.Next() { // want `nobody asks rs.Err\(\) after this loop`
		var id int
		if err := rs.Scan(&id); err != nil {
			return err
		}
		each(id)
	}
	return nil
}

func logged(ctx context.Context, db *sql.DB, log *slog.Logger) error {
	rs, err := db.QueryContext(ctx, "SELECT id FROM crates")
	if err != nil {
		return err
	}
	defer rs.Close()
	for rs.Next() {
		var id int
		if err := rs.Scan(&id); err != nil {
			return err
		}
		log.Info("crate", "id", id)
	}
	return nil
}

// What Next has said is known, also under a not.

func one(ctx context.Context, conn *pgx.Conn) (n int, err error) {
	rs, err := conn.Query(ctx, "SELECT id FROM crates")
	if err != nil {
		return 0, err
	}
	defer rs.Close()
	if !rs.Next() {
		return 0, rs.Err()
	}
	var id int
	if err := rs.Scan(&id); err != nil {
		return 0, err
	}
	err = conn.QueryRow(ctx, "SELECT count(*) FROM labels WHERE crate = $1", id).Scan(&n) // want `goes through the connection on which the rows of the query at line \d+ are open`
	return n, err
}

func noneThere(ctx context.Context, conn *pgx.Conn) (n int, err error) {
	rs, err := conn.Query(ctx, "SELECT id FROM crates")
	if err != nil {
		return 0, err
	}
	defer rs.Close()
	if rs.Next() {
		return 1, nil
	}
	err = conn.QueryRow(ctx, "SELECT count(*) FROM labels").Scan(&n)
	return n, err
}

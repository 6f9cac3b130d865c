// Package objects has statements in loops of which there is none for many,
// each beside its twin that has one.
package objects

import (
	"context"
	"database/sql"
	"fmt"
	"io"

	"github.com/Masterminds/squirrel"
	"github.com/jackc/pgx/v5"
	"gorm.io/gorm"
	"gorm.io/gorm/clause"
)

func utility(ctx context.Context, conn *pgx.Conn, names []string) {
	for _, n := range names {
		conn.Exec(ctx, "listen "+pgx.Identifier{n}.Sanitize())
		conn.Exec(ctx, "/* again */ NOTIFY "+n)
		conn.Exec(ctx, "ALTER TABLE "+n+" SET (fillfactor = 80)")
		conn.Exec(ctx, "(TABLE kinds)")
		conn.Exec(ctx, "SELECT pg_advisory_unlock(hashtext($1))", n)
		conn.Exec(ctx, "SELECT pg_size_pretty(total) FROM sizes WHERE name = $1", n) // want `^the query SELECT sizes runs once`
		conn.Exec(ctx, "DELETE FROM names WHERE name = $1", n)                       // want `^the query DELETE names runs once`
	}
}

// The helper that runs it is not the reason.
func grant(ctx context.Context, conn *pgx.Conn, role string) error {
	_, err := conn.Exec(ctx, fmt.Sprintf("GRANT SELECT ON orders TO %s", role))
	return err
}

func lockAndMove(ctx context.Context, conn *pgx.Conn, id int64) error {
	if _, err := conn.Exec(ctx, "SELECT pg_advisory_lock($1)", id); err != nil {
		return err
	}
	_, err := conn.Exec(ctx, "UPDATE jobs SET moved = true WHERE id = $1", id)
	return err
}

func lockAndRead(ctx context.Context, conn *pgx.Conn, id int64) (state string, err error) {
	if _, err := conn.Exec(ctx, "SELECT pg_advisory_lock($1)", id); err != nil {
		return "", err
	}
	return state, conn.QueryRow(ctx, "SELECT state FROM jobs WHERE id = $1", id).Scan(&state)
}

func byHelper(ctx context.Context, conn *pgx.Conn, names []string, ids []int64) {
	for _, n := range names {
		grant(ctx, conn, n)
	}
	for _, id := range ids {
		lockAndMove(ctx, conn, id) // want `^the query UPDATE jobs runs once`
		lockAndRead(ctx, conn, id) // want `^the query SELECT jobs runs once`
	}
}

// The chunks of a stream are no elements.
func copyIn(ctx context.Context, tx pgx.Tx, id uint32, r io.Reader, parts [][]byte) error {
	los := tx.LargeObjects()
	o, err := los.Open(ctx, id, pgx.LargeObjectModeWrite)
	if err != nil {
		return err
	}
	buf := make([]byte, 4096)
	for {
		n, err := r.Read(buf)
		if _, err := o.Write(buf[:n]); err != nil {
			return err
		}
		if err == io.EOF {
			break
		}
	}
	for _, p := range parts {
		tx.Exec(ctx, "INSERT INTO parts (bytes) VALUES ($1)", p) // want `^the query INSERT parts runs once`
	}
	return nil
}

// Another table each time, and the same with another value.
func tables(db *sql.DB, names []string, ids []int64, name string) {
	for _, n := range names {
		var c int
		db.QueryRow(fmt.Sprintf("SELECT count(*) FROM %s.users", n)).Scan(&c)
		q := "DELETE FROM " + n + " WHERE old"
		for {
			res, err := db.Exec(q)
			if err != nil {
				return
			}
			if k, _ := res.RowsAffected(); k == 0 {
				break
			}
		}
	}
	for _, id := range ids {
		db.Exec("DELETE FROM "+name+" WHERE id = $1", id)                  // want `^the query DELETE runs once`
		db.Exec(fmt.Sprintf("DELETE FROM %s_old WHERE id = $1", name), id) // want `^the query DELETE runs once`
	}
	for _, n := range names {
		db.Exec("DELETE FROM users WHERE name = '" + n + "'") // want `^the query DELETE users runs once`
	}
}

// The helper makes the name of what it is given, or of what it has.

func empty(ctx context.Context, conn *pgx.Conn, table string, id int64) error {
	_, err := conn.Exec(ctx, fmt.Sprintf("DELETE FROM %s WHERE id = $1", pgx.Identifier{table}.Sanitize()), id)
	return err
}

type target struct{ table string }

func (t *target) clear(db *sql.DB, id int64) error {
	_, err := db.Exec("DELETE FROM "+t.table+" WHERE id = $1", id)
	return err
}

func byName(ctx context.Context, conn *pgx.Conn, db *sql.DB, names []string, ids []int64) {
	for _, n := range names {
		empty(ctx, conn, n, 1)
		t := &target{table: n}
		t.clear(db, 1)
	}
	t := &target{table: "users"}
	for _, id := range ids {
		empty(ctx, conn, "users", id) // want `^the query DELETE runs once`
		t.clear(db, id)               // want `^the query DELETE runs once`
	}
}

type row struct{ ID int64 }

func tablesOfBuilders(db *gorm.DB, names []string, ids []int64) {
	for _, n := range names {
		var c int64
		db.Table(n).Count(&c)
		db.Exec("OPTIMIZE TABLE ?", clause.Table{Name: n})
	}
	for _, id := range ids {
		var c int64
		db.Table("rows").Where("id = ?", id).Count(&c) // want `^the query SELECT rows runs once`
	}
}

// The builder's type is the verb, whoever runs it.

func returning(tx *sql.Tx, b squirrel.InsertBuilder) (id int64, err error) {
	q, args, err := b.Suffix("RETURNING id").ToSql()
	if err != nil {
		return 0, err
	}
	err = tx.QueryRow(q, args...).Scan(&id)
	return id, err
}

func found(tx *sql.Tx, b squirrel.SelectBuilder) (id int64, err error) {
	q, args, err := b.ToSql()
	if err != nil {
		return 0, err
	}
	err = tx.QueryRow(q, args...).Scan(&id)
	return id, err
}

func verbs(tx *sql.Tx, names []string) {
	for _, n := range names {
		returning(tx, squirrel.Insert("names").Columns("name").Values(n))            // want `^the query INSERT( names)? runs once .*: write all at once with a multi-row INSERT`
		found(tx, squirrel.Select("id").From("names").Where(squirrel.Eq{"name": n})) // want `^the query SELECT( names)? runs once .*: fetch all at once`
	}
}

// Who runs a text is told what it says.

type runner interface {
	Do(ctx context.Context, q string, args ...any) error
}

type db struct{ db *sql.DB }

func (d db) Do(ctx context.Context, q string, args ...any) error {
	rows, err := d.db.QueryContext(ctx, q, args...)
	if err != nil {
		return err
	}
	return rows.Close()
}

func run(ctx context.Context, r runner, names []string) {
	for _, n := range names {
		r.Do(ctx, "INSERT INTO names (name) VALUES ($1)", n) // want `^the query INSERT( names)? runs once .*: write all at once`
	}
}

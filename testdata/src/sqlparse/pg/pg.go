// Package pg talks to PostgreSQL.
package pg

import (
	"context"
	"database/sql"
	"fmt"

	"github.com/jackc/pgx/v5"
	"github.com/jmoiron/sqlx"
	_ "github.com/lib/pq"

	"testdata/sqlparse/queries"
)

func statements(ctx context.Context, conn *pgx.Conn, db *sql.DB, x *sqlx.DB) {
	conn.Exec(ctx, "UPDATE users SET name = $1, WHERE id = $2")   // want `postgresql cannot parse this query: syntax error at or near "WHERE" \[sqlparse\]`
	conn.Exec(ctx, "UPDATE users SET name = $1 WHERE id = $2")    // parses
	db.Query("SELECT id, FROM users")                             // want `syntax error at or near "FROM"`
	db.Query("SELECT id FROM users WHERE name = 'O''Neil' -- ok") // parses
	db.Query("SELECT 'unfinished FROM users")                     // want `unterminated quoted string`
	db.Query("SELECT (1 + 2 FROM users")                          // want `syntax error`
	db.Query("")                                                  // nothing to say
	db.Query("-- only a comment")
	db.Query("SELECT 1; SELECT FROM WHERE") // want `syntax error`
	db.Query("SELECT 1; SELECT 2;")
	conn.Exec(ctx, queries.Broken) // want `syntax error at or near "VALUES"`
	conn.Exec(ctx, queries.Fine)
	x.NamedExec("INSERT INTO users (a, b) VALUES (:a, :b::text)", nil)
	x.NamedExec("INSERT INTO users (a, b) VALUES (:a, :b", nil) // want `syntax error at end of input`
	x.Select(nil, x.Rebind("SELECT id FROM users WHERE id IN (?)"), 1)
	db.Query("SELECT data ? 'key', data ?| array['a'] FROM t WHERE tags @> $1")
	db.Query("SELECT * FROM `users`") // backquotes are not PostgreSQL's, but some proxies take them
	conn.Exec(ctx, "COPY users (id) FROM STDIN WITH (FORMAT csv)")
	conn.Exec(ctx, "CREATE TABLE t (id bigint GENERATED ALWAYS AS IDENTITY, name varchar(20) NOT NUL)") // want `syntax error at or near "NUL"`
}

const broken = `
	SELECT id
	FROM users
	GROUP id` // want `syntax error at or near "id"`

func declaredElsewhere(db *sql.DB) { db.Query(broken) }

func holes(db *sql.DB, table, cond string, n int) {
	db.Query("SELECT id FROM " + table + " WERE id = $1") // not known as a whole: silent
	db.Query(fmt.Sprintf("SELECT id FROM users LIMIT %d OFSET 3", n))
	db.Query("SELECT id FROM users " + cond)
}

func alternatives(db *sql.DB, desc bool) {
	q := "SELECT id FROM users"
	order := ""
	if desc {
		order = " ORDER id"
	}
	db.Query(q + order) // one alternative parses: silent

	bad := "SELECT id FROM users ORDER id" // want `syntax error at or near "id"`
	if desc {
		bad += " DESC"
	}
	db.Query(bad)
}

func ignored(db *sql.DB) {
	//sqlvet:ignore sqlparse the proxy rewrites this
	db.Query("SELECT FROM WHERE")
}

type logger struct{}

func (logger) Query(q string) {}

func prepared(ctx context.Context, conn *pgx.Conn) {
	conn.Prepare(ctx, "coupon_by_id", "SELECT id FROM coupons WHERE id = $1")
	conn.Query(ctx, "coupon_by_id", 1)
	conn.Exec(ctx, "coupons.expire-1")
	conn.Exec(ctx, "BEGIN")
}

func neverSent(l logger) {
	l.Query("SELECT FROM WHERE")
	fmt.Println("UPDATE users SET")
}

// Package std tests selectstar with database/sql.
package std

import (
	"context"
	"database/sql"
	"fmt"
	"strings"

	_ "github.com/lib/pq"
)

func plain(ctx context.Context, db *sql.DB, id int64) {
	db.QueryContext(ctx, "SELECT * FROM users WHERE id = $1", id)                     // want `query reads every column of users with \*: list the columns that are used \[selectstar\]`
	db.Query("select * from users")                                                   // want `every column of users`
	db.QueryRow("SELECT u.* FROM users u WHERE u.id = $1", id)                        // want `every column of users`
	db.QueryRow("SELECT u.*, o.total FROM users u JOIN orders o ON o.user_id = u.id") // want `every column of users with`
	db.Query("SELECT * FROM users u JOIN orders o ON o.user_id = u.id")               // want `every column of users and orders`
	db.Query("SELECT u.*, o.* FROM users u, orders o WHERE o.user_id = u.id")         // want `every column of users with` `every column of orders with`
	db.Query("SELECT *, count(*) OVER () FROM users")                                 // want `every column of users`
	db.Query("SELECT * FROM audit.events ORDER BY id LIMIT 10")                       // want `every column of audit.events`
	db.Query("SELECT DISTINCT * FROM users")                                          // want `every column of users`
	db.Query("SELECT * FROM users FOR UPDATE SKIP LOCKED")                            // want `every column of users`
	db.Query(`SELECT * FROM "Users"`)                                                 // want `every column of Users`
	db.Prepare("SELECT * FROM users WHERE id = $1")                                   // want `every column of users`
	db.Query("TABLE users")                                                           // want `every column of users`
	db.Query("SELECT * FROM ONLY users")                                              // want `every column of users`
	db.Query("SELECT * FROM users TABLESAMPLE SYSTEM (1)")                            // want `every column of users`

	db.QueryContext(ctx, "SELECT id, name FROM users WHERE id = $1", id)
	db.Query("SELECT count(*) FROM users")
	db.Query("SELECT COUNT( * ) AS n FROM users")
	db.Query("SELECT count(u.*) FROM users u")
	db.Query("SELECT EXISTS (SELECT * FROM users WHERE id = $1)", id)
	db.Query("SELECT id FROM users u WHERE EXISTS (SELECT * FROM orders o WHERE o.user_id = u.id)")
	db.Query("SELECT id FROM users WHERE NOT EXISTS (SELECT * FROM bans)")
	db.Query("SELECT id FROM users WHERE id IN (SELECT * FROM ids)")
	db.Query("SELECT id FROM users WHERE id = ANY (SELECT * FROM ids)")
	db.Query("SELECT (SELECT * FROM one) AS v")
	db.Query("SELECT row_to_json(u.*) FROM users u")
	db.Query("SELECT json_agg(t) FROM (SELECT * FROM users) t")
	db.Query("SELECT price * quantity FROM items")
	db.Query("SELECT 2 * 3")
	db.Query("SELECT id FROM users -- not SELECT * FROM users")
	db.Query("SELECT id /* SELECT * FROM users */ FROM users")
	db.Query("SELECT 'SELECT * FROM users'")
	db.Query("SELECT * FROM users LIMIT 0")
	db.Query("SELECT * FROM users WHERE false")
	db.Query("SELECT * FROM users WHERE 1 = 0")
	db.Query("SELECT * FROM pg_stat_activity")
	db.Query("SELECT * FROM information_schema.columns")
	db.Query("SELECT * FROM pg_catalog.pg_class")
	db.Query("SELECT * FROM generate_series(1, 10)")
	db.Query("SELECT * FROM (VALUES (1, 'a'), (2, 'b')) AS t (id, name)")
	db.Query("SELECT * FROM json_to_recordset($1) AS t (id int, name text)", "[]")
	db.Query("SELECT * FROM unnest($1::int[])", nil)
	db.Query("VALUES (1), (2)")
}

func derived(db *sql.DB) {
	db.Query("SELECT * FROM (SELECT id, name FROM users) u")
	db.Query("SELECT u.* FROM (SELECT id, name FROM users) u JOIN orders o ON o.user_id = u.id")
	db.Query("SELECT id FROM (SELECT * FROM users) u")
	db.Query("SELECT * FROM (SELECT * FROM users) u") // want `every column of users`
	db.Query("WITH a AS (SELECT * FROM users) SELECT id FROM a")
	db.Query("WITH a AS (SELECT * FROM users) SELECT count(*) FROM a")
	db.Query("WITH a AS (SELECT id FROM users) SELECT * FROM a")
	db.Query("WITH a AS (SELECT * FROM users) SELECT * FROM a")                                            // want `every column of users`
	db.Query("WITH a AS (SELECT id FROM users) SELECT a.id, o.* FROM a JOIN orders o ON o.user_id = a.id") // want `every column of orders`
	db.Query("WITH a AS (SELECT * FROM users), b AS (SELECT * FROM a) SELECT * FROM b")                    // want `every column of users`
	db.Query("WITH RECURSIVE t AS (SELECT * FROM nodes UNION ALL SELECT n.* FROM nodes n JOIN t ON n.parent = t.id) SELECT id FROM t")
	db.Query("WITH RECURSIVE t AS (SELECT * FROM nodes WHERE parent IS NULL UNION ALL SELECT n.* FROM nodes n JOIN t ON n.parent = t.id) SELECT * FROM t") // want `every column of nodes` `every column of nodes`
	db.Query("SELECT id, name FROM users UNION SELECT id, name FROM admins")
	db.Query("SELECT * FROM users UNION ALL SELECT * FROM admins")                                           // want `every column of users` `every column of admins`
	db.Query("SELECT * FROM users EXCEPT SELECT * FROM banned")                                              // want `every column of users`
	db.Query("SELECT u.id, l.* FROM users u, LATERAL (SELECT * FROM logins WHERE user_id = u.id LIMIT 1) l") // want `every column of logins`
	db.Query("SELECT u.id, l.* FROM users u, LATERAL (SELECT at FROM logins WHERE user_id = u.id LIMIT 1) l")
}

func writes(ctx context.Context, db *sql.DB, tx *sql.Tx) {
	tx.QueryRow("INSERT INTO users (name) VALUES ($1) RETURNING *", "x")                       // want `statement returns every column of users with \*`
	tx.QueryRow("UPDATE users SET name = $1 WHERE id = $2 RETURNING *", "x", 1)                // want `every column of users`
	tx.QueryRow("UPDATE users u SET name = o.name FROM old o WHERE o.id = u.id RETURNING u.*") // want `every column of users with`
	tx.QueryRow("DELETE FROM users WHERE id = $1 RETURNING *", 1)                              // want `every column of users`
	tx.QueryRow("INSERT INTO users (name) VALUES ($1) RETURNING id", "x")
	tx.QueryRow("INSERT INTO users (name) VALUES ($1) ON CONFLICT (name) DO UPDATE SET n = users.n * 2 RETURNING id", "x")
	tx.QueryRow("WITH d AS (DELETE FROM jobs WHERE id = $1 RETURNING *) SELECT * FROM d", 1) // want `every column of jobs`
	tx.QueryRow("WITH d AS (DELETE FROM jobs WHERE id = $1 RETURNING *) SELECT id FROM d", 1)
	tx.QueryRow("WITH d AS (DELETE FROM jobs RETURNING *) INSERT INTO done SELECT * FROM d RETURNING id")

	db.ExecContext(ctx, "INSERT INTO archive SELECT * FROM users")
	db.ExecContext(ctx, "CREATE TABLE copy AS SELECT * FROM users")
	db.ExecContext(ctx, "CREATE VIEW v AS SELECT * FROM users")
	db.ExecContext(ctx, "COPY (SELECT * FROM users) TO STDOUT")
	db.ExecContext(ctx, "SELECT * FROM users FOR UPDATE")
	tx.ExecContext(ctx, "DECLARE c CURSOR FOR SELECT * FROM users") // want `query reads every column of users`
	tx.ExecContext(ctx, "DECLARE c CURSOR FOR SELECT id FROM users")
	tx.QueryContext(ctx, "SELECT (u).* FROM users u") // want `query reads every column of users`
	tx.QueryContext(ctx, "SELECT (u).* FROM (SELECT id FROM t) u")
	tx.QueryContext(ctx, "SELECT (u.address).* FROM users u")
	db.QueryContext(ctx, "EXPLAIN SELECT * FROM users")
	db.QueryContext(ctx, "INSERT INTO archive SELECT * FROM users RETURNING id")
}

func texts(ctx context.Context, db *sql.DB, table, where string, sorted bool, cols []string) {
	db.Query("SELECT * FROM " + table)                                // want `every column of the table with`
	db.Query(fmt.Sprintf("SELECT * FROM %s WHERE id = $1", table), 1) // want `every column of the table with`
	db.Query("SELECT * FROM users " + where)                          // want `every column of users`
	db.Query(fmt.Sprintf("SELECT %s FROM users", strings.Join(cols, ", ")))
	db.Query("SELECT " + "* " + "FROM " + "users") // want `every column of users`

	q := "SELECT * FROM users" // want `every column of users`
	if sorted {
		q += " ORDER BY name"
	}
	db.Query(q)

	var b strings.Builder
	b.WriteString("SELECT * ") // want `every column of orders`
	b.WriteString("FROM orders")
	db.QueryContext(ctx, b.String())

	either := "users"
	if sorted {
		either = "admins"
	}
	db.Query("SELECT * FROM " + either) // want `every column of (users and admins|admins and users) with`

	const list = "SELECT id FROM users"
	db.Query(list)
}

// The program asks for whatever columns there are.
func byName(db *sql.DB) ([]string, error) {
	rows, err := db.Query("SELECT * FROM users")
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	return rows.Columns()
}

func notByName(db *sql.DB) error {
	rows, err := db.Query("SELECT * FROM users") // want `every column of users`
	if err != nil {
		return err
	}
	defer rows.Close()
	other, err := db.Query("SELECT id FROM users")
	if err != nil {
		return err
	}
	other.Columns()
	return rows.Err()
}

// DBTX is the interface that generated code asks for.
type DBTX interface {
	ExecContext(context.Context, string, ...interface{}) (sql.Result, error)
	QueryContext(context.Context, string, ...interface{}) (*sql.Rows, error)
	QueryRowContext(context.Context, string, ...interface{}) *sql.Row
}

const getUser = `-- name: GetUser :one
SELECT * FROM users WHERE id = $1` // want `every column of users`

const getUserName = `-- name: GetUserName :one
SELECT name FROM users WHERE id = $1`

type Queries struct{ db DBTX }

func (q *Queries) GetUser(ctx context.Context, id int64) *sql.Row {
	q.db.QueryRowContext(ctx, getUserName, id)
	return q.db.QueryRowContext(ctx, getUser, id)
}

func suppressed(db *sql.DB) {
	//sqlvet:ignore selectstar the export needs every column
	db.Query("SELECT * FROM users")
}

type part struct{ ID int64 }

// A pointer to a list is declared beside the text.
func pointed(db *sql.DB, more bool) (*[]part, error) {
	var parts *[]part
	query := "SELECT id FROM parts"
	if more {
		query += " WHERE id > 3"
	}
	rows, err := db.Query(query)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	parts = &[]part{{}}
	return parts, rows.Err()
}

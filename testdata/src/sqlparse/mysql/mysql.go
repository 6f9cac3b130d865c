// Package mysql talks to MySQL: its syntax is not PostgreSQL's to refuse.
package mysql

import (
	"database/sql"

	_ "github.com/go-sql-driver/mysql"
)

func f(db *sql.DB) {
	db.Exec("INSERT INTO t (a) VALUES (?) ON DUPLICATE KEY UPDATE a = VALUES(a)")
	db.Exec("SELECT a FROM t LIMIT 1, 2")
	db.Exec("SELEC")
}

// Package migrations runs files of SQL.
package migrations

import (
	"database/sql"
	"embed"
	"strings"
)

//go:embed *.sql
var files embed.FS

func Run(db *sql.DB, name string) error { // want Run:`^WriteDB\(migrate\) via db.Exec$`
	b, err := files.ReadFile(name)
	if err != nil {
		return err
	}
	if _, err := db.Exec(string(b)); err != nil { // effects: WriteDB(migrate) via db.Exec
		return err
	}
	_, err = db.Exec("INSERT INTO schema_migrations (name) VALUES ($1)", name) // effects: WriteDB(migrate)[INSERT schema_migrations] via db.Exec
	return err
}

func Statements(db *sql.DB) { // want Statements:`^WriteDB\(migrate\) in loop via db.Exec$`
	b, _ := files.ReadFile("all.sql")
	for _, stmt := range strings.Split(string(b), ";") {
		stmt = strings.TrimSpace(stmt)
		db.Exec(stmt) // effects: WriteDB(migrate) via db.Exec
	}
}

// A query that is kept in a file.
func Named(db *sql.DB, id int) { // want Named:`^WriteDB via db.Exec$`
	b, _ := files.ReadFile("user.sql")
	db.Exec(string(b), id) // effects: WriteDB via db.Exec
}

// What the application itself migrates.
func Business(db *sql.DB) { // want Business:`^WriteDB\[UPDATE tenant_migrations\] via db.Exec$`
	db.Exec("UPDATE tenant_migrations SET done = true") // effects: WriteDB[UPDATE tenant_migrations] via db.Exec
}

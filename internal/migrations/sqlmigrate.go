package migrations

import "regexp"

var migrateUp = regexp.MustCompile(`(?im)^\s*--\s*\+migrate\s+up\b`)

// sqlMigrate: https://github.com/rubenv/sql-migrate#writing-migrations
var sqlMigrate = &Tool{
	Name: "sql-migrate", Wraps: Each, Outside: "-- +migrate Up notransaction",
	Tables:   []string{"gorp_migrations"},
	Packages: []string{"github.com/rubenv/sql-migrate"},
	holds:    func(f *Folder) bool { return f.has(migrateUp) },
	arrange:  arrangeSections,
	write: func(m Migration) []Text {
		return []Text{{m.base() + ".sql", "-- +migrate Up notransaction\n" + m.Up + "\n-- +migrate Down notransaction\n" + m.Down}}
	},
}

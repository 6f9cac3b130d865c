package migrations

import "regexp"

var dbmateUp = regexp.MustCompile(`(?im)^\s*--\s*migrate:up\b`)

// dbmate: https://github.com/amacneil/dbmate#migration-options
var dbmate = &Tool{
	Name: "dbmate", Wraps: Each, Outside: "-- migrate:up transaction:false",
	Tables:  []string{"schema_migrations"},
	holds:   func(f *Folder) bool { return f.has(dbmateUp) },
	arrange: arrangeSections,
	write: func(m Migration) []Text {
		return []Text{{m.base() + ".sql", "-- migrate:up transaction:false\n" + m.Up + "\n-- migrate:down transaction:false\n" + m.Down}}
	},
}

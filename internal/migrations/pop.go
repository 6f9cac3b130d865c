package migrations

import "regexp"

var (
	autocommit = regexp.MustCompile(`\.autocommit\.`)
	fizz       = regexp.MustCompile(`\.fizz`)
)

// popx is Ory's pop: files with autocommit in their name run outside of a
// transaction (https://github.com/ory/x/tree/master/popx).
var popx = &Tool{
	Name: "popx", Wraps: Each, Outside: "autocommit in the file's name",
	Tables: []string{"schema_migration"},
	holds: func(f *Folder) bool {
		return directed(f) && (f.named(autocommit) || !f.named(fizz) && !others(f) && f.requires("github.com/ory/x ", "github.com/ory/pop"))
	},
	arrange: arrangeUpDown,
	write: func(m Migration) []Text {
		m.style.direction = ".autocommit."
		return writeUpDown(m)
	},
}

// pop runs each file in a transaction: https://gobuffalo.io/documentation/database/migrations/
var pop = &Tool{
	Name: "pop", Wraps: Always,
	Tables: []string{"schema_migration"},
	holds: func(f *Folder) bool {
		return directed(f) && (f.named(fizz) || !others(f) && f.requires("github.com/gobuffalo/pop"))
	},
	arrange: arrangeUpDown, write: writeUpDown,
}

// others reports whether the module requires another tool whose files have such
// names.
func others(f *Folder) bool {
	return f.requires("github.com/golang-migrate/migrate", "github.com/uptrace/bun")
}

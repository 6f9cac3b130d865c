package migrations

// bun runs the files that have .tx. in their name in a transaction:
// https://bun.uptrace.dev/guide/migrations.html
var bun = &Tool{
	Name:     "bun",
	Tables:   []string{"bun_migrations", "bun_migration_locks"},
	Packages: []string{"github.com/uptrace/bun/migrate"},
	holds: func(f *Folder) bool {
		return directed(f) && f.requires("github.com/uptrace/bun") && !f.requires("github.com/golang-migrate/migrate")
	},
	arrange: arrangeUpDown, write: writeUpDown,
}

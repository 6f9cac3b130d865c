package migrations

import "regexp"

var gooseUp = regexp.MustCompile(`(?im)^\s*--\s*\+goose\s+up\b`)

// goose: https://pressly.github.io/goose/documentation/annotations/
var goose = &Tool{
	Name: "goose", Wraps: Each, Outside: "-- +goose NO TRANSACTION",
	Tables:   []string{"goose_db_version"},
	Packages: []string{"github.com/pressly/goose"},
	holds:    func(f *Folder) bool { return f.has(gooseUp) },
	arrange:  arrangeSections,
	write: func(m Migration) []Text {
		return []Text{{m.base() + ".sql", "-- +goose NO TRANSACTION\n-- +goose Up\n" + m.Up + "\n-- +goose Down\n" + m.Down}}
	},
}

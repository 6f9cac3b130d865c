package migrations

import (
	"cmp"
	"regexp"
	"slices"
	"strings"
)

var flywayName = regexp.MustCompile(`^([VUR])([\d._]*)__.*\.sql$`)

// flyway finds out by itself what cannot run in a transaction:
// https://documentation.red-gate.com/fd/migrations-184127470.html
var flyway = &Tool{
	Name:    "flyway",
	Tables:  []string{"flyway_schema_history", "schema_version"},
	holds:   func(f *Folder) bool { return f.named(flywayName) },
	arrange: arrangeFlyway,
	first:   "0",
	write: func(m Migration) []Text {
		do, undo := "V"+m.Version+"__"+m.name()+".sql", "U"+m.Version+"__"+m.name()+".sql"
		return []Text{{do, m.Up}, {do + ".conf", flywayConf}, {undo, m.Down}, {undo + ".conf", flywayConf}}
	},
}

// flywayConf is the configuration of one script.
const flywayConf = `# Without flyway.postgresql.transactional.lock=false among Flyway's own settings
# the statement waits for Flyway's lock, and Flyway for the statement.
executeInTransaction=false
`

// arrangeFlyway orders V1.2__name.sql by version; repeatable ones come last.
func arrangeFlyway(files []*File) {
	key := func(in *File) (kind string, version []string) {
		m := flywayName.FindStringSubmatch(in.Name)
		if m == nil {
			return "", nil
		}
		return m[1], strings.FieldsFunc(m[2], func(c rune) bool { return c == '.' || c == '_' })
	}
	slices.SortStableFunc(files, func(a, b *File) int {
		ka, va := key(a)
		kb, vb := key(b)
		if (ka == "R") != (kb == "R") {
			if ka == "R" {
				return 1
			}
			return -1
		}
		return cmp.Or(slices.CompareFunc(va, vb, compareVersions), cmp.Compare(a.Name, b.Name))
	})
	for _, in := range files {
		switch kind, _ := key(in); kind {
		case "U":
			in.Skipped = "undo migration"
		case "":
			in.Skipped = "not named as a migration"
		}
		in.Up = in.Text
	}
}

package migrations

import (
	"regexp"
	"strings"
)

// Several tools have a file for each direction, N_name.up.sql. What else the
// module requires, or the names of other files, says which of them it is.

var upDown = regexp.MustCompile(`(?i)^\d+.*?[_.-](autocommit\.|tx\.|notx\.)?(up|down)\.sql$`)

// golangMigrate sends a file as one query:
// https://github.com/golang-migrate/migrate/tree/master/database/postgres
var golangMigrate = &Tool{
	Name: "golang-migrate", Wraps: Several, OwnFile: true,
	Tables:   []string{"schema_migrations"},
	Packages: []string{"github.com/golang-migrate/migrate"},
	holds:    func(f *Folder) bool { return directed(f) && f.requires("github.com/golang-migrate/migrate") },
	arrange:  arrangeUpDown, write: writeUpDown,
}

// upDownNames are golang-migrate's names in a module that does not require it:
// some program runs them.
var upDownNames = &Tool{Name: "golang-migrate", holds: directed, arrange: arrangeUpDown, write: writeUpDown}

// directed reports whether most of a folder's numbered files say at the end of
// their name which way they go. One that does may only be called so: 3_clean_up.
func directed(f *Folder) bool {
	named, all := 0, 0
	for _, in := range f.Files {
		switch {
		case upDown.MatchString(in.Name):
			named++
			all++
		case in.numberedSQL():
			all++
		}
	}
	return 2*named > all
}

// postgres is the mark of a file for PostgreSQL.
const postgres = "postgres"

func arrangeUpDown(files []*File) {
	byVersion(files)
	own := make(map[string]bool) // versions that have a file for PostgreSQL
	for _, in := range files {
		if v, ok := Version(in.Name); ok && in.Dialect == postgres {
			own[v] = true
		}
	}
	for _, in := range files {
		m := upDown.FindStringSubmatch(in.Name)
		v, _ := Version(in.Name)
		switch {
		case m == nil:
			if !Numbered(in.Name) || strings.HasSuffix(in.Name, ".sql") {
				in.Skipped = "not named as a migration"
			}
		case strings.EqualFold(m[2], "down"):
			in.Skipped = "down migration"
		case in.Dialect != "" && in.Dialect != postgres:
			in.Skipped = "written for " + in.Dialect
		case in.Dialect == "" && own[v]:
			in.Skipped = "this version has a file for postgres"
		}
		in.Up = in.Text
		if m != nil {
			in.NoTransaction = strings.EqualFold(m[1], "autocommit.") || strings.EqualFold(m[1], "notx.")
		}
	}
}

func writeUpDown(m Migration) []Text {
	return []Text{{m.base() + m.style.direction + "up.sql", m.Up}, {m.base() + m.style.direction + "down.sql", m.Down}}
}

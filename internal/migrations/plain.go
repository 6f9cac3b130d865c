package migrations

import (
	"path"
	"regexp"
	"strings"
)

var pgDump = regexp.MustCompile(`(?m)^-- PostgreSQL database dump`)

// dump is one file that pg_dump wrote.
var dump = &Tool{
	Name:    "pg_dump",
	holds:   func(f *Folder) bool { return f.has(pgDump) && len(f.Files) == 1 },
	arrange: arrangePlain, write: writePlain,
}

// plain are files without marks, which some program or nobody runs.
var plain = &Tool{Name: "sql", arrange: arrangePlain, write: writePlain}

// Plain reports whether nothing says that the files are run one after the other.
func (t *Tool) Plain() bool { return t == plain || t == dump || t == prisma }

// arrangePlain replays files whole: tern's end at its line.
func arrangePlain(files []*File) {
	byVersion(files)
	for _, in := range files {
		in.Up, in.NoTransaction = in.Text, ternPlain.MatchString(in.Text)
		if at := ternLine.FindStringIndex(in.Text); at != nil {
			in.Up = in.Text[:at[0]]
		}
		in.Dump = pgDump.MatchString(in.Text)
	}
	skipDown(files)
}

var downName = regexp.MustCompile(`(?i)(^|[._-])(down|rollback|undo|revert|drop)([._-]|$)`)

// skipDown leaves out the files that take back what another one does. One with
// a number of its own is a step like any other, whatever its name says.
func skipDown(files []*File) {
	down := func(in *File) bool { return downName.MatchString(strings.TrimSuffix(in.Name, path.Ext(in.Name))) }
	up := make(map[string]bool) // versions that have a file that is none
	for _, in := range files {
		if v, _ := Version(in.Name); !down(in) {
			up[v] = true
		}
	}
	for _, in := range files {
		if v, ok := Version(in.Name); down(in) && (!ok || up[v]) {
			in.Skipped = "down migration"
		}
	}
}

func writePlain(m Migration) []Text { return []Text{{m.base() + ".sql", m.Up}} }

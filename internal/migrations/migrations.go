// Package migrations answers what the tools are like that run a program's
// migrations: which of them a folder's files are written for, in which order it
// runs them, which part of a file, in a transaction or not, what the next file is
// called and how it is written, and in which tables it keeps its books. A tool is
// one file of this package, and a folder of fixtures below testdata.
//
// What the statements do to a schema is package schema's question, where a
// program's migrations are found its choice.
package migrations

import (
	"cmp"
	"path"
	"regexp"
	"slices"
	"strings"
	"sync"
)

// A File is a file of a folder, and what its tool makes of it.
type File struct {
	Name string // without its folder
	Text string // "" of files that are not SQL
	// Dialect is the database that the name is marked with; "" if it has no mark.
	Dialect string

	// Skipped says why the tool does not run the file when it goes up.
	Skipped string
	// Up is the part of the text that it runs then, on its lines.
	Up string
	// NoTransaction is set if the file asks not to be run in a transaction.
	NoTransaction bool
	// Dump is set if the file is pg_dump's.
	Dump bool
}

// A Folder is what tells which tool runs its files.
type Folder struct {
	Files []*File
	Names map[string]bool // of all files in it
	// Requires reports whether the module requires another itself.
	Requires func(module string) bool
}

// Wraps says which files a tool runs in a transaction.
type Wraps uint8

// The ways to run a file.
const (
	Unknown Wraps = iota // it is not known, or the tool finds out by itself
	Each                 // each file, unless it asks for none
	Several              // those that hold several statements, which are sent as one query
	Always               // each file, whatever it asks for
)

// A Tool runs migrations.
type Tool struct {
	Name string
	// Wraps says which files it runs in a transaction.
	Wraps Wraps
	// Outside is how a file asks for none, as the end of a sentence that begins
	// with "write" or "put it": "-- +goose NO TRANSACTION". OwnFile: by being a
	// file of its own.
	Outside string
	OwnFile bool
	// Tables are those in which it keeps what it has done.
	Tables []string
	// Packages are those, with all below, that a program hands its migrations to
	// as functions.
	Packages []string

	// holds reports whether a folder's files are written for the tool; nil if it
	// has none.
	holds func(f *Folder) bool
	// arrange puts files in the order in which it runs them, and fills in what it
	// makes of each.
	arrange func(files []*File)
	// write returns the files of a migration.
	write func(m Migration) []Text
	// first is the version of its first file; "" is the usual one.
	first string
}

// tools are all of them. The first that a folder is written for has it: those
// whose files say so before those that are known by names alone.
var tools = []*Tool{
	goose, sqlMigrate, dbmate,
	popx, pop, bun, golangMigrate, upDownNames,
	flyway, atlas, tern, prisma, dump, plain,
	gormigrate, goPg, migrator, darwin, pocketbase, beego, xormigrate, ent, river, liquibase,
}

// Of returns the tool that a folder's files are written for, never nil.
func Of(f *Folder) *Tool {
	for _, t := range tools {
		if t.holds != nil && t.holds(f) {
			return t
		}
	}
	return plain
}

// Named returns the tool of a name, nil if there is none.
func Named(name string) *Tool {
	i := slices.IndexFunc(tools, func(t *Tool) bool { return t.Name == name })
	if i < 0 {
		return nil
	}
	return tools[i]
}

// Arrange returns a folder's files in the order in which the tool runs them, and
// fills in what it makes of each.
func (t *Tool) Arrange(files []*File) []*File {
	ordered := slices.Clone(files)
	t.arrange(ordered)
	return ordered
}

// KeepsBooks reports whether a tool calls a table of its own so, whatever schema
// it is in.
func KeepsBooks(table string) bool {
	return books()[strings.ToLower(table[strings.LastIndexByte(table, '.')+1:])]
}

// books are the tables of all tools.
var books = sync.OnceValue(func() map[string]bool {
	all := make(map[string]bool)
	for _, t := range tools {
		for _, name := range t.Tables {
			all[name] = true
		}
	}
	return all
})

// TakesFunctions reports whether a package is one that a program hands its
// migrations to as functions.
func TakesFunctions(importPath string) bool {
	return slices.ContainsFunc(tools, func(t *Tool) bool {
		return slices.ContainsFunc(t.Packages, func(p string) bool {
			rest, ok := strings.CutPrefix(importPath, p)
			return ok && (rest == "" || rest[0] == '/')
		})
	})
}

// Requires reports whether the text of a go.mod requires a module, or one whose
// path begins so, for the module's own code.
func Requires(gomod, module string) bool {
	for line := range strings.Lines(gomod) {
		line = strings.TrimPrefix(strings.TrimSpace(line), "require ")
		if strings.HasPrefix(line, module) && !strings.Contains(line, "// indirect") {
			return true
		}
	}
	return false
}

// has reports whether the text of a file matches.
func (f *Folder) has(re *regexp.Regexp) bool {
	return slices.ContainsFunc(f.Files, func(in *File) bool { return re.MatchString(in.Text) })
}

// named reports whether the name of a file matches.
func (f *Folder) named(re *regexp.Regexp) bool {
	return slices.ContainsFunc(f.Files, func(in *File) bool { return re.MatchString(in.Name) })
}

func (f *Folder) requires(modules ...string) bool {
	return f.Requires != nil && slices.ContainsFunc(modules, f.Requires)
}

var numbered = regexp.MustCompile(`^\d+[_.-].*\.(sql|go|fizz)$|^\d+\.(sql|go|fizz)$`)

// Numbered reports whether a file's name begins with a migration's number.
func Numbered(base string) bool { return numbered.MatchString(base) }

// numberedSQL reports whether an SQL file has a migration's number.
func (in *File) numberedSQL() bool { return path.Ext(in.Name) == ".sql" && Numbered(in.Name) }

// Version returns the digits that a file's name begins with, without leading
// zeros.
func Version(base string) (digits string, ok bool) {
	i := 0
	for i < len(base) && base[i] >= '0' && base[i] <= '9' {
		i++
	}
	return strings.TrimLeft(base[:i], "0"), i > 0
}

// compareVersions orders names by the number in front: as numbers, then as
// text. Names without a number come after.
func compareVersions(a, b string) int {
	va, oka := Version(a)
	vb, okb := Version(b)
	if oka != okb {
		if oka {
			return -1
		}
		return 1
	}
	return cmp.Or(cmp.Compare(len(va), len(vb)), cmp.Compare(va, vb), cmp.Compare(a, b))
}

func byVersion(files []*File) {
	slices.SortStableFunc(files, func(a, b *File) int { return compareVersions(a.Name, b.Name) })
}

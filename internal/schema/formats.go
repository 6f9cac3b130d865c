package schema

import (
	"os"
	"path"
	"path/filepath"
	"strings"
	"sync"

	"github.com/sqlvet/sqlvet/internal/migrations"
)

// An input is one file that may be replayed.
type input struct {
	rel    string // as the tree names it
	text   string
	format string
	tool   *migrations.Tool // that runs it; nil if it is no migration
	// skipped says why it is not replayed.
	skipped string
	// up is the part of the text that is replayed, on its lines.
	up string
	// noTransaction is set if the file asks not to be run in a transaction.
	noTransaction bool
	notes         []note // what was not read of a Go file
}

// notRead ends the reason to skip a file that changes the schema all the same.
const notRead = ": not read"

func (in *input) base() string { return path.Base(in.rel) }

// arrange finds out which tool a folder's files are written for and puts them in
// the order in which that runs them. It fills in what is replayed of each and
// what is not.
func (t *tree) arrange(dir string, files []*input, names map[string]bool) (tool *migrations.Tool, ordered []*input) {
	gomod := sync.OnceValue(func() string {
		data, _ := os.ReadFile(filepath.Join(t.path(t.module(dir)), "go.mod")) // none: nothing is required
		return string(data)
	})
	folder := &migrations.Folder{Names: names, Requires: func(module string) bool { return migrations.Requires(gomod(), module) }}
	of := make(map[*migrations.File]*input)
	for _, in := range files {
		f := &migrations.File{Name: in.base(), Text: in.text, Dialect: dialectOfMigration(in.base()), Skipped: in.skipped}
		folder.Files = append(folder.Files, f)
		of[f] = in
	}
	tool = migrations.Of(folder)
	for _, f := range tool.Arrange(folder.Files) {
		in := of[f]
		in.tool, in.format, in.up, in.skipped, in.noTransaction = tool, tool.Name, f.Up, f.Skipped, f.NoTransaction
		if f.Dump {
			in.format = "pg_dump"
		}
		ordered = append(ordered, in)
	}
	if tool.Plain() {
		skipSnapshots(ordered)
	}
	for _, in := range ordered {
		switch lower := strings.ToLower(in.rel); {
		case in.skipped != "":
		case strings.HasSuffix(lower, ".go"):
			in.skipped = goNotRead
		case strings.HasSuffix(lower, ".fizz"):
			in.skipped = "fizz migration" + notRead
		}
	}
	return tool, ordered
}

// numbered reports whether an SQL file has a migration's number.
func (in *input) numbered() bool {
	return strings.HasSuffix(in.base(), ".sql") && migrations.Numbered(in.base())
}

// skipSnapshots leaves out the files beside the numbered ones that hold the
// schema which those make: a new database begins with the one, an old one gets
// there by the others.
func skipSnapshots(files []*input) {
	numbers := 0
	creating := false
	for _, in := range files {
		switch {
		case in.skipped != "":
		case in.numbered():
			numbers++
		default:
			creating = creating || createsTable.MatchString(in.up)
		}
	}
	if numbers < 2 || !creating {
		return
	}
	made := newReplayer()
	for _, in := range files {
		if in.skipped == "" && in.numbered() {
			made.file(Source{File: in.rel}, in.up)
		}
	}
	have := made.finish()
	for _, in := range files {
		if in.skipped != "" || in.numbered() || !createsTable.MatchString(in.up) {
			continue
		}
		known := 0
		own := Parse(in.rel, in.up).Tables
		for _, t := range own {
			if have.Table(t.Schema, t.Name) != nil {
				known++
			}
		}
		if 2*known > len(own) {
			in.skipped = "the schema that the migrations make"
		}
	}
}

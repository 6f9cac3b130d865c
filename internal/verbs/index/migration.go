package index

import (
	"cmp"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/sqlvet/sqlvet/internal/cli"
	"github.com/sqlvet/sqlvet/internal/filetree"
	"github.com/sqlvet/sqlvet/internal/indexadvice"
	"github.com/sqlvet/sqlvet/internal/migrations"
	"github.com/sqlvet/sqlvet/internal/schema"
	"github.com/sqlvet/sqlvet/internal/workload"
)

// writeMigrations writes a migration for each suggested index into dir, in the
// format of the files there, or of the schema's own: CREATE INDEX CONCURRENTLY
// cannot run in a transaction, nor beside another statement. An index that a
// file in dir makes already is left out.
func writeMigrations(c *cli.Command, dir string, w *workload.Workload) error {
	if err := os.MkdirAll(dir, 0o777); err != nil {
		return err
	}
	f, err := openFolder(dir, w.Schema)
	if err != nil {
		return err
	}
	var todo []*indexadvice.Suggestion
	for _, s := range w.Advice.Indexes {
		if have := f.holder(s.SQL()); have != "" {
			fmt.Fprintf(c.Stderr, "sqlvet: %s makes %s already\n", filepath.Join(dir, have), s.Name)
			continue
		}
		todo = append(todo, s)
	}
	if len(todo) == 0 {
		return nil
	}
	if f.foreign {
		fmt.Fprintf(c.Stderr, "sqlvet: no migration written for %s: %s holds those of another schema\n", w.Schema.From, dir)
		return nil
	}
	sum, err := migrations.ReadSum(dir)
	if err != nil {
		return err
	}
	always := f.tool.Wraps == migrations.Always
	if always {
		fmt.Fprintf(c.Stderr, "sqlvet: %s runs each migration in a transaction, where CONCURRENTLY is refused: writes of the table wait until the index is built\n", f.tool.Name)
	}
	versions := f.tool.Versions(f.names, time.Now().UTC())
	for _, s := range todo {
		m := migrations.Migration{Version: versions.Next(), Title: s.Name, Up: s.SQL() + ";\n", Down: s.Drop() + ";\n"}
		if always {
			m.Up, m.Down = inTransaction(m.Up), inTransaction(m.Down)
		}
		for _, text := range f.tool.Write(m, f.names) {
			path := filepath.Join(dir, filepath.FromSlash(text.Name))
			if err := createFile(path, text.Text); err != nil {
				return err
			}
			fmt.Fprintf(c.Stderr, "sqlvet: wrote %s\n", path)
		}
	}
	switch wrote, err := sum.Update(dir); {
	case err != nil:
		return err
	case wrote:
		fmt.Fprintf(c.Stderr, "sqlvet: brought %s up to date\n", filepath.Join(dir, migrations.SumFile))
	case sum != migrations.NoSum:
		fmt.Fprintf(c.Stderr, "sqlvet: %s did not match its folder before: run atlas migrate hash\n", filepath.Join(dir, migrations.SumFile))
	}
	return nil
}

// createFile writes a file that is not there yet.
func createFile(path, text string) error {
	if err := os.MkdirAll(filepath.Dir(path), 0o777); err != nil {
		return err
	}
	out, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o666)
	if err != nil {
		return err
	}
	if _, err = out.WriteString(text); err != nil {
		out.Close()
		return err
	}
	return out.Close()
}

// A folder is where migrations are written to.
type folder struct {
	tool *migrations.Tool // nil if its files are no migrations
	// names are those of the files whose versions and names are followed:
	// the folder's own, or the schema's if it has none.
	names []string
	texts map[string]string // of the SQL files in it, by their path below it
	// foreign is set if the files make tables and the schema was not read
	// from them: they are another database's.
	foreign bool
}

// openFolder reads a folder that migrations for a schema are to be written to.
func openFolder(dir string, s *schema.Schema) (*folder, error) {
	dir, err := filepath.Abs(dir)
	if err != nil {
		return nil, err
	}
	f := &folder{texts: make(map[string]string)}
	own, files, err := f.read(dir)
	if err != nil {
		return nil, err
	}
	if own != nil && f.tool != nil {
		f.foreign = len(own.Tables) > 0 && !slices.ContainsFunc(s.Sources, func(src schema.Source) bool {
			return slices.Contains(files, filepath.Join(s.Root, filepath.FromSlash(src.File)))
		})
	} else {
		f.tool = toolOf(s)
	}
	// Versions of files that are not SQL are taken too.
	if !slices.ContainsFunc(f.names, migrations.Versioned) {
		for _, src := range s.Sources {
			name := filepath.Base(filepath.FromSlash(src.File))
			if name == migrations.PrismaFile {
				name = filepath.Base(filepath.Dir(filepath.FromSlash(src.File)))
			}
			f.names = append(f.names, name)
		}
	}
	return f, nil
}

// read reads the folder's own files; the tool stays nil if they are no
// migrations.
func (f *folder) read(dir string) (own *schema.Schema, files []string, err error) {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return nil, nil, err
	}
	for _, e := range entries {
		name := e.Name()
		if e.IsDir() {
			if _, err := os.Stat(filepath.Join(dir, name, migrations.PrismaFile)); err != nil {
				continue
			}
			name = filepath.Join(name, migrations.PrismaFile)
		}
		path := filepath.Join(dir, name)
		if strings.HasSuffix(name, ".sql") {
			text, err := filetree.Read(dir, path, filetree.MaxText)
			if err != nil {
				return nil, nil, err
			}
			f.texts[name] = string(text)
		}
		files = append(files, path)
		f.names = append(f.names, e.Name())
	}
	if len(files) == 0 {
		return nil, nil, nil
	}
	own, err = schema.Load(dir, schema.Options{Files: files})
	if err != nil || own == nil {
		return nil, nil, err
	}
	if tool := toolOf(own); slices.ContainsFunc(f.names, migrations.Versioned) || !tool.Plain() {
		f.tool = tool
	}
	return own, files, nil
}

// toolOf returns the tool that runs the last file of a schema.
func toolOf(s *schema.Schema) *migrations.Tool {
	name := "sql"
	for _, src := range s.Sources {
		if src.Skipped == "" {
			name = src.Format
		}
	}
	return cmp.Or(migrations.Named(name), migrations.Named("sql"))
}

// inTransaction returns a statement as a transaction may have it.
func inTransaction(sql string) string { return strings.Replace(sql, " CONCURRENTLY ", " ", 1) }

// holder returns the file that has a statement, "" if none has.
func (f *folder) holder(sql string) string {
	var in []string
	for name, text := range f.texts {
		if strings.Contains(text, sql+";") || strings.Contains(text, inTransaction(sql)+";") {
			in = append(in, name)
		}
	}
	if len(in) == 0 {
		return ""
	}
	return slices.Min(in)
}

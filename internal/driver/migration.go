package driver

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/sqlvet/sqlvet/internal/indexadvice"
	"github.com/sqlvet/sqlvet/internal/schema"
)

// writeMigrations writes a migration for each suggested index into dir, in the
// format of the files there, or of the schema's own: CREATE INDEX CONCURRENTLY
// cannot run in a transaction, nor beside another statement. An index that a
// file in dir makes already is left out.
func (c *command) writeMigrations(dir string, w *workload) error {
	if err := os.MkdirAll(dir, 0o777); err != nil {
		return err
	}
	f, err := openFolder(dir, w.schema)
	if err != nil {
		return err
	}
	var todo []*indexadvice.Suggestion
	for _, s := range w.advice.Indexes {
		if have := f.holder(s.SQL()); have != "" {
			fmt.Fprintf(c.stderr, "sqlvet: %s makes %s already\n", filepath.Join(dir, have), s.Name)
			continue
		}
		todo = append(todo, s)
	}
	if len(todo) == 0 {
		return nil
	}
	if f.foreign {
		fmt.Fprintf(c.stderr, "sqlvet: no migration written for %s: %s holds those of another schema\n", w.schema.From, dir)
		return nil
	}
	sum, err := readSum(dir)
	if err != nil {
		return err
	}
	st := f.style()
	if st.always {
		fmt.Fprintln(c.stderr, "sqlvet: pop runs each migration in a transaction, where CONCURRENTLY is refused: writes of the table wait until the index is built")
	}
	versions := newVersions(f.format, f.names, time.Now().UTC())
	for _, s := range todo {
		for _, m := range migration(st, versions.next(), s) {
			path := filepath.Join(dir, m.name)
			if err := createFile(path, m.text); err != nil {
				return err
			}
			fmt.Fprintf(c.stderr, "sqlvet: wrote %s\n", path)
		}
	}
	switch wrote, err := sum.update(dir); {
	case err != nil:
		return err
	case wrote:
		fmt.Fprintf(c.stderr, "sqlvet: brought %s up to date\n", filepath.Join(dir, sumFile))
	case sum != noSum:
		fmt.Fprintf(c.stderr, "sqlvet: %s did not match its folder before: run atlas migrate hash\n", filepath.Join(dir, sumFile))
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
	format string
	// names are those of the files whose versions and names are followed:
	// the folder's own, or the schema's if it has none.
	names []string
	texts map[string]string // of the SQL files in it, by their path below it
	// foreign is set if the files make tables and the schema was not read
	// from them: they are another database's.
	foreign bool
	pop     popKind
}

// A popKind says whether pop runs the files of golang-migrate's names.
type popKind int

const (
	noPop    popKind = iota
	plainPop         // each file in a transaction
	oryPop           // popx of ory: but those with autocommit in their name
)

func isVersioned(name string) bool { return versionOf(name) != nil }

// prisma has a folder for each migration; its schema source has no mark of
// its own.
const prismaFile = "migration.sql"

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
	if own != nil && f.format != "" {
		f.foreign = len(own.Tables) > 0 && !slices.ContainsFunc(s.Sources, func(src schema.Source) bool {
			return slices.Contains(files, filepath.Join(s.Root, filepath.FromSlash(src.File)))
		})
	} else {
		f.format = formatOf(s)
	}
	// Versions of files that are not SQL are taken too.
	if !slices.ContainsFunc(f.names, isVersioned) {
		for _, src := range s.Sources {
			name := filepath.Base(filepath.FromSlash(src.File))
			if name == prismaFile {
				name = filepath.Base(filepath.Dir(filepath.FromSlash(src.File)))
			}
			f.names = append(f.names, name)
		}
	}
	f.pop = popOf(f.names, s.Root)
	return f, nil
}

// popOf finds out whether pop runs files, by their names and what their module
// requires itself.
func popOf(names []string, root string) popKind {
	named := func(part string) bool {
		return slices.ContainsFunc(names, func(n string) bool { return strings.Contains(n, part) })
	}
	mod, _ := os.ReadFile(filepath.Join(root, "go.mod")) // none: nothing is required
	requires := func(path string) bool {
		for line := range strings.Lines(string(mod)) {
			line = strings.TrimPrefix(strings.TrimSpace(line), "require ")
			if strings.HasPrefix(line, path) && !strings.Contains(line, "// indirect") {
				return true
			}
		}
		return false
	}
	switch {
	case named(".autocommit."):
		return oryPop
	case named(".fizz"):
		return plainPop
	case requires("github.com/golang-migrate/migrate") || requires("github.com/uptrace/bun"):
		return noPop
	case requires("github.com/ory/x ") || requires("github.com/ory/pop"):
		return oryPop
	case requires("github.com/gobuffalo/pop"):
		return plainPop
	}
	return noPop
}

// read reads the folder's own files; the format stays "" if they are no
// migrations.
func (f *folder) read(dir string) (own *schema.Schema, files []string, err error) {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return nil, nil, err
	}
	for _, e := range entries {
		name := e.Name()
		if e.IsDir() {
			if _, err := os.Stat(filepath.Join(dir, name, prismaFile)); err != nil {
				continue
			}
			name = filepath.Join(name, prismaFile)
		}
		path := filepath.Join(dir, name)
		if strings.HasSuffix(name, ".sql") {
			text, err := os.ReadFile(path)
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
	versioned := slices.ContainsFunc(f.names, isVersioned)
	if format := formatOf(own); versioned || format != "sql" && format != "pg_dump" {
		f.format = format
	}
	return own, files, nil
}

// formatOf returns the format of the last file of a schema.
func formatOf(s *schema.Schema) string {
	format := ""
	for _, src := range s.Sources {
		if src.Skipped != "" {
			continue
		}
		format = src.Format
		if strings.HasSuffix(src.File, "/"+prismaFile) {
			format = "prisma"
		}
	}
	return format
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

// A style is how the files of a migration are written.
type style struct {
	format string
	// separator stands between version and name, direction before "up" and
	// "down".
	separator, direction string
	// always is set if the tool runs each file in a transaction, whatever it
	// says.
	always bool
}

var (
	afterVersion = regexp.MustCompile(`^\d+([_.-])`)
	upName       = regexp.MustCompile(`(?i)([._-])up\.sql$`)
)

// style is that of the folder's last migration.
func (f *folder) style() style {
	out := style{format: f.format, separator: "_", direction: "."}
	for _, n := range f.names {
		if m := afterVersion.FindStringSubmatch(n); m != nil && versionOf(n) != nil {
			out.separator = m[1]
		}
		if m := upName.FindStringSubmatch(n); m != nil {
			out.direction = m[1]
		}
	}
	switch f.pop {
	case oryPop:
		out.direction = ".autocommit."
	case plainPop:
		out.always = true
	}
	return out
}

type file struct{ name, text string }

// unfit is what a tool may not take in a file's name: bun has the narrowest.
var unfit = regexp.MustCompile(`[^a-z0-9_]+`)

// flywayConf is the configuration of one script.
const flywayConf = `# Without flyway.postgresql.transactional.lock=false among Flyway's own settings
# the statement waits for Flyway's lock, and Flyway for the statement.
executeInTransaction=false
`

// migration returns the files of one index, up and down.
func migration(st style, version string, s *indexadvice.Suggestion) []file {
	up, down := s.SQL()+";\n", s.Drop()+";\n"
	if st.always {
		up, down = inTransaction(up), inTransaction(down)
	}
	name := strings.TrimLeft(unfit.ReplaceAllString(strings.ToLower(s.Name), "_"), "_")
	base := version + st.separator + name
	switch st.format {
	case "golang-migrate":
		return []file{{base + st.direction + "up.sql", up}, {base + st.direction + "down.sql", down}}
	case "goose":
		return []file{{base + ".sql", "-- +goose NO TRANSACTION\n-- +goose Up\n" + up + "\n-- +goose Down\n" + down}}
	case "sql-migrate":
		return []file{{base + ".sql", "-- +migrate Up notransaction\n" + up + "\n-- +migrate Down notransaction\n" + down}}
	case "dbmate":
		return []file{{base + ".sql", "-- migrate:up transaction:false\n" + up + "\n-- migrate:down transaction:false\n" + down}}
	case "tern":
		// Each half asks for itself.
		const alone = "---- tern: disable-tx ----\n"
		return []file{{base + ".sql", alone + up + "\n---- create above / drop below ----\n\n" + alone + down}}
	case "flyway":
		do, undo := "V"+version+"__"+name+".sql", "U"+version+"__"+name+".sql"
		return []file{{do, up}, {do + ".conf", flywayConf}, {undo, down}, {undo + ".conf", flywayConf}}
	case "atlas":
		return []file{{base + ".sql", "-- atlas:txmode none\n\n" + up}}
	case "prisma":
		return []file{{filepath.Join(base, prismaFile), up}}
	}
	return []file{{base + ".sql", up}}
}

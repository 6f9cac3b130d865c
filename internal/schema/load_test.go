package schema

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/sqlvet/sqlvet/internal/diskcache"
	"github.com/sqlvet/sqlvet/internal/filetree"
	"golang.org/x/tools/txtar"
)

// TestMain keeps the tests away from the user's cache.
func TestMain(m *testing.M) {
	os.Exit(diskcache.Aside(m.Run))
}

// TestLoad writes the files of each testdata/load/*.txtar to a directory and
// loads the schema for the packages of the directories that its comment
// names: lines "DIR: tables" or "DIR: none", then lines that the schema's
// description must hold.
func TestLoad(t *testing.T) {
	files, err := filepath.Glob("testdata/load/*.txtar")
	if err != nil || len(files) < 10 {
		t.Fatalf("%d files, %v", len(files), err)
	}
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".txtar"), func(t *testing.T) {
			a, err := txtar.ParseFile(file)
			if err != nil {
				t.Fatal(err)
			}
			top := t.TempDir()
			if err := os.Mkdir(filepath.Join(top, ".git"), 0o777); err != nil {
				t.Fatal(err)
			}
			for _, f := range a.Files {
				put(t, filepath.Join(top, f.Name), string(f.Data))
			}
			var got strings.Builder
			for line := range strings.Lines(string(a.Comment)) {
				dir, _, ok := strings.Cut(line, ":")
				if !ok || strings.HasPrefix(line, " ") {
					continue
				}
				describe(t, &got, top, dir)
			}
			if got.String() == string(a.Comment) {
				return
			}
			if *update {
				a.Comment = []byte(got.String())
				if err := os.WriteFile(file, txtar.Format(a), 0o666); err != nil {
					t.Fatal(err)
				}
				return
			}
			t.Errorf("got\n%swant\n%s", got.String(), a.Comment)
		})
	}
}

func put(t testing.TB, path, text string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o777); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(text), 0o666); err != nil {
		t.Fatal(err)
	}
}

// describe writes what is loaded for a directory.
func describe(t *testing.T, b *strings.Builder, top, dir string) {
	var opts Options
	at, set, given := strings.Cut(dir, "=")
	if given {
		for f := range strings.SplitSeq(set, ",") {
			opts.Files = append(opts.Files, filepath.Join(top, f))
		}
	}
	s, err := Load(filepath.Join(top, at), opts)
	if err != nil {
		t.Fatal(err)
	}
	if s == nil {
		fmt.Fprintf(b, "%s: none\n", dir)
		return
	}
	fmt.Fprintf(b, "%s: %s\n", dir, s.From)
	if !s.Complete {
		b.WriteString("  not complete\n")
	}
	for _, o := range s.Others {
		fmt.Fprintf(b, "  not taken: %s\n", o)
	}
	if len(s.Elsewhere) > 0 {
		fmt.Fprintf(b, "  elsewhere: %s\n", strings.Join(s.Elsewhere, " "))
	}
	for _, src := range s.Sources {
		if src.Skipped != "" {
			fmt.Fprintf(b, "  skipped %s: %s\n", src.File, src.Skipped)
		} else {
			fmt.Fprintf(b, "  read %s (%s)\n", src.File, src.Format)
		}
	}
	for line := range strings.Lines(s.Text()) {
		b.WriteString("    " + line)
	}
}

// TestCache changes files and loads again.
func TestCache(t *testing.T) {
	top := t.TempDir()
	put(t, filepath.Join(top, "go.mod"), "module m\n")
	put(t, filepath.Join(top, "migrations/1_a.up.sql"), "CREATE TABLE a (id int PRIMARY KEY);")
	put(t, filepath.Join(top, "pkg/x.go"), "package pkg\n")
	load := func() (tables, digest string) {
		t.Helper()
		s, err := Load(filepath.Join(top, "pkg"), Options{})
		if err != nil || s == nil {
			t.Fatal(s, err)
		}
		for _, tab := range s.Tables {
			tables += " " + tab.Name
			if tab.Primary == nil || tab.Primary != tab.Indexes[0] {
				t.Errorf("table %s: primary key is not among the indexes", tab.Name)
			}
		}
		digest, err = Digest(top, Options{})
		if err != nil {
			t.Fatal(err)
		}
		return tables, digest
	}
	tables, last := load()
	steps := []struct {
		file, text, want string
		changes          bool
	}{
		{"migrations/1_a.up.sql", "CREATE TABLE b (id int PRIMARY KEY);", " b", true},
		{"migrations/2_c.up.sql", "CREATE TABLE c (id int PRIMARY KEY);", " b c", true},
		{"migrations/1_a.up.sql", "CREATE TABLE b (id int PRIMARY KEY);", " b c", false},
		{"pkg/y.go", "package pkg\n", " b c", false},
		{"deeper/down/z.sql", "SELECT 1;", " b c", true},
	}
	if tables != " a" {
		t.Errorf("tables%s, want a", tables)
	}
	for _, step := range steps {
		put(t, filepath.Join(top, step.file), step.text)
		tables, digest := load()
		if tables != step.want || (digest != last) != step.changes {
			t.Errorf("%s: tables%s, want%s; digest changed: %t", step.file, tables, step.want, digest != last)
		}
		last = digest
		// The same from disk, as another process has it.
		loaded.Lock()
		clear(loaded.schemas)
		loaded.Unlock()
		if again, _ := load(); again != tables {
			t.Errorf("%s: from the cache%s, want%s", step.file, again, tables)
		}
	}
}

// TestBadInput loads what no project should have.
func TestBadInput(t *testing.T) {
	top := t.TempDir()
	put(t, filepath.Join(top, "go.mod"), "module m\n")
	put(t, filepath.Join(top, "db/migrations/1_junk.up.sql"), "CREATE TABLE x (\x00\xff\xfe\x00")
	put(t, filepath.Join(top, "db/migrations/2_latin.up.sql"), "CREATE TABLE caf\xe9 (id int); CREATE TABLE after (id int);")
	put(t, filepath.Join(top, "db/migrations/3_empty.up.sql"), "")
	put(t, filepath.Join(top, "db/migrations/4_open.up.sql"), "CREATE TABLE ok (id int); CREATE TABLE q (s text DEFAULT 'never closed);")
	put(t, filepath.Join(top, "db/migrations/5_deep.up.sql"), "CREATE TABLE deep (id int CHECK ("+strings.Repeat("(", 5000)+"id"+strings.Repeat(")", 5000)+"));")
	put(t, filepath.Join(top, "db/migrations/6_bom.up.sql"), "\uFEFFCREATE TABLE bom (id int);")
	if err := os.Mkdir(filepath.Join(top, "db/migrations/7_dir.up.sql"), 0o777); err != nil {
		t.Fatal(err)
	}
	// Links that lead back to themselves, or nowhere.
	for _, l := range [][2]string{{"..", "db/migrations/loop"}, {"self.sql", "db/migrations/self.sql"}, {"nowhere", "db/migrations/8_gone.up.sql"}} {
		if err := os.Symlink(l[0], filepath.Join(top, l[1])); err != nil {
			t.Fatal(err)
		}
	}
	s, err := Load(top, Options{})
	if err != nil || s == nil {
		t.Fatal(s, err)
	}
	var names []string
	for _, tab := range s.Tables {
		names = append(names, tab.Name)
	}
	if got := strings.Join(names, " "); got != "after ok bom" {
		t.Errorf("tables %s", got)
	}
	if s.Complete || len(s.Problems) != 3 {
		t.Errorf("complete %t, problems %v", s.Complete, s.Problems)
	}
	if s, err := Load(filepath.Join(top, "no/such/folder"), Options{}); err != nil || s == nil {
		t.Errorf("a package that is not there: %v, %v", s, err)
	}
	if s, err := Load(top, Options{Files: []string{filepath.Join(top, "nosuch.sql")}}); err != nil || s != nil {
		t.Errorf("a file that is not there: %v, %v", s, err)
	}
	if s, err := Load(top, Options{Off: true}); err != nil || s != nil {
		t.Errorf("switched off: %v, %v", s, err)
	}
}

func FuzzParse(f *testing.F) {
	files, _ := filepath.Glob("testdata/ddl/*.sql")
	for _, file := range files {
		data, err := os.ReadFile(file)
		if err != nil {
			f.Fatal(err)
		}
		sql, _, _ := strings.Cut(string(data), "\n-- schema:\n")
		f.Add(sql)
		for st := range strings.SplitSeq(sql, ";\n") {
			f.Add(st)
		}
	}
	f.Fuzz(func(t *testing.T, sql string) {
		s := Parse("x.sql", sql)
		check(t, s)
		_ = s.Text()
	})
}

// check fails if a schema contradicts itself.
func check(t *testing.T, s *Schema) {
	names := make(map[string]bool)
	for _, tab := range s.Tables {
		if names[tab.String()] {
			t.Errorf("two tables %s", tab)
		}
		names[tab.String()] = true
		if s.Table(tab.Schema, tab.Name) != tab {
			t.Errorf("table %s is not found", tab)
		}
		primary := 0
		for _, x := range tab.Indexes {
			if x.Name == "" || len(x.Keys) == 0 {
				t.Errorf("index %q of %s has %d keys", x.Name, tab, len(x.Keys))
			}
			if x.Primary {
				primary++
			}
		}
		if primary > 1 || (primary == 1) != (tab.Primary != nil) {
			t.Errorf("table %s has %d primary keys", tab, primary)
		}
		if tab.Line < 1 {
			t.Errorf("table %s stands in line %d", tab, tab.Line)
		}
	}
	if s.Complete && len(s.Problems) > 0 {
		t.Error("complete with problems")
	}
}

// TestElsewhere checks that what other files define is known as well if the
// choice comes from the cache.
func TestElsewhere(t *testing.T) {
	top := t.TempDir()
	put(t, filepath.Join(top, "go.mod"), "module m\n")
	put(t, filepath.Join(top, "migrations/1_a.up.sql"), "CREATE TABLE a (id int); CREATE TABLE b (id int);")
	put(t, filepath.Join(top, "schema.sql"), "CREATE TABLE c (id int);")
	for range 2 {
		tr := takeStock(top, Options{})
		pick, mod := tr.pick(".", Options{})
		s := tr.load(pick, mod, Options{})
		if got := strings.Join(s.Elsewhere, " "); got != "c c.id" || len(s.Tables) != 2 {
			t.Errorf("elsewhere %q, %d tables", got, len(s.Tables))
		}
		tr.Taken = time.Now().Add(2 * filetree.Settle).UnixNano() // so that the cache is believed
		diskcache.Write(treeKey(top, Options{}), tr)
	}
}

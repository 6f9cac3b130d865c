package index

import (
	"bytes"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"golang.org/x/tools/txtar"

	"github.com/sqlvet/sqlvet/internal/cli"
	"github.com/sqlvet/sqlvet/internal/indexadvice"
	"github.com/sqlvet/sqlvet/internal/run"
	"github.com/sqlvet/sqlvet/internal/sqlmodel"
	"github.com/sqlvet/sqlvet/internal/sqlscan"
	"github.com/sqlvet/sqlvet/internal/workload"
)

// wantIndex is the workload of one query that wants one index, on the schema
// that a folder's files make.
func wantIndex(t *testing.T, dir string) *workload.Workload {
	t.Helper()
	s, err := run.LoadSchema(dir)
	if err != nil || s == nil {
		t.Fatalf("no schema in %s: %v", dir, err)
	}
	w := &workload.Workload{Schema: s}
	const query = `SELECT id FROM "Order Items" WHERE "orderId" = $1`
	for _, st := range sqlmodel.Parse(sqlscan.Source{Text: query}, sqlscan.Statement, 0).Statements {
		w.Statements = append(w.Statements, indexadvice.Statement{Model: st})
	}
	w.Advice = indexadvice.Advise(s, w.Statements, w.Opts)
	return w
}

// filesBelow returns what is below a folder: name to text.
func filesBelow(t *testing.T, dir string) map[string]string {
	t.Helper()
	out := make(map[string]string)
	err := filepath.Walk(dir, func(path string, info os.FileInfo, err error) error {
		if err != nil || info.IsDir() {
			return err
		}
		text, err := os.ReadFile(path)
		rel, _ := filepath.Rel(dir, path)
		out[filepath.ToSlash(rel)] = string(text)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// noneLeft among the lines of a case's stderr says that nothing is suggested
// any more once the files are there.
const noneLeft = "want no index"

// TestWriteMigrations checks the files of each tool. Their texts are what the
// tools ran in full, up and down: docs/schema.md says which.
func TestWriteMigrations(t *testing.T) {
	cases, err := filepath.Glob("testdata/migrations/*.txtar")
	if err != nil || len(cases) == 0 {
		t.Fatalf("no cases: %v", err)
	}
	for _, path := range cases {
		t.Run(strings.TrimSuffix(filepath.Base(path), ".txtar"), func(t *testing.T) {
			t.Parallel()
			ar, err := txtar.ParseFile(path)
			if err != nil {
				t.Fatal(err)
			}
			dir := t.TempDir()
			want := make(map[string]string)
			var said []string
			for _, f := range ar.Files {
				name, written := strings.CutPrefix(f.Name, "want/")
				switch {
				case f.Name == "stderr":
					said = strings.Split(strings.TrimSpace(string(f.Data)), "\n")
					continue
				case !written:
					if err := createFile(filepath.Join(dir, name), string(f.Data)); err != nil {
						t.Fatal(err)
					}
				}
				want[name] = string(f.Data) // the later of two: what is written stands after what is there
			}
			to := filepath.Join(dir, "migrations")
			out := new(bytes.Buffer)
			c := &cli.Command{Stdout: out, Stderr: out}
			w := wantIndex(t, dir)
			if len(w.Advice.Indexes) != 1 {
				t.Fatalf("%d indexes suggested", len(w.Advice.Indexes))
			}
			if err := writeMigrations(c, to, w); err != nil {
				t.Fatal(err)
			}
			check := func() {
				t.Helper()
				have := filesBelow(t, dir)
				for name, text := range have {
					if wanted, ok := want[name]; !ok {
						t.Errorf("unexpected file %s:\n%s", name, text)
					} else if text != wanted {
						t.Errorf("%s:\n%s\nwant:\n%s", name, text, wanted)
					}
				}
				for name := range want {
					if _, ok := have[name]; !ok {
						t.Errorf("no file %s", name)
					}
				}
			}
			check()
			for _, s := range said {
				if s != noneLeft && !strings.Contains(out.String(), s) {
					t.Errorf("said %q, want %q", out, s)
				}
			}

			// Have: the same workload, asked again, writes nothing new.
			if err := writeMigrations(c, to, w); err != nil {
				t.Fatal(err)
			}
			check()
			if again := wantIndex(t, dir); slices.Contains(said, noneLeft) && len(again.Advice.Indexes) > 0 {
				t.Errorf("still suggested: %s", again.Advice.Indexes[0].SQL())
			}
		})
	}
}

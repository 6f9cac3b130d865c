package driver

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/sqlvet/sqlvet/internal/indexadvice"
	"github.com/sqlvet/sqlvet/internal/sqlmodel"
	"github.com/sqlvet/sqlvet/internal/sqlscan"
	"golang.org/x/tools/txtar"
)

// wantIndex is the workload of one query that wants one index, on the schema
// that a folder's files make.
func wantIndex(t *testing.T, dir string) *workload {
	t.Helper()
	s, err := loadSchema(dir)
	if err != nil || s == nil {
		t.Fatalf("no schema in %s: %v", dir, err)
	}
	w := &workload{schema: s}
	const query = `SELECT id FROM "Order Items" WHERE "orderId" = $1`
	for _, st := range sqlmodel.Parse(sqlscan.Source{Text: query}, sqlscan.Statement, 0).Statements {
		w.statements = append(w.statements, indexadvice.Statement{Model: st})
	}
	w.advice = indexadvice.Advise(s, w.statements, w.opts)
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
			c, out := testCommand()
			w := wantIndex(t, dir)
			if len(w.advice.Indexes) != 1 {
				t.Fatalf("%d indexes suggested", len(w.advice.Indexes))
			}
			if err := c.writeMigrations(to, w); err != nil {
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
			if err := c.writeMigrations(to, w); err != nil {
				t.Fatal(err)
			}
			check()
			if again := wantIndex(t, dir); slices.Contains(said, noneLeft) && len(again.advice.Indexes) > 0 {
				t.Errorf("still suggested: %s", again.advice.Indexes[0].SQL())
			}
		})
	}
}

func TestVersions(t *testing.T) {
	now := time.Date(2026, 11, 22, 6, 10, 30, 0, time.UTC)
	tests := []struct {
		name   string
		format string
		files  []string
		want   []string // of two migrations
	}{
		{"none", "sql", nil, []string{"000001", "000002"}},
		{"flyway, none", "flyway", []string{"R__views.sql"}, []string{"1", "2"}},
		{"counted", "goose", []string{"00001_a.sql", "00009_b.go", "README.md"}, []string{"00010", "00011"}},
		{"width grows", "tern", []string{"998_a.sql"}, []string{"999", "1000"}},
		{"largest by number", "golang-migrate", []string{"10_b.up.sql", "9_a.up.sql"}, []string{"11", "12"}},
		{"no version", "golang-migrate", []string{"1_a.up.sql", "2024-notes.md", "99.txt"}, []string{"2", "3"}},
		{"seconds", "dbmate", []string{"20240301120000_a.sql"}, []string{"20261122061030", "20261122061031"}},
		{"seconds, as late as now", "dbmate", []string{"20261122061030_a.sql"}, []string{"20261122061031", "20261122061032"}},
		{"seconds, ahead of now", "dbmate", []string{"20271231235959_a.sql"}, []string{"20280101000000", "20280101000001"}},
		{"no time", "goose", []string{"20240301120099_a.sql"}, []string{"20240301120100", "20240301120101"}},
		{"counted, then seconds", "goose", []string{"00001_a.sql", "20240301120000_b.sql"}, []string{"20261122061030", "20261122061031"}},
		{"minutes", "golang-migrate", []string{"202403011200_a.up.sql"}, []string{"202611220610", "202611220611"}},
		{"days", "sql", []string{"20240301_a.sql"}, []string{"20261122", "20261123"}},
		{"unix seconds", "golang-migrate", []string{"1709294400_a.up.sql"}, []string{"1795327830", "1795327831"}},
		{"unix milliseconds", "golang-migrate", []string{"1709294400123_a.up.sql"}, []string{"1795327830000", "1795327830001"}},
		{"date and counter", "sql", []string{"2024030101_a.sql"}, []string{"2024030102", "2024030103"}},
		{"too large for int64", "sql", []string{"99999999999999999999_a.sql"}, []string{"100000000000000000000", "100000000000000000001"}},
		{"flyway", "flyway", []string{"V001__a.sql", "U001__a.sql", "R__v.sql"}, []string{"002", "003"}},
		{"flyway, parts", "flyway", []string{"V1_9__a.sql", "V1_10__b.sql", "V1.2__c.sql"}, []string{"1_11", "1_12"}},
		{"flyway, more parts", "flyway", []string{"V2.0__a.sql", "V2.0.1__b.sql", "V1.9.9__c.sql"}, []string{"2.0.2", "2.0.3"}},
		{"flyway, baseline", "flyway", []string{"B7__a.sql", "V3__b.sql"}, []string{"8", "9"}},
		{"flyway, seconds", "flyway", []string{"V20240301120000__a.sql"}, []string{"20261122061030", "20261122061031"}},
		{"folders", "prisma", []string{"20240301120000_init", "migration_lock.toml"}, []string{"20261122061030", "20261122061031"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			v := newVersions(tt.format, tt.files, now)
			if have := []string{v.next(), v.next()}; !slices.Equal(have, tt.want) {
				t.Errorf("have %v, want %v", have, tt.want)
			}
		})
	}
}

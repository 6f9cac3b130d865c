package schema

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestGoFileAmongScripts: a Go file with a number between scripts is read as far
// as its texts are constant, but for what undoes it.
func TestGoFileAmongScripts(t *testing.T) {
	dir := t.TempDir()
	for name, text := range map[string]string{
		"go.mod":                         "module example.com/m\n",
		"db/migrations/1_parcels.sql":    "CREATE TABLE parcels (id bigint PRIMARY KEY, depot bigint, note text);\n",
		"db/migrations/2_depots.go":      "package migrations\n\nfunc AddDepots(db DB) error {\n\tif _, err := db.Exec(`CREATE INDEX CONCURRENTLY parcels_depot ON parcels (depot)`); err != nil {\n\t\treturn err\n\t}\n\treturn nil\n}\n",
		"db/migrations/3_notes.go":       "package migrations\n\nfunc init() { register(notesUp, notesDown) }\n\nfunc notesUp(db DB) { db.Exec(\"CREATE INDEX parcels_note ON parcels (note)\") }\n\nfunc notesDown(db DB) { db.Exec(\"DROP INDEX parcels_note\") }\n",
		"db/migrations/4_literals.go":    "package migrations\n\nfunc init() {\n\tregister(func(db DB) { db.Exec(\"ALTER TABLE parcels ADD COLUMN seen bool\") }, func(db DB) { db.Exec(\"ALTER TABLE parcels DROP COLUMN seen\") })\n}\n",
		"db/migrations/5_computed.go":    "package migrations\n\nfunc Fill(db DB, n int) { db.Exec(text(n)) }\n",
		"db/migrations/6_more.sql":       "ALTER TABLE parcels ADD COLUMN weight int;\n",
		"db/migrations/migrations.go":    "package migrations\n\ntype DB interface{ Exec(string) (any, error) }\n",
		"db/migrations/README.unrelated": "",
	} {
		path := filepath.Join(dir, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(path), 0o777); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	s, err := Load(dir, Options{})
	if err != nil || s == nil {
		t.Fatalf("no schema: %v", err)
	}
	if len(s.Tables) != 1 {
		t.Fatalf("%d tables", len(s.Tables))
	}
	var names []string
	for _, x := range s.Tables[0].Indexes {
		names = append(names, x.Name)
	}
	for _, c := range s.Tables[0].Columns {
		names = append(names, c.Name)
	}
	got := strings.Join(names, " ")
	for _, want := range []string{"parcels_depot", "parcels_note", "seen", "weight"} {
		if !strings.Contains(got, want) {
			t.Errorf("no %s in %s", want, got)
		}
	}
	skipped := 0
	for _, src := range s.Sources {
		if src.Skipped != "" {
			skipped++
			if src.File != "db/migrations/5_computed.go" && !strings.HasSuffix(src.File, "migrations.go") {
				t.Errorf("%s: %s", src.File, src.Skipped)
			}
		}
	}
	if skipped == 0 || s.Complete {
		t.Errorf("the file whose text is computed is taken for read: %+v", s.Sources)
	}
}

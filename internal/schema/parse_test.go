package schema

import (
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

var update = flag.Bool("update", false, "write the expected results anew")

// TestParse replays each testdata/ddl/*.sql and compares the schema with the
// text that follows the line "-- schema:".
func TestParse(t *testing.T) {
	files, err := filepath.Glob("testdata/ddl/*.sql")
	if err != nil || len(files) < 5 {
		t.Fatalf("%d files, %v", len(files), err)
	}
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".sql"), func(t *testing.T) {
			data, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			sql, want, ok := strings.Cut(string(data), "\n-- schema:\n")
			if !ok && !*update {
				t.Fatal(`no line "-- schema:"`)
			}
			var got strings.Builder
			for line := range strings.Lines(Parse("x.sql", sql).Text()) {
				got.WriteString("-- " + line)
			}
			if got.String() == want {
				return
			}
			if *update {
				if err := os.WriteFile(file, []byte(sql+"\n-- schema:\n"+got.String()), 0o666); err != nil {
					t.Fatal(err)
				}
				return
			}
			t.Errorf("got\n%swant\n%s", got.String(), want)
		})
	}
}

package schema

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/tools/txtar"
)

// TestRisks judges the migrations of each testdata/risks/*.txtar; its comment
// holds what is expected of all of them, then of the newest.
func TestRisks(t *testing.T) {
	files, err := filepath.Glob("testdata/risks/*.txtar")
	if err != nil || len(files) < 5 {
		t.Fatalf("%d files, %v", len(files), err)
	}
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".txtar"), func(t *testing.T) {
			a, err := txtar.ParseFile(file)
			if err != nil {
				t.Fatal(err)
			}
			top := t.TempDir()
			for _, f := range a.Files {
				put(t, filepath.Join(top, f.Name), string(f.Data))
			}
			var got strings.Builder
			for _, newest := range []bool{false, true} {
				fmt.Fprintf(&got, "newest %t:\n", newest)
				risks, where, err := Risks(top, Options{}, newest)
				if err != nil {
					t.Fatal(err)
				}
				if where == "" && len(risks) > 0 {
					t.Error("risks of nothing")
				}
				for _, r := range risks {
					fmt.Fprintf(&got, "  %s:%d %s: %s\n", r.File, r.Line, r.Category, r.Message)
				}
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

// Package vettest runs rules on the packages under testdata/src, which are a
// module of their own that requires the real database libraries, and on the
// examples of a rule's page.
//
// It does not say what a rule should find: the "// want" comments, the golden
// files and the headings of the page do.
package vettest

import (
	"flag"
	"go/format"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"golang.org/x/tools/go/analysis"
	"golang.org/x/tools/go/analysis/analysistest"
	"golang.org/x/tools/txtar"
)

var update = flag.Bool("update", false, "write the golden files of suggested fixes")

// Run applies a to the packages that the patterns match below testdata/src
// ("selectstar/...") and compares findings with the "// want" comments, and
// fixes with the golden files (-update writes them): a fix without a golden file is a failure, and
// so is a golden file or section without a fix. Call it once a rule: each run
// loads the libraries from source.
func Run(t *testing.T, a *analysis.Analyzer, patterns ...string) []*analysistest.Result {
	t.Helper()
	if testing.Short() {
		t.Skip("loads the database libraries from source")
	}
	dir := module(t)
	rel := make([]string, len(patterns))
	for i, p := range patterns {
		rel[i] = "./" + p
	}
	if *update {
		results := analysistest.Run(t, dir, a, rel...)
		writeGoldens(t, results)
		return results
	}
	results := analysistest.RunWithSuggestedFixes(t, dir, a, rel...)
	checkGoldens(t, dir, patterns, results)
	return results
}

// module returns the directory testdata/src with all modules it requires
// downloaded: analysistest forbids the network.
func module(t *testing.T) string {
	t.Helper()
	dir, err := ready()
	if err != nil {
		t.Fatal(err)
	}
	return dir
}

var ready = sync.OnceValues(func() (string, error) {
	dir, err := filepath.Abs(".")
	if err != nil {
		return "", err
	}
	for {
		src := filepath.Join(dir, "testdata", "src")
		if _, err := os.Stat(filepath.Join(src, "go.mod")); err == nil {
			dir = src
			break
		}
		parent := filepath.Dir(dir)
		if parent == dir {
			return "", fs.ErrNotExist
		}
		dir = parent
	}
	cmd := exec.Command("go", "mod", "download")
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), "GOWORK=off")
	if out, err := cmd.CombinedOutput(); err != nil {
		return "", &downloadError{err, string(out)}
	}
	return dir, nil
})

type downloadError struct {
	err error
	out string
}

func (e *downloadError) Error() string {
	return "go mod download in testdata/src: " + e.err.Error() + "\n" + strings.TrimSpace(e.out)
}

// checkGoldens reports golden files, and sections of golden files, for which
// no fix was suggested, and fixes that no section of their file names.
// analysistest itself starts from the fixes of a file and from the sections
// of its golden file, so it sees neither.
func checkGoldens(t *testing.T, dir string, patterns []string, results []*analysistest.Result) {
	t.Helper()
	fixes := make(map[string]map[string]bool) // file → messages of its fixes
	for _, r := range results {
		for _, d := range r.Action.Diagnostics {
			for _, fix := range d.SuggestedFixes {
				for _, e := range fix.TextEdits {
					file := r.Action.Package.Fset.File(e.Pos).Name()
					if fixes[file] == nil {
						fixes[file] = make(map[string]bool)
					}
					fixes[file][fix.Message] = true
				}
			}
		}
	}
	for _, golden := range goldens(t, dir, patterns) {
		file := strings.TrimSuffix(golden, ".golden")
		if fixes[file] == nil {
			t.Errorf("%s: no fix was suggested for %s", golden, filepath.Base(file))
			continue
		}
		ar, err := txtar.ParseFile(golden)
		if err != nil {
			t.Error(err)
			continue
		}
		if len(ar.Files) == 0 {
			continue // one result for all fixes: analysistest compared it
		}
		sections := make(map[string]bool)
		for _, f := range ar.Files {
			sections[f.Name] = true
		}
		for message := range fixes[file] {
			if !sections[message] {
				t.Errorf("%s: no section for the fix %q", golden, message)
			}
		}
	}
}

// goldens returns the golden files below the directories of the patterns.
func goldens(t *testing.T, dir string, patterns []string) []string {
	t.Helper()
	var list []string
	for _, p := range patterns {
		root, deep := strings.CutSuffix(p, "/...")
		root = filepath.Join(dir, root)
		err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
			switch {
			case err != nil:
				return err
			case d.IsDir() && path != root && !deep:
				return filepath.SkipDir
			case strings.HasSuffix(path, ".golden"):
				list = append(list, path)
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	return list
}

// writeGoldens writes, for each file that has fixes, what it is with all of
// them applied.
func writeGoldens(t *testing.T, results []*analysistest.Result) {
	t.Helper()
	for _, r := range results {
		edits := make(map[string][]analysis.TextEdit)
		for _, d := range r.Action.Diagnostics {
			for _, fix := range d.SuggestedFixes {
				for _, e := range fix.TextEdits {
					file := r.Action.Package.Fset.File(e.Pos).Name()
					edits[file] = append(edits[file], e)
				}
			}
		}
		for file, list := range edits {
			text, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			slices.SortFunc(list, func(a, b analysis.TextEdit) int { return int(b.Pos - a.Pos) })
			tok := r.Action.Package.Fset.File(list[0].Pos)
			for _, e := range list {
				text = slices.Concat(text[:tok.Offset(e.Pos)], e.NewText, text[tok.Offset(e.End):])
			}
			if text, err = format.Source(text); err != nil {
				t.Errorf("%s with its fixes: %v", file, err)
				continue
			}
			if err := os.WriteFile(file+".golden", text, 0o644); err != nil {
				t.Fatal(err)
			}
		}
	}
}

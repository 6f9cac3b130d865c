package schema

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/sqlvet/sqlvet/internal/filetree"
	"github.com/sqlvet/sqlvet/internal/migrations"
)

// A tree lists the files below a directory that may define tables, so that a
// second look costs one stat for each and no reading: a directory's time
// changes when an entry comes or goes.
type tree struct {
	Top    string  // absolute
	Dirs   []stamp // every directory that was walked
	Files  []stamp // in order of their paths
	Digest string  // of the files' names and content
	Taken  int64   // when it was taken, ns since 1970
	// Candidates are the sets of files that may be the schema.
	Candidates []*candidate

	raw map[string][]byte // what was read, until the digest is made
}

// A stamp is what a file looked like. The path is relative to the top, with
// slashes.
type stamp struct {
	Path string
	Size int64
	Time int64 // of the last change, ns since 1970
}

// top returns the directory whose tree could hold the schema of the packages
// in dir: the repository's, else that of the outermost module or workspace,
// else dir.
//
// Below a folder whose files are not the repository's (testdata, vendor) that
// is the nearest module, since nothing above it looks there.
func top(dir string) string {
	outermost := dir
	for d := dir; ; d = filepath.Dir(d) {
		if filetree.SkipsDir(filepath.Base(d)) {
			return outermost
		}
		if filetree.Has(d, ".git") || filetree.Has(d, "go.work") || strings.Contains(filepath.Base(d), "@") {
			return d
		}
		if filetree.Has(d, "go.mod") {
			outermost = d
		}
		if d == filepath.Dir(d) {
			return outermost
		}
	}
}

// relevant reports whether a file of this name may define tables, or says
// where such files are.
func relevant(base string) bool {
	lower := strings.ToLower(base)
	switch {
	case strings.HasSuffix(lower, ".sql"), strings.HasSuffix(lower, ".fizz"):
		return true
	case isSqlcConfig(lower), lower == migrations.SumFile, lower == "tern.conf", lower == "go.mod":
		return true
	}
	return isGoMigration(lower)
}

// isGoMigration reports whether a Go file may hold migrations, by its name.
func isGoMigration(base string) bool {
	lower := strings.ToLower(base)
	if !strings.HasSuffix(lower, ".go") || strings.HasSuffix(lower, "_test.go") {
		return false
	}
	return strings.Contains(lower, "migrat") || strings.Contains(lower, "schema") || migrations.Numbered(lower)
}

// walk takes stock of a directory's tree. Links to directories are not
// followed, nor those that lead out of it: a repository does not choose what
// else of a machine is read.
func walk(top string) *tree {
	t := &tree{Top: top, raw: make(map[string][]byte)}
	filepath.WalkDir(top, func(path string, e fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return fs.SkipDir
		case e.IsDir() && path != top && filetree.SkipsDir(e.Name()):
			return fs.SkipDir
		case !e.IsDir() && !relevant(e.Name()):
			return nil
		}
		info, err := os.Stat(path)
		if err != nil || !info.IsDir() && !info.Mode().IsRegular() || e.Type()&fs.ModeSymlink != 0 && !filetree.Inside(top, path) {
			return nil
		}
		rel, err := filepath.Rel(top, path)
		if err != nil {
			return nil
		}
		s := stamp{filepath.ToSlash(rel), info.Size(), info.ModTime().UnixNano()}
		switch {
		case e.IsDir():
			t.Dirs = append(t.Dirs, s)
		case !info.IsDir(): // a link may lead to a directory
			t.Files = append(t.Files, s)
		}
		return nil
	})
	return t
}

// listed is walk for files that are given, absolute.
func listed(top string, files []string) *tree {
	t := &tree{Top: top}
	for _, f := range files {
		info, err := os.Stat(f)
		if err != nil || !info.Mode().IsRegular() || !relevant(filepath.Base(f)) {
			continue
		}
		rel, err := filepath.Rel(top, f)
		if err != nil {
			continue
		}
		t.Files = append(t.Files, stamp{filepath.ToSlash(rel), info.Size(), info.ModTime().UnixNano()})
	}
	slices.SortStableFunc(t.Files, func(a, b stamp) int { return strings.Compare(a.Path, b.Path) })
	return t
}

// current reports whether nothing has changed since the tree was taken.
func (t *tree) current() bool {
	for i, list := range [2][]stamp{t.Dirs, t.Files} {
		for _, s := range list {
			info, err := os.Stat(t.path(s.Path))
			if err != nil || info.ModTime().UnixNano() != s.Time || i == 1 && info.Size() != s.Size {
				return false
			}
			// A change right after it was taken may leave the time as it is.
			if s.Time > t.Taken-int64(filetree.Settle) {
				return false
			}
		}
	}
	return true
}

func (t *tree) path(rel string) string { return filepath.Join(t.Top, filepath.FromSlash(rel)) }

// sum sets the digest.
func (t *tree) sum() {
	h := sha256.New()
	for _, s := range t.Files {
		fmt.Fprintf(h, "%q %d\n", s.Path, s.Size)
		if s.Size > filetree.MaxText {
			fmt.Fprintln(h, s.Time)
			continue
		}
		if data, ok := t.raw[s.Path]; ok {
			h.Write(data)
		} else if f, err := os.Open(t.path(s.Path)); err == nil {
			io.Copy(h, f)
			f.Close()
		}
	}
	t.raw = nil
	t.Digest = hex.EncodeToString(h.Sum(nil))
}

package inputs

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"time"

	"github.com/sqlvet/sqlvet/internal/filetree"
)

// root returns the directory of the outermost module or workspace that dir
// lies in, not looking above a repository; dir itself if there is none.
func root(dir string) string {
	abs, err := filepath.Abs(dir)
	if err != nil {
		return dir
	}
	top := abs
	for d := abs; ; d = filepath.Dir(d) {
		if filetree.Has(d, "go.mod") || filetree.Has(d, "go.work") {
			top = d
		}
		if filetree.Has(d, ".git") || filetree.Has(d, "go.work") || d == filepath.Dir(d) {
			return top
		}
	}
}

// A Watch answers what Digest does, many times a second: for each package of
// each analysis that an editor asks for. Its methods may be called from
// several goroutines.
type Watch struct {
	mu      sync.Mutex
	roots   map[string]rootEntry
	digests map[string]digestEntry
}

type rootEntry struct {
	root string // "" if the package cannot change
	at   time.Time
}

type digestEntry struct {
	digest string
	until  time.Time
}

const (
	// A module is begun or moved rarely, and then the editor reloads it.
	rootAge = 30 * time.Second
	// All packages of one analysis share a digest. An editor that says that a
	// .sql file has changed is not to get the one from before: gopls loads
	// packages again first, which takes longer than this.
	digestAge = 50 * time.Millisecond
	// A tree that takes long to walk is walked during a tenth of the time.
	digestShare = 10
)

// Digest returns the digest for the package in dir; "" for packages of the
// standard library and the module cache, which never change. It may be
// digestAge old, older for trees that take long to walk.
func (w *Watch) Digest(dir string) string {
	w.mu.Lock()
	defer w.mu.Unlock()
	now := time.Now()
	r, ok := w.roots[dir]
	if !ok || now.Sub(r.at) > rootAge {
		r = rootEntry{changingRoot(dir), now}
		if w.roots == nil {
			w.roots = make(map[string]rootEntry)
			w.digests = make(map[string]digestEntry)
		}
		w.roots[dir] = r
	}
	if r.root == "" {
		return ""
	}
	d, ok := w.digests[r.root]
	if !ok || now.After(d.until) {
		d.digest = Digest(r.root)
		took := time.Since(now)
		d.until = now.Add(took + max(digestAge, digestShare*took))
		w.digests[r.root] = d
	}
	return d.digest
}

// changingRoot is root, but "" for packages that cannot change.
func changingRoot(dir string) string {
	for elem := range strings.SplitSeq(filepath.ToSlash(dir), "/") {
		if strings.Contains(elem, "@v") {
			return "" // the module cache: MODULE@VERSION
		}
	}
	top := root(dir)
	if data, err := os.ReadFile(filepath.Join(top, "go.mod")); err == nil {
		first, _, _ := bytes.Cut(data, []byte("\n"))
		if name := string(bytes.TrimSpace(first)); name == "module std" || name == "module cmd" {
			return ""
		}
	}
	return top
}

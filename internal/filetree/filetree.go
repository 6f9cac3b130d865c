// Package filetree answers where below a directory the files of one kind are,
// for who asks again and again: an editor does at each keystroke. It also says
// which files may be read because what is analysed names them (Open).
//
// A Finder looks at names only: whether a file has changed is its caller's
// question, and links to directories are not followed.
package filetree

import (
	"io/fs"
	"os"
	"path/filepath"
	"sync"
	"time"
)

// A Finder finds the files that Want says, in all directories but those that
// Skip names. It remembers what it saw: as long as no directory has changed,
// the next answer costs one stat for each and no reading. Its methods may be
// called from several goroutines.
type Finder struct {
	Skip func(name string) bool // of a directory below the top
	Want func(name string) bool

	mu    sync.Mutex
	trees map[string]*tree
}

// A tree is what was seen below a directory.
type tree struct {
	dirs  []dir
	files []string
	taken time.Time
}

type dir struct {
	path    string
	changed time.Time // an entry came or went
}

// Settle is the coarsest clock of a file system in use (FAT): what changed that
// short before it was read may have changed again unseen.
const Settle = 2 * time.Second

// Files returns the paths of the files, which begin with top, in the order of
// filepath.WalkDir. What cannot be read has none.
func (f *Finder) Files(top string) []string { return f.tree(top).files }

// Tree returns the directories and the files relative to top, which is "." among
// them.
func (f *Finder) Tree(top string) (dirs, files []string) {
	t := f.tree(top)
	for _, d := range t.dirs {
		dirs = append(dirs, relative(top, d.path))
	}
	for _, path := range t.files {
		files = append(files, relative(top, path))
	}
	return dirs, files
}

func relative(top, path string) string {
	if rel, err := filepath.Rel(top, path); err == nil {
		return rel
	}
	return path
}

func (f *Finder) tree(top string) *tree {
	f.mu.Lock()
	defer f.mu.Unlock()
	t := f.trees[top]
	if t == nil || !t.current() {
		t = f.walk(top)
		if f.trees == nil {
			f.trees = make(map[string]*tree)
		}
		f.trees[top] = t
	}
	return t
}

func (f *Finder) walk(top string) *tree {
	t := &tree{taken: time.Now()}
	filepath.WalkDir(top, func(path string, e fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return fs.SkipDir
		case e.IsDir() && path != top && f.Skip(e.Name()):
			return fs.SkipDir
		case !e.IsDir():
			if f.Want(e.Name()) {
				t.files = append(t.files, path)
			}
			return nil
		}
		if info, err := e.Info(); err == nil {
			t.dirs = append(t.dirs, dir{path, info.ModTime()})
		}
		return nil
	})
	return t
}

// current reports whether no directory has changed since the tree was taken.
func (t *tree) current() bool {
	for _, d := range t.dirs {
		info, err := os.Lstat(d.path)
		if err != nil || !info.ModTime().Equal(d.changed) || d.changed.After(t.taken.Add(-Settle)) {
			return false
		}
	}
	return len(t.dirs) > 0
}

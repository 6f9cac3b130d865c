package filetree

import (
	"errors"
	"fmt"
	"io"
	"iter"
	"os"
	"path/filepath"
	"strings"
)

// Upwards yields the absolute path of dir, then of each directory above, up
// to and including the first that holds .git or go.work, or that is the root
// of a module in the module cache (its name holds an @).
func Upwards(dir string) iter.Seq[string] {
	return func(yield func(string) bool) {
		d, err := filepath.Abs(dir)
		if err != nil {
			return // the working directory is gone
		}
		for yield(d) && !isTop(d) && filepath.Dir(d) != d {
			d = filepath.Dir(d)
		}
	}
}

// isTop reports whether nothing above a directory belongs to it.
func isTop(dir string) bool {
	return strings.Contains(filepath.Base(dir), "@") || Has(dir, ".git") || Has(dir, "go.work")
}

// Has reports whether a directory has something of a name.
func Has(dir, name string) bool {
	_, err := os.Lstat(filepath.Join(dir, name))
	return err == nil
}

// SkipsDir reports whether no package of a ./... pattern, and no schema, lies below
// a directory of this name.
func SkipsDir(name string) bool {
	switch name {
	case "node_modules", "vendor", "testdata":
		return true
	}
	return strings.HasPrefix(name, ".") || strings.HasPrefix(name, "_")
}

// Repository returns the directory that holds all that the code in dir may name:
// the repository or workspace that it is in, else its outermost module, else dir.
func Repository(dir string) string {
	outermost, first := dir, true
	for d := range Upwards(dir) {
		if first {
			outermost, first = d, false
		}
		if isTop(d) {
			return d
		}
		if info, err := os.Stat(filepath.Join(d, "go.mod")); err == nil && info.Mode().IsRegular() {
			outermost = d
		}
	}
	return outermost
}

// Within returns an error if a file or directory lies outside of root. root "" is
// no bound.
func Within(root, path string) error {
	if root == "" || Inside(root, path) {
		return nil
	}
	return fmt.Errorf("%s is outside of the repository %s", path, root)
}

// Given returns the root of what a file may be that the user named: what is named
// in the repository of the working directory has to be there, links followed.
func Given(path string) string {
	if root := Repository("."); below(root, path) {
		return root
	}
	return ""
}

// MaxText is the size, in bytes, of the largest file that somebody may have
// written: a larger one is data.
const MaxText = 64 << 20

// Open opens a file whose name comes from what is analysed, such as a setting or
// a //line comment: a regular one within root, of a size (in bytes) that somebody
// may have written. Others can block, never end, or be nobody else's business.
func Open(root, path string, most int64) (io.ReadCloser, error) {
	if err := Within(root, path); err != nil {
		return nil, err
	}
	info, err := os.Stat(path)
	switch {
	case err != nil:
		return nil, err
	case !info.Mode().IsRegular():
		return nil, fmt.Errorf("%s is no regular file", path)
	case info.Size() > most:
		return nil, fmt.Errorf("%s is larger than %d MB", path, most>>20)
	}
	return os.Open(path)
}

// Read is Open for all of a file.
func Read(root, path string, most int64) ([]byte, error) {
	f, err := Open(root, path, most)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return io.ReadAll(f)
}

// Inside reports whether a file lies below a directory, both as they are named
// and once symbolic links are followed: what an analysed repository names is
// read only there. One that does not exist lies where it would be.
func Inside(top, path string) bool {
	if !below(top, path) {
		return false
	}
	real, err := filepath.EvalSymlinks(path)
	if err != nil {
		return true // not there: opening it says so
	}
	if t, err := filepath.EvalSymlinks(top); err == nil {
		top = t
	}
	return below(top, real)
}

func below(top, path string) bool {
	top, err1 := filepath.Abs(top)
	path, err2 := filepath.Abs(path)
	rel, err := filepath.Rel(top, path)
	return errors.Join(err1, err2, err) == nil && filepath.IsLocal(rel)
}

// OpenGiven opens a file that the user named: anything but a folder or a device,
// which may have no end. A pipe is fine.
func OpenGiven(path string) (*os.File, error) {
	if info, err := os.Stat(path); err == nil && info.IsDir() {
		return nil, fmt.Errorf("%s is a directory, want a file", path)
	} else if err == nil && info.Mode()&os.ModeDevice != 0 {
		return nil, fmt.Errorf("%s is a device, want a file", path)
	}
	return os.Open(path)
}

// Write writes a file that the user named, if there is none yet or a regular one:
// not through a link that leads out of the repository, nor into a pipe.
func Write(path string, data []byte) error {
	if err := Within(Given(path), path); err != nil {
		return err
	}
	if _, err := os.Lstat(path); err == nil {
		if info, err := os.Stat(path); err != nil || !info.Mode().IsRegular() {
			return fmt.Errorf("%s is no regular file", path)
		}
	}
	return os.WriteFile(path, data, 0o666)
}

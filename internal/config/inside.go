package config

import (
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"github.com/sqlvet/sqlvet/internal/filetree"
)

// The largest files that are read, in bytes: a larger one is data.
const (
	maxSettings = 4 << 20  // of settings and libraries
	maxNamed    = 64 << 20 // that define tables
)

// repository returns the directory that holds what a settings file may name:
// the repository or workspace that it is in, else its outermost module, else
// its own directory.
func repository(path string) string {
	outermost := filepath.Dir(path)
	for d := range upwards(outermost) {
		switch {
		case exists(filepath.Join(d, ".git")), exists(filepath.Join(d, "go.work")), strings.Contains(filepath.Base(d), "@"):
			return d
		case isFile(filepath.Join(d, "go.mod")):
			outermost = d
		}
	}
	return outermost
}

// within returns an error if a file or directory lies outside of root. root "" is
// no bound.
func within(root, path string) error {
	if root == "" || filetree.Inside(root, path) {
		return nil
	}
	return fmt.Errorf("%s is outside of the repository %s", path, root)
}

// openNamed opens a file that a setting names: a regular one within root, of a
// size that somebody may have written. Others can block or never end.
func openNamed(root, path string, most int64) (io.ReadCloser, error) {
	if err := within(root, path); err != nil {
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

// readNamed is openNamed for all of a file.
func readNamed(root, path string, most int64) ([]byte, error) {
	f, err := openNamed(root, path, most)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return io.ReadAll(f)
}

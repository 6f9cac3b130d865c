package config

import (
	"path/filepath"
	"slices"

	"github.com/bmatcuk/doublestar/v4"
)

// A Scope is a set of files. The zero Scope holds all of them.
type Scope struct {
	Paths   []string // globs, relative to root; nil for all files
	Exclude []string // globs of files that are left out

	root string // the directory of the configuration file
}

// covers reports whether the Scope holds a file. A file outside of root is
// matched by no glob.
func (s Scope) covers(file string) bool {
	if len(s.Paths) == 0 && len(s.Exclude) == 0 {
		return true
	}
	// Some builds name files from their working directory.
	file, err := filepath.Abs(file)
	if err != nil {
		return len(s.Paths) == 0
	}
	rel, err := filepath.Rel(s.root, file)
	if err != nil {
		return len(s.Paths) == 0
	}
	rel = filepath.ToSlash(rel)
	in := func(list []string) bool {
		return slices.ContainsFunc(list, func(glob string) bool { return matches(glob, rel) })
	}
	return (len(s.Paths) == 0 || in(s.Paths)) && !in(s.Exclude)
}

// matches reports whether a glob names the file or a directory above it.
func matches(glob, file string) bool {
	glob = trimDir(glob)
	if glob == "." {
		return true
	}
	// Have: glob is well-formed, which parsing checked.
	direct, _ := doublestar.Match(glob, file)
	below, _ := doublestar.Match(glob+"/**", file)
	return direct || below
}

// trimDir takes the decoration off a path: "./a/" and "./a/..." are "a".
func trimDir(glob string) string {
	glob = filepath.ToSlash(filepath.Clean(filepath.FromSlash(glob)))
	if dir, last := filepath.Split(glob); last == "..." {
		glob = filepath.ToSlash(filepath.Clean(dir))
	}
	return glob
}

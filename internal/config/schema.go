package config

import (
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"

	"github.com/bmatcuk/doublestar/v4"

	"github.com/sqlvet/sqlvet/internal/filetree"
)

// Files returns the files that the paths name, in order of their paths: the
// files themselves, all below the directories, and what the globs match. What
// is missing, no regular file or outside of the repository is an error; links
// in a directory that lead out of it are left out.
func (s Schema) Files() ([]string, error) {
	var files []string
	for _, pattern := range s.Paths {
		base, _ := doublestar.SplitPattern(filepath.ToSlash(pattern))
		if err := filetree.Within(s.root, filepath.FromSlash(base)); err != nil {
			return nil, err
		}
		found, err := expand(pattern)
		if err != nil {
			return nil, err
		}
		for _, f := range found {
			switch err := filetree.Within(s.root, f); {
			case err == nil:
				files = append(files, f)
			case f == pattern:
				return nil, err
			}
		}
	}
	slices.Sort(files)
	return slices.Compact(files), nil
}

func expand(pattern string) ([]string, error) {
	info, err := os.Stat(pattern)
	switch {
	case err == nil && info.IsDir():
		return filesBelow(pattern), nil
	case err == nil && !info.Mode().IsRegular():
		return nil, fmt.Errorf("%s is no regular file", pattern)
	case err == nil:
		return []string{pattern}, nil
	}
	found, err := doublestar.FilepathGlob(pattern, doublestar.WithFilesOnly())
	found = slices.DeleteFunc(found, func(f string) bool { return !isFile(f) })
	if err == nil && len(found) == 0 {
		err = fmt.Errorf("no file is %s", pattern)
	}
	return found, err
}

// filesBelow lists the files below a directory, less those in directories that
// hold no definitions of this project's.
func filesBelow(dir string) []string {
	var files []string
	filepath.WalkDir(dir, func(path string, e fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return fs.SkipDir // not readable: nor for whoever reads definitions
		case e.IsDir() && path != dir && filetree.SkipsDir(e.Name()):
			return fs.SkipDir
		case e.Type().IsRegular():
			files = append(files, path)
		}
		return nil
	})
	return files
}

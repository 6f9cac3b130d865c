package filetree

import "path/filepath"

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
	abs, err := filepath.Abs(path)
	if err != nil {
		return false
	}
	rel, err := filepath.Rel(top, abs)
	return err == nil && filepath.IsLocal(rel)
}

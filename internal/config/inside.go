package config

import (
	"path/filepath"

	"github.com/sqlvet/sqlvet/internal/filetree"
)

// maxSettings is the size of the largest file of settings, or of a library, in
// bytes.
const maxSettings = 4 << 20

// repository returns the directory that holds what a settings file may name.
func repository(path string) string { return filetree.Repository(filepath.Dir(path)) }

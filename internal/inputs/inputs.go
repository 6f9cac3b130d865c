// Package inputs answers which files besides Go sources decide what sqlvet
// finds, as one hash: drivers that cache by Go sources alone (gopls,
// golangci-lint) make it a part of their key. Those files are the
// configuration, and .sql files, which Go files embed and schemas are made of.
//
// It does not say which of them a package uses: the hash is one for a whole
// module, since facts pass on from package to package what one of them read.
// "go vet" hashes embedded files itself and asks package config for the rest.
package inputs

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io/fs"
	"path/filepath"
	"strings"

	"github.com/sqlvet/sqlvet/internal/config"
)

// Digest returns the hash for the packages that a run from dir could analyse.
// Of .sql files it takes size and time of modification: reading them all at
// each keystroke of an editor would be felt.
func Digest(dir string) string {
	h := sha256.New()
	fmt.Fprintln(h, config.Digest(dir))
	top := root(dir)
	filepath.WalkDir(top, func(path string, e fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return nil // not readable: nor for the analyzers
		case e.IsDir() && path != top && skipped(e.Name()):
			return fs.SkipDir
		case e.IsDir() || !strings.HasSuffix(path, ".sql"):
			return nil
		}
		if info, err := e.Info(); err == nil {
			fmt.Fprintf(h, "%q %d %d\n", path, info.Size(), info.ModTime().UnixNano())
		}
		return nil
	})
	return hex.EncodeToString(h.Sum(nil))
}

// skipped reports whether no file that counts lies below a directory of this
// name. Below vendor there are packages, but whoever changes one there changes
// its Go files.
func skipped(name string) bool {
	return name == "node_modules" || name == "vendor" || strings.HasPrefix(name, ".")
}

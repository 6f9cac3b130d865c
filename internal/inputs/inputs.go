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
	"os"
	"strings"

	"github.com/sqlvet/sqlvet/internal/config"
	"github.com/sqlvet/sqlvet/internal/filetree"
)

// Digest returns the hash for the packages that a run from dir could analyse.
// Of .sql files it takes size and time of modification: reading them all at
// each keystroke of an editor would be felt.
func Digest(dir string) string {
	h := sha256.New()
	fmt.Fprintln(h, config.Digest(dir))
	for _, path := range finder.Files(root(dir)) {
		if info, err := os.Lstat(path); err == nil {
			fmt.Fprintf(h, "%q %d %d\n", path, info.Size(), info.ModTime().UnixNano())
		}
	}
	return hex.EncodeToString(h.Sum(nil))
}

var finder = filetree.Finder{Skip: skipped, Want: func(name string) bool { return strings.HasSuffix(name, ".sql") }}

// skipped reports whether no file that counts lies below a directory of this
// name. Below vendor there are packages, but whoever changes one there changes
// its Go files.
func skipped(name string) bool {
	return name == "node_modules" || name == "vendor" || strings.HasPrefix(name, ".")
}

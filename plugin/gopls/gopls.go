// Package gopls is what "sqlvet gopls build" adds to gopls: the analyzers, and
// what gopls' cache has to know besides Go files. A package beside the Go
// files that the build generates, since those are of gopls' own module and may
// import nothing that is internal here.
//
// It is compiled with the version of x/tools that each gopls pins.
package gopls

import (
	"crypto/sha256"
	"io"

	"golang.org/x/tools/go/analysis"

	"github.com/sqlvet/sqlvet/analyzers"
	"github.com/sqlvet/sqlvet/internal/guest"
	"github.com/sqlvet/sqlvet/internal/inputs"
)

// Analyzers returns what gopls is to run besides its own analyzers.
func Analyzers() []*analysis.Analyzer { return guest.Host{ShowsRule: true}.Analyzers(analyzers.All()) }

// Files returns the patterns of the files, besides those of Go, that findings
// depend on: when one changes on disk, gopls has to load packages again.
func Files() []string { return []string{"**/.sqlvet.yml", "**/*.sql"} }

var watch inputs.Watch

// Key returns the key under which gopls may keep what it found in the package
// in dir, given the one it would use itself. H is gopls' own type of hashes.
//
// The gopls of the design had an analyzer whose name held the digest. It would
// be one for the whole process, made for the directory that the editor was
// started in, and gopls would remember keys made with the one before.
func Key[H ~[sha256.Size]byte](key H, dir string) H {
	digest := watch.Digest(dir)
	if digest == "" {
		return key
	}
	h := sha256.New()
	raw := [sha256.Size]byte(key)
	h.Write(raw[:])
	io.WriteString(h, digest)
	return H(h.Sum(nil))
}

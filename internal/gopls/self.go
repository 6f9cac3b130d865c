package gopls

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"runtime"
	"runtime/debug"
	"strings"
)

const modulePath = "github.com/sqlvet/sqlvet"

// A self says where the go command finds the module that this program was
// built from. One of the fields is set.
type self struct {
	version string // released: from the module proxy
	dir     string // a checkout
}

// findSelf returns the module: that in dir, if dir is not empty; else the
// sources that the program was built from, if they are still there; else its
// release; else the version that the go command recorded.
func findSelf(dir, release string) (self, error) {
	if dir != "" {
		abs, err := filepath.Abs(dir)
		if err == nil && !isCheckout(abs) {
			err = errors.New(dir + " holds no checkout of " + modulePath)
		}
		return self{dir: abs}, err
	}
	if _, file, _, ok := runtime.Caller(0); ok {
		// Have: file is DIR/internal/gopls/self.go, unless built -trimpath.
		if dir := filepath.Dir(filepath.Dir(filepath.Dir(file))); isCheckout(dir) {
			return self{dir: dir}, nil
		}
	}
	if release != "" {
		return self{version: release}, nil
	}
	if info, ok := debug.ReadBuildInfo(); ok {
		for _, m := range append([]*debug.Module{&info.Main}, info.Deps...) {
			if m.Path == modulePath && strings.HasPrefix(m.Version, "v") && !strings.HasSuffix(m.Version, "+dirty") {
				return self{version: m.Version}, nil
			}
		}
	}
	return self{}, errors.New("this sqlvet was built from sources that are neither released nor at hand: name them with -source DIR")
}

// isCheckout reports whether dir is the root of sqlvet's own sources, outside
// of the module cache, where they belong to a release.
func isCheckout(dir string) bool {
	if strings.Contains(filepath.Base(dir), "@v") {
		return false
	}
	data, err := os.ReadFile(filepath.Join(dir, "go.mod"))
	first, _, _ := bytes.Cut(data, []byte("\n"))
	return err == nil && string(bytes.TrimSpace(first)) == "module "+modulePath
}

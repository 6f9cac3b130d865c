package gocmd

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

// Stands returns the file of an overlay in which empty files stand for those that
// patterns of //go:embed want and that are not there, such as a web page that is
// built before the program is: the go command gives up on a package whose pattern
// matches nothing, and on all that import it. The name is "" if none is missing;
// remove takes the files away.
func (g *Command) Stands(build, patterns []string) (name string, remove func(), err error) {
	remove = func() {}
	for _, flag := range build {
		if strings.HasPrefix(strings.TrimLeft(flag, "-"), "overlay") {
			return "", remove, nil // the user has one
		}
	}
	args := append([]string{"list", "-e", "-deps", "-json=Dir,Standard,EmbedPatterns"}, build...)
	out, err := g.Output(append(args, patterns...))
	if exit := (*exec.ExitError)(nil); err != nil && !errors.As(err, &exit) {
		return "", remove, err
	}
	var missing []string
	for dec := json.NewDecoder(bytes.NewReader(out)); ; {
		var pkg struct {
			Dir           string
			Standard      bool
			EmbedPatterns []string
		}
		if err := dec.Decode(&pkg); err == io.EOF {
			break
		} else if err != nil {
			return "", remove, nil // go vet says why
		}
		for _, pattern := range pkg.EmbedPatterns {
			at := filepath.Join(pkg.Dir, filepath.FromSlash(strings.TrimPrefix(pattern, "all:")))
			if found, err := filepath.Glob(at); err == nil && len(found) == 0 && !pkg.Standard {
				missing = append(missing, strings.NewReplacer("*", "missing", "?", "m").Replace(at))
			}
		}
	}
	if len(missing) == 0 {
		return "", remove, nil
	}
	dir, err := os.MkdirTemp("", "sqlvet-overlay")
	if err != nil {
		return "", remove, err
	}
	remove = func() { os.RemoveAll(dir) }
	empty := filepath.Join(dir, "empty")
	replace := make(map[string]string)
	for _, file := range missing {
		replace[file] = empty
	}
	text, err := json.Marshal(map[string]map[string]string{"Replace": replace})
	if err == nil {
		err = errors.Join(os.WriteFile(empty, nil, 0o600), os.WriteFile(filepath.Join(dir, "overlay.json"), text, 0o600))
	}
	return filepath.Join(dir, "overlay.json"), remove, err
}

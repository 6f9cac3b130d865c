package gopls

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

const (
	goplsModule = "golang.org/x/tools/gopls"
	toolsModule = "golang.org/x/tools"
)

// A Builder builds a gopls with sqlvet inside.
type Builder struct {
	Version string    // of gopls; "" for the best that the Go toolchain can build
	Source  string    // a checkout of sqlvet; "" for the sources of this program
	Release string    // the version that this program was stamped with; "" for none
	Notes   io.Writer // gets what the go command says of downloads
}

// Build builds it into the file, or, if that is "", into the place where Find
// looks for it. It returns the file's path.
func (b *Builder) Build(file string) (string, error) {
	path, err := b.build(file)
	if err != nil {
		return "", fmt.Errorf("building gopls: %w (instead, \"sqlvet gopls proxy\" adds findings to the stock gopls when files are saved)", err)
	}
	return path, nil
}

func (b *Builder) build(file string) (string, error) {
	env, err := goEnv("GOVERSION", "GOOS")
	if err != nil {
		return "", err
	}
	version, err := choose(b.Version, env["GOVERSION"])
	if err != nil {
		return "", err
	}
	me, err := findSelf(b.Source, b.Release)
	if err != nil {
		return "", err
	}
	if file == "" {
		if file, err = cachedPath(version); err != nil {
			return "", err
		}
	}
	if file, err = filepath.Abs(file); err != nil {
		return "", err
	}
	if err := os.MkdirAll(filepath.Dir(file), 0o777); err != nil {
		return "", err
	}
	dir, err := os.MkdirTemp("", "sqlvet-gopls")
	if err != nil {
		return "", err
	}
	defer os.RemoveAll(dir)
	if err := b.prepare(dir, version, me); err != nil {
		return "", err
	}
	// Beside the target, so that it appears as a whole or not at all: an
	// editor may be starting it.
	part := file + ".part"
	if _, err := b.golang(dir, "build", "-buildvcs=false", "-o", part, "."); err != nil {
		return "", err
	}
	return file, os.Rename(part, file)
}

// prepare fills dir with the sources of gopls, altered.
func (b *Builder) prepare(dir, version string, me self) error {
	out, err := b.golang(dir, "mod", "download", "-json", goplsModule+"@"+version)
	if err != nil {
		return err
	}
	var info struct{ Dir string }
	if err := json.Unmarshal(out, &info); err != nil {
		return fmt.Errorf("go mod download: %v", err)
	}
	if err := copyTree(dir, info.Dir); err != nil {
		return err
	}
	if err := alter(dir); err != nil {
		return fmt.Errorf("gopls %s: %v", version, err)
	}
	// gopls uses parts of x/tools that change with each version: it must be
	// the one that its go.mod names, also if sqlvet requires a newer one.
	tools, err := b.golang(dir, "list", "-m", "-f", "{{.Version}}", toolsModule)
	if err != nil {
		return err
	}
	edit := []string{"mod", "edit", "-replace=" + toolsModule + "=" + toolsModule + "@" + strings.TrimSpace(string(tools))}
	if me.dir != "" {
		edit = append(edit, "-require="+modulePath+"@v0.0.0", "-replace="+modulePath+"="+me.dir)
	} else {
		edit = append(edit, "-require="+modulePath+"@"+me.version)
	}
	_, err = b.golang(dir, edit...)
	return err
}

// golang runs the go command in dir and returns its standard output.
func (b *Builder) golang(dir string, args ...string) ([]byte, error) {
	cmd := exec.Command("go", args...)
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), "GOWORK=off", "GOFLAGS=-mod=mod")
	var stdout, stderr bytes.Buffer
	cmd.Stdout = &stdout
	cmd.Stderr = &stderr
	if b.Notes != nil {
		cmd.Stderr = io.MultiWriter(&stderr, b.Notes)
	}
	err := cmd.Run()
	if errors.Is(err, exec.ErrNotFound) {
		return nil, errors.New("no go command on PATH")
	} else if err != nil {
		return nil, fmt.Errorf("go %s: %v\n%s", strings.Join(args, " "), err, last(stderr.String()+stdout.String(), 4000))
	}
	return stdout.Bytes(), nil
}

func last(s string, n int) string { return strings.TrimSpace(s[max(0, len(s)-n):]) }

// goEnv returns settings of the go command.
func goEnv(names ...string) (map[string]string, error) {
	out, err := exec.Command("go", append([]string{"env", "-json"}, names...)...).Output()
	if err != nil {
		return nil, fmt.Errorf("go env: %w", err)
	}
	env := make(map[string]string)
	return env, json.Unmarshal(out, &env)
}

// copyTree copies the files of the read-only module cache into dir, without
// the tests' data.
func copyTree(dir, src string) error {
	return filepath.WalkDir(src, func(path string, e os.DirEntry, err error) error {
		if err != nil {
			return err
		}
		rel, err := filepath.Rel(src, path)
		if err != nil {
			return err
		}
		target := filepath.Join(dir, rel)
		switch {
		case e.IsDir() && e.Name() == "testdata":
			return filepath.SkipDir
		case e.IsDir():
			return os.MkdirAll(target, 0o777)
		}
		data, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		return os.WriteFile(target, data, 0o666)
	})
}

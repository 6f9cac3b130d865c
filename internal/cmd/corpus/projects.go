package main

import (
	"context"
	_ "embed"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"regexp"
	"strings"
)

//go:embed projects.jsonl
var projectList []byte

// A Project is one line of projects.jsonl: code that nobody here wrote.
type Project struct {
	Repo      string   `json:"repo"`                 // owner/name on GitHub
	Commit    string   `json:"commit"`               // 40 hex digits
	Module    string   `json:"module"`               // its module's path
	ModuleDir string   `json:"module_dir,omitempty"` // relative to the repository; "" is its root
	Licence   string   `json:"licence"`              // SPDX
	Libraries []string `json:"libraries"`            // how it reaches its database
	// Tuned: findings of it were mended before they were labelled, so that its
	// labels are no first reading.
	Tuned bool `json:"tuned,omitempty"`
}

var commitName = regexp.MustCompile(`^[0-9a-f]{40}$`)

func (p Project) check() error {
	switch {
	case !strings.Contains(p.Repo, "/") || p.Module == "" || p.Licence == "" || len(p.Libraries) == 0:
		return errors.New("repo (owner/name), module, licence and libraries are needed")
	case !commitName.MatchString(p.Commit):
		return fmt.Errorf("%s: commit %q is not one", p.Repo, p.Commit)
	case p.ModuleDir != "" && (path.Clean(p.ModuleDir) != p.ModuleDir || !filepath.IsLocal(filepath.FromSlash(p.ModuleDir))):
		return fmt.Errorf("%s: no directory in the repository: %q", p.Repo, p.ModuleDir)
	}
	return nil
}

// projects returns those listed, of the given third if it is 1, 2 or 3, and of
// the given names if there are any.
func projects(third int, names []string) ([]Project, error) {
	all, err := parseLines[Project]("projects.jsonl", projectList)
	if err != nil {
		return nil, err
	}
	if third < 0 || third > 3 {
		return nil, fmt.Errorf("no third %d: 1, 2 or 3", third)
	}
	wanted := make(map[string]bool)
	for _, name := range names {
		wanted[name] = true
	}
	var list []Project
	for i, p := range all {
		if third != 0 && i%3 != third-1 || len(names) > 0 && !wanted[p.Repo] {
			continue
		}
		delete(wanted, p.Repo)
		list = append(list, p)
	}
	for name := range wanted {
		return nil, fmt.Errorf("no project %q is listed there", name)
	}
	return list, nil
}

// fetch puts a project's files below the work directory and returns the root of
// its repository or, from the module proxy, of its module, and where in that
// the module is.
func (w *opened) fetch(ctx context.Context, p Project) (root, moduleDir string, err error) {
	if w.repos != "" {
		if _, err := gitDir(ctx, w.repos, p.Repo); err == nil {
			c, err := newCheckout(ctx, w.repos, w.dir, p.Repo)
			if err != nil {
				return "", "", err
			}
			return c.dir, p.ModuleDir, c.at(ctx, p.Commit)
		}
	}
	root = filepath.Join(w.dir, strings.ReplaceAll(p.Repo, "/", "+")+"@"+p.Commit[:12])
	if _, err := os.Stat(root); err == nil {
		return root, "", nil
	}
	return root, "", w.download(ctx, p, root)
}

// download copies a module of the module proxy: its cache is read-only, and the
// go command may have to complete go.sum.
func (w *opened) download(ctx context.Context, p Project, root string) error {
	cmd := exec.CommandContext(ctx, "go", "mod", "download", "-json", p.Module+"@"+p.Commit)
	cmd.Dir = w.dir
	cmd.Env = append(environment(), "GO111MODULE=on", "GOFLAGS=")
	out, err := cmd.Output()
	var module struct{ Dir, Error string }
	if json.Unmarshal(out, &module) != nil || module.Dir == "" {
		return fmt.Errorf("go mod download %s: %v %s", p.Module, err, module.Error)
	}
	partial := root + ".partial"
	if err := os.RemoveAll(partial); err != nil {
		return err
	}
	if err := copyTree(partial, module.Dir); err != nil {
		return err
	}
	return os.Rename(partial, root)
}

// copyTree copies regular files without their tests, writable.
func copyTree(to, from string) error {
	return filepath.WalkDir(from, func(name string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		rel, err := filepath.Rel(from, name)
		if err != nil {
			return err
		}
		target := filepath.Join(to, rel)
		switch {
		case d.IsDir():
			return os.MkdirAll(target, 0o777)
		case !d.Type().IsRegular() || strings.HasSuffix(name, testSuffix):
			return nil
		}
		data, err := os.ReadFile(name)
		if err != nil {
			return err
		}
		return os.WriteFile(target, data, 0o666)
	})
}

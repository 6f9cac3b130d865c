package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os/exec"
	"path"
	"path/filepath"
	"strings"
	"time"

	"github.com/sqlvet/sqlvet/internal/report"
)

// everything is the pattern of all packages of a module.
const everything = "./..."

// An analyzer runs a sqlvet binary.
type analyzer struct {
	exe   string
	flags []string // besides -json
}

// A target is what is analysed: packages of a commit.
type target struct {
	commit, moduleDir string
	pattern           string // one package's directory, or everything
}

// An outcome is what sqlvet says of a target.
type outcome struct {
	findings []report.Finding // files relative to the repository, slash-separated
	failures []report.Failure
	err      error // sqlvet did not come to an end
}

// run analyses a target in the work tree, which is at its commit.
func (a *analyzer) run(ctx context.Context, root string, t target) outcome {
	dir := filepath.Join(root, filepath.FromSlash(t.moduleDir))
	cmd := exec.CommandContext(ctx, a.exe, append(append([]string{"-json"}, a.flags...), t.pattern)...)
	cmd.Dir = dir
	cmd.Env = environment()
	cmd.WaitDelay = 5 * time.Second // for children that keep its output open
	killGroup(cmd)
	var stdout, stderr bytes.Buffer
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	err := cmd.Run()
	if ctx.Err() != nil {
		return outcome{err: ctx.Err()}
	}
	var doc report.Document
	if jsonErr := json.Unmarshal(stdout.Bytes(), &doc); jsonErr != nil || doc.Version != 1 {
		// Have: no document, so its exit code is not about findings.
		text := strings.TrimSpace(stderr.String())
		if text == "" {
			text = fmt.Sprintf("printed no JSON document of version 1 (%v, %v)", jsonErr, err)
		}
		return outcome{err: errors.New(text)}
	}
	if doc.Stats.Packages == 0 && len(doc.Failures) == 0 {
		return outcome{err: errors.New("no package was analysed")}
	}
	for i := range doc.Findings {
		f := &doc.Findings[i]
		f.Pos.File = inRepository(root, dir, f.Pos.File)
		for j := range f.Related {
			f.Related[j].Pos.File = inRepository(root, dir, f.Related[j].Pos.File)
		}
	}
	return outcome{findings: doc.Findings, failures: doc.Failures}
}

// inRepository returns a file that sqlvet named in dir relative to root.
func inRepository(root, dir, file string) string {
	if !filepath.IsAbs(file) {
		file = filepath.Join(dir, file)
	}
	if rel, err := filepath.Rel(root, file); err == nil {
		file = rel
	}
	return filepath.ToSlash(file)
}

// failed returns why the package in a directory of the module was not analysed
// as a whole: a failure of its own or of a package it imports. nil if it was.
// Broken packages elsewhere in the module do not matter.
func failed(ctx context.Context, root string, t target, packageDir string, failures []report.Failure) error {
	if len(failures) == 0 {
		return nil
	}
	cmd := exec.CommandContext(ctx, "go", "list", "-e", "-deps", "-f", "{{.ImportPath}}", packageDir)
	cmd.Dir = filepath.Join(root, filepath.FromSlash(t.moduleDir))
	cmd.Env = environment()
	killGroup(cmd)
	out, err := cmd.Output()
	if err != nil {
		// Have: not even its imports are known.
		return errors.New(firstLines(failures[0].Message))
	}
	needed := make(map[string]bool)
	for pkg := range strings.Lines(string(out)) {
		needed[strings.TrimSpace(pkg)] = true
	}
	for _, f := range failures {
		if needed[f.Package] || f.Package == "" && concerns(f.Message, packageDir, needed) {
			return errors.New(strings.TrimSpace(f.Package + ": " + firstLines(f.Message)))
		}
	}
	return nil
}

// concerns says whether a failure that names no package is about one of those
// needed. The go command tells such failures with the file that imports what
// is not there.
func concerns(message, packageDir string, needed map[string]bool) bool {
	file, _, ok := strings.Cut(message, ".go:")
	if !ok {
		return true // cannot tell
	}
	dir := path.Dir(filepath.ToSlash(strings.TrimSpace(file)))
	if path.Clean(dir) == path.Clean(packageDir) {
		return true
	}
	for pkg := range needed {
		if strings.HasSuffix(pkg, "/"+dir) {
			return true
		}
	}
	return false
}

// firstLines shortens what compilers say.
func firstLines(text string) string {
	const most = 3
	lines := strings.Split(strings.TrimSpace(text), "\n")
	if len(lines) > most {
		lines = append(lines[:most], "…")
	}
	for i := range lines {
		lines[i] = strings.TrimSpace(lines[i])
	}
	return strings.Join(lines, " | ")
}

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
	"slices"
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
	stats    report.Stats
	cpu      time.Duration // of sqlvet and its children, user and system
	err      error         // sqlvet did not come to an end
}

// run analyses a target in the work tree, which is at its commit.
func (a *analyzer) run(ctx context.Context, root string, t target) outcome {
	o := a.try(ctx, root, t)
	if o.untidy() {
		// The tree is ours to tidy. Not so at first, since the go command
		// refuses it where dependencies are vendored.
		return a.try(ctx, root, t, "-mod=mod")
	}
	return o
}

// untidy says whether the go command did nothing because go.mod or go.sum is
// not complete.
func (o outcome) untidy() bool {
	said := func(text string) bool {
		return strings.Contains(text, "updates to go.mod needed") || strings.Contains(text, "missing go.sum entry")
	}
	return o.err != nil && said(o.err.Error()) ||
		slices.ContainsFunc(o.failures, func(f report.Failure) bool { return said(f.Message) })
}

func (a *analyzer) try(ctx context.Context, root string, t target, flags ...string) outcome {
	dir := filepath.Join(root, filepath.FromSlash(t.moduleDir))
	args := slices.Concat([]string{"-json"}, a.flags, flags, []string{t.pattern})
	cmd := exec.CommandContext(ctx, a.exe, args...)
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
		text := withoutDownloads(stderr.String())
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
	return outcome{findings: doc.Findings, failures: doc.Failures, stats: doc.Stats, cpu: cmd.ProcessState.UserTime() + cmd.ProcessState.SystemTime()}
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
			return errors.New(strings.TrimPrefix(f.Package+": "+firstLines(f.Message), ": "))
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

// withoutDownloads drops the go command's lines about its progress.
func withoutDownloads(text string) string {
	var b strings.Builder
	for line := range strings.Lines(text) {
		if !strings.HasPrefix(line, "go: downloading ") {
			b.WriteString(line)
		}
	}
	return strings.TrimSpace(b.String())
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

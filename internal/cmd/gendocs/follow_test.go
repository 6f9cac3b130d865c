package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// TestAddingARule does what docs/adding-a-rule.md says, in a copy of the
// repository: writes the page's files, adds the registry's lines, and runs the
// commands.
func TestAddingARule(t *testing.T) {
	if testing.Short() {
		t.Skip("builds a copy of the repository")
	}
	page, err := os.ReadFile(filepath.Join(root, "docs/adding-a-rule.md"))
	if err != nil {
		t.Fatal(err)
	}
	dir := checkout(t)
	files := regexp.MustCompile("(?s)`([^`\n]+\\.go)`:\n\n```go\n(.*?)```\n").FindAllStringSubmatch(string(page), -1)
	if len(files) != 4 {
		t.Fatalf("%d files on the page", len(files))
	}
	for _, f := range files {
		path := filepath.Join(dir, filepath.FromSlash(f[1]))
		if err := os.MkdirAll(filepath.Dir(path), 0o777); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(f[2]), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	register(t, dir, string(page))
	run := func(fails bool, name string, args ...string) string {
		t.Helper()
		cmd := exec.Command(name, args...)
		cmd.Dir = dir
		cmd.Env = append(os.Environ(), "GOFLAGS=-mod=mod")
		out, err := cmd.CombinedOutput()
		if (err != nil) != fails {
			t.Errorf("%s %s: %v\n%s", name, strings.Join(args, " "), err, out)
		}
		return string(out)
	}
	run(false, "gofmt", "-l", "analyzers/deepoffset")
	run(false, "go", "run", "./internal/cmd/gendocs")
	run(false, "go", "test", "./analyzers", "./analyzers/deepoffset", "./internal/cmd/gendocs", "-short=false", "-skip=TestAddingARule")
	rules, err := os.ReadFile(filepath.Join(dir, "docs/rules.md"))
	if err != nil || !strings.Contains(string(rules), "## deepoffset") {
		t.Errorf("docs/rules.md has no deepoffset: %v", err)
	}
	// Without the rule's code its tests fail.
	code := filepath.Join(dir, "analyzers/deepoffset/deepoffset.go")
	text, err := os.ReadFile(code)
	if err != nil {
		t.Fatal(err)
	}
	broken := strings.Replace(string(text), "l.Offset == nil", "l.Offset != nil || l.Offset == nil", 1)
	if err := os.WriteFile(code, []byte(broken), 0o666); err != nil {
		t.Fatal(err)
	}
	if out := run(true, "go", "test", "./analyzers/deepoffset"); !strings.Contains(out, "no finding in the bad example") {
		t.Errorf("a broken rule fails otherwise:\n%s", out)
	}
}

// checkout copies the repository's files, as git knows them and as they are.
func checkout(t *testing.T) string {
	t.Helper()
	list := exec.Command("git", "ls-files", "-z", "--cached", "--others", "--exclude-standard")
	list.Dir = root
	out, err := list.Output()
	if err != nil {
		t.Skipf("git ls-files: %v", err)
	}
	dir := t.TempDir()
	for name := range strings.SplitSeq(strings.TrimSuffix(string(out), "\x00"), "\x00") {
		data, err := os.ReadFile(filepath.Join(root, name))
		if err != nil {
			continue // deleted, and not yet committed
		}
		path := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o777); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, data, 0o666); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

// register adds the lines of the page's diff to the registry, before the first
// line of their kind that comes later in the alphabet.
func register(t *testing.T, dir, page string) {
	t.Helper()
	path := filepath.Join(dir, "analyzers/suite.go")
	suite, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	text := string(suite)
	_, diff, _ := strings.Cut(page, "```diff\n")
	diff, _, _ = strings.Cut(diff, "```")
	for line := range strings.Lines(diff) {
		line = strings.TrimPrefix(line, "+")
		kind := line[:strings.Index(line, "deepoffset")]
		lines := strings.SplitAfter(text, "\n")
		for i, l := range lines {
			if strings.HasPrefix(l, kind) && l > line {
				lines[i] = line + l
				break
			}
		}
		text = strings.Join(lines, "")
	}
	if strings.Count(text, "deepoffset") != 2 {
		t.Fatalf("the registry's lines are not added:\n%s", text)
	}
	if err := os.WriteFile(path, []byte(text), 0o666); err != nil {
		t.Fatal(err)
	}
}

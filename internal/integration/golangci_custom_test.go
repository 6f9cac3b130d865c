package integration

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestGolangciLintCustom follows docs/golangci-lint.md with the example files:
// "golangci-lint custom", then the program that it built. It clones
// golangci-lint from github.com; here a repository made of the module cache
// stands in.
func TestGolangciLintCustom(t *testing.T) {
	root := repository(t)
	const line = "version: v0.1.0"
	custom := read(t, filepath.Join(root, "docs", "examples", "custom-gcl.yml"))
	if !strings.Contains(custom, "    "+line+"\n") {
		t.Fatalf("docs/examples/custom-gcl.yml has no line %q:\n%s", line, custom)
	}
	dir := module(t, map[string]string{
		"app.go":          bad,
		".golangci.yml":   read(t, filepath.Join(root, "docs", "examples", "golangci.yml")),
		".custom-gcl.yml": strings.Replace(custom, line, "path: "+root, 1),
	})
	origin := golangciRepository(t)
	out, code := run(t, command(t, dir, gclBinary(t), "custom", "-v").with(
		"GIT_CONFIG_COUNT=1",
		"GIT_CONFIG_KEY_0=url.file://"+origin+".insteadOf",
		"GIT_CONFIG_VALUE_0=https://github.com/golangci/golangci-lint.git",
		"TMPDIR="+t.TempDir(),
	))
	if code != 0 {
		t.Fatalf("golangci-lint custom: exit code %d\n%s", code, out)
	}
	out, code = run(t, command(t, dir, filepath.Join(dir, "golangci-lint-sqlvet"), "run", "./...").with("GOLANGCI_LINT_CACHE="+t.TempDir()))
	if code != 1 {
		t.Errorf("exit code %d, want 1 for findings", code)
	}
	contains(t, out, "app.go:6:26: selectstar: ", "app.go:6:45: nonsargable: ")
}

// golangciRepository makes a git repository of the golangci-lint in the module
// cache, with the tag of its version.
func golangciRepository(t *testing.T) string {
	t.Helper()
	const module = "github.com/golangci/golangci-lint/v2"
	out, code := run(t, command(t, ".", "go", "list", "-m", "-f", "{{.Dir}}\n{{.Version}}", module))
	if code != 0 {
		t.Fatal(out)
	}
	src, version, _ := strings.Cut(strings.TrimSpace(out), "\n")
	dir := filepath.Join(t.TempDir(), "golangci-lint")
	if err := os.CopyFS(dir, os.DirFS(src)); err != nil {
		t.Fatal(err)
	}
	for _, args := range [][]string{
		{"init", "-q"},
		{"add", "-A", "-f"},
		{"-c", "user.name=test", "-c", "user.email=test@example.com", "commit", "-q", "-m", version},
		{"tag", version},
	} {
		if out, code := run(t, command(t, dir, "git", args...)); code != 0 {
			t.Fatalf("git %v: %s", args, out)
		}
	}
	return dir
}

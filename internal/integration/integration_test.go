// Package integration runs sqlvet in the programs that it is a guest of:
// golangci-lint, gopls, editors, and "go vet" with a shared cache. Each is
// built or started for real, which takes minutes and the module proxy; that is
// why this is a module of its own, which .ci/run leaves out when it is to be
// quick.
package integration

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
)

// bins is where the programs under test are built: SQLVET_INTEGRATION_BIN, so
// that a developer need not build gopls for each run, or a temporary
// directory. The go command builds only what changed.
var bins string

func TestMain(m *testing.M) {
	if dir := os.Getenv(cacheProgramEnv); dir != "" {
		if err := cacheProgram(dir); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		os.Exit(0)
	}
	os.Exit(func() int {
		bins = os.Getenv("SQLVET_INTEGRATION_BIN")
		if bins == "" {
			dir, err := os.MkdirTemp("", "sqlvet-integration")
			if err != nil {
				fmt.Fprintln(os.Stderr, err)
				return 1
			}
			defer os.RemoveAll(dir)
			bins = dir
		}
		return m.Run()
	}())
}

// builder returns a function that builds a program once and returns its path.
func builder(name, dir, pkg string) func() (string, error) {
	return sync.OnceValues(func() (string, error) {
		exe := filepath.Join(bins, name)
		cmd := exec.Command("go", "build", "-o", exe, pkg)
		cmd.Dir = dir
		if out, err := cmd.CombinedOutput(); err != nil {
			return "", fmt.Errorf("building %s: %v\n%s", name, err, out)
		}
		return exe, nil
	})
}

var (
	buildGCL    = builder("golangci-lint", ".", "./golangci")
	buildSqlvet = builder("sqlvet", "../..", "./cmd/sqlvet")
)

func gclBinary(t *testing.T) string    { return must(t, buildGCL) }
func sqlvetBinary(t *testing.T) string { return must(t, buildSqlvet) }

func must(t *testing.T, f func() (string, error)) string {
	t.Helper()
	s, err := f()
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// repository returns the directory of sqlvet's own sources.
func repository(t *testing.T) string {
	t.Helper()
	dir, err := filepath.Abs("../..")
	if err != nil {
		t.Fatal(err)
	}
	return dir
}

// module writes a module of the files into a repository of its own, whose
// package stands at the top, and returns its directory.
func module(t *testing.T, files map[string]string) string {
	t.Helper()
	dir := t.TempDir()
	if real, err := filepath.EvalSymlinks(dir); err == nil {
		dir = real
	}
	write(t, dir, "go.mod", "module example.com/app\n\ngo 1.26\n")
	write(t, dir, ".git/HEAD", "") // settings are searched up to here
	for name, content := range files {
		write(t, dir, name, content)
	}
	return dir
}

func write(t testing.TB, dir, name, content string) {
	t.Helper()
	path := filepath.Join(dir, name)
	if err := os.MkdirAll(filepath.Dir(path), 0o777); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(content), 0o666); err != nil {
		t.Fatal(err)
	}
}

func read(t testing.TB, path string) string {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

// A cmd is a command that is about to be run.
type cmd struct{ *exec.Cmd }

func command(t testing.TB, dir, exe string, args ...string) cmd {
	t.Helper()
	c := exec.CommandContext(t.Context(), exe, args...)
	c.Dir = dir
	c.Env = append(os.Environ(), "NO_COLOR=1", "GOWORK=off")
	return cmd{c}
}

// with adds settings of the environment.
func (c cmd) with(env ...string) cmd {
	c.Env = append(c.Env, env...)
	return c
}

// run returns what the command printed on both outputs, and its exit code.
func run(t *testing.T, c cmd) (out string, code int) {
	t.Helper()
	data, err := c.CombinedOutput()
	if exit := (*exec.ExitError)(nil); err != nil && !errors.As(err, &exit) {
		t.Fatalf("%v: %v", c.Args, err)
	}
	return string(data), c.ProcessState.ExitCode()
}

// contains reports the parts that the text lacks.
func contains(t *testing.T, text string, parts ...string) {
	t.Helper()
	for _, part := range parts {
		if !strings.Contains(text, part) {
			t.Errorf("want %q in\n%s", part, text)
		}
	}
}

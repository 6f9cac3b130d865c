package integration

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// editor returns the path of an editor. CI installs them; elsewhere a test of
// one that is not there is left out.
func editor(t *testing.T, name string) string {
	t.Helper()
	path, err := exec.LookPath(name)
	if err != nil {
		if os.Getenv("CI") != "" {
			t.Fatalf("no %s on PATH", name)
		}
		t.Skipf("no %s on PATH", name)
	}
	return path
}

// TestEditors has real editors show findings and apply a fix, which the script
// of each checks; here only what it leaves behind is.
func TestEditors(t *testing.T) {
	editors := []struct {
		name, exe string
		args      []string
	}{
		{"neovim", "nvim", []string{"--headless", "-u", "NONE", "-n", "-S"}},
		{"eglot", "emacs", []string{"--batch", "-l"}},
	}
	scripts := map[string]string{"neovim": "neovim.lua", "eglot": "eglot.el"}
	for _, e := range editors {
		for _, w := range ways {
			t.Run(e.name+" "+w.name, func(t *testing.T) {
				exe := editor(t, e.exe)
				script, err := filepath.Abs(filepath.Join("testdata", scripts[e.name]))
				if err != nil {
					t.Fatal(err)
				}
				// Neovim 0.7 hands back columns in bytes as if they were UTF-16.
				orders := strings.Replace(orders, "/* 𝛑 */ ", "", 1)
				dir := module(t, map[string]string{"orders.go": orders})
				server := strings.Join(append([]string{w.exe(t)}, w.args...), " ")
				env := append(w.env(t), "SERVER="+server, "XDG_STATE_HOME="+t.TempDir(), "XDG_CACHE_HOME="+t.TempDir())
				out, code := run(t, command(t, dir, exe, append(e.args, script)...).with(env...))
				if code != 0 {
					t.Fatalf("exit code %d\n%s", code, out)
				}
				contains(t, out, "nonsargable")
				if got, want := read(t, filepath.Join(dir, "orders.go")), strings.Replace(orders, slowDate, fastDate, 1); got != want {
					t.Errorf("the file is now\n%s", got)
				}
			})
		}
	}
}

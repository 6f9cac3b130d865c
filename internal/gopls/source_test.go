package gopls

import (
	"go/parser"
	"go/token"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// TestAlter changes the sources of each supported gopls, whether or not this
// Go can build it.
func TestAlter(t *testing.T) {
	if testing.Short() {
		t.Skip("downloads gopls")
	}
	env, err := goEnv("GOMODCACHE")
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range releases {
		t.Run(r.version, func(t *testing.T) {
			// It fails, once it has downloaded, if this Go is too old.
			cmd := exec.Command("go", "mod", "download", "-json", goplsModule+"@"+r.version)
			cmd.Dir = t.TempDir()
			out, _ := cmd.Output()
			src := filepath.Join(env["GOMODCACHE"], filepath.FromSlash(goplsModule)+"@"+r.version)
			mod, err := os.ReadFile(filepath.Join(src, "go.mod"))
			if err != nil {
				t.Fatalf("%v\n%s", err, out)
			}
			for _, line := range []string{"go " + strings.TrimPrefix(r.golang, "go"), "\t" + toolsModule + " " + r.tools} {
				if !strings.Contains(string(mod), line+"\n") {
					t.Errorf("go.mod has no line %q:\n%s", line, mod)
				}
			}
			dir := t.TempDir()
			if err := copyTree(dir, src); err != nil {
				t.Fatal(err)
			}
			if err := alter(dir); err != nil {
				t.Fatal(err)
			}
			main, err := os.ReadFile(filepath.Join(dir, "main.go"))
			if err != nil {
				t.Fatal(err)
			}
			for _, off := range []string{"ReportCrashes: false,", "Upload:        false,"} {
				if !strings.Contains(string(main), off) {
					t.Errorf("main.go has no %q", off)
				}
			}
			for _, p := range patches {
				if _, err := parser.ParseFile(token.NewFileSet(), filepath.Join(dir, p.file), nil, 0); err != nil {
					t.Error(err)
				}
			}
			if err := alter(dir); err == nil || !strings.Contains(err.Error(), "want one") {
				t.Errorf("altering twice: %v, want an error that says what does not match", err)
			}
		})
	}
}

package main

import (
	"bytes"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// TestDemo runs the command on the demo service and compares what it finds
// with the golden file; the lines that the README shows must be among them.
func TestDemo(t *testing.T) {
	if testing.Short() {
		t.Skip("downloads the demo's modules")
	}
	shop, err := filepath.Abs("../../examples/shop")
	if err != nil {
		t.Fatal(err)
	}
	bin := filepath.Join(t.TempDir(), "sqlvet")
	if out, err := exec.Command("go", "build", "-o", bin, ".").CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	cmd := exec.Command(bin, "-c", "-1", "./...")
	cmd.Dir = shop
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	var exit *exec.ExitError
	if !errors.As(err, &exit) || exit.ExitCode() != 1 {
		t.Fatalf("want exit code 1 for findings, have %v\n%s", err, &stderr)
	}
	var findings []string
	for line := range strings.Lines(string(out)) {
		if !strings.HasPrefix(line, "\t") {
			findings = append(findings, line)
		}
	}
	golden := filepath.Join(shop, "findings.golden")
	got := strings.Join(findings, "")
	if *update {
		if err := os.WriteFile(golden, []byte(got), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	if got != string(want) {
		t.Errorf("findings differ from %s (go test -run Demo -update)\ngot:\n%s", golden, got)
	}
	readme, err := os.ReadFile("../../README.md")
	if err != nil {
		t.Fatal(err)
	}
	shown := 0
	for line := range strings.Lines(string(readme)) {
		line, ok := strings.CutPrefix(line, "    internal/")
		if !ok {
			continue
		}
		shown++
		if !strings.Contains(got, "internal/"+line) {
			t.Errorf("README.md shows a finding that there is not: %s", line)
		}
	}
	if shown < 3 {
		t.Errorf("README.md shows %d findings, want at least 3", shown)
	}
}

package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"go.yaml.in/yaml/v3"
)

// TestAction runs the script of the GitHub Action with a sqlvet that prints
// its arguments.
func TestAction(t *testing.T) {
	if _, err := exec.LookPath("bash"); err != nil {
		t.Skip("no bash")
	}
	data, err := os.ReadFile("../../action.yml")
	if err != nil {
		t.Fatal(err)
	}
	var action struct {
		Inputs map[string]struct{ Default string }
		Runs   struct{ Steps []struct{ Run string } }
	}
	if err := yaml.Unmarshal(data, &action); err != nil {
		t.Fatal(err)
	}
	steps := action.Runs.Steps
	if len(steps) != 2 || !strings.Contains(steps[0].Run, " go install ") {
		t.Fatalf("steps are %q", steps)
	}
	gopath := t.TempDir()
	if err := os.Mkdir(filepath.Join(gopath, "bin"), 0o777); err != nil {
		t.Fatal(err)
	}
	const stub = "#!/bin/sh\nfor a; do echo \"[$a]\"; done\nexit 1\n"
	if err := os.WriteFile(filepath.Join(gopath, "bin", "sqlvet"), []byte(stub), 0o777); err != nil {
		t.Fatal(err)
	}
	tests := []struct {
		name string
		env  []string
		file string // that the output is in; "" for standard output
		want string
	}{
		{"defaults", []string{"FORMAT=" + action.Inputs["format"].Default, "PACKAGES=" + action.Inputs["packages"].Default}, "", "[-format] [github] [./...]"},
		{"pull request", []string{"FORMAT=github", "PACKAGES=./a ./b", "BASE=0123"}, "", "[-format] [github] [-new-from] [0123] [./a] [./b]"},
		{"file", []string{"FORMAT=sarif", "PACKAGES=./...", "ARGS=-baseline b.json", "OUTPUT=out.sarif"}, "out.sarif", "[-format] [sarif] [-baseline] [b.json] [./...]"},
		{"no code", []string{"FORMAT=github", "PACKAGES=$(touch x) ;*"}, "", "[-format] [github] [$(touch] [x)] [;*]"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			dir := t.TempDir()
			cmd := exec.Command("bash", "-e", "-o", "pipefail", "-c", steps[1].Run)
			cmd.Dir = dir
			cmd.Env = append(os.Environ(), append(test.env, "GOPATH="+gopath)...)
			out, err := cmd.Output()
			if exit, ok := err.(*exec.ExitError); !ok || exit.ExitCode() != 1 {
				t.Errorf("exit code of sqlvet is lost: %v", err)
			}
			if test.file != "" {
				if out, err = os.ReadFile(filepath.Join(dir, test.file)); err != nil {
					t.Fatal(err)
				}
			}
			if got := strings.Join(strings.Fields(string(out)), " "); got != test.want {
				t.Errorf("got %s, want %s", got, test.want)
			}
		})
	}
}

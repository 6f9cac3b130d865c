package driver

import (
	"bytes"
	"flag"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/sqlvet/sqlvet/analyzers"
	"github.com/sqlvet/sqlvet/internal/cli"
	"github.com/sqlvet/sqlvet/internal/run"
	"github.com/sqlvet/sqlvet/internal/verbs/shell"
)

func testCommand() (*cli.Command, *bytes.Buffer) {
	var out bytes.Buffer
	return &cli.Command{Rules: analyzers.Rules, Verbs: verbs(), Stdout: &out, Stderr: &out}, &out
}

// TestFlagDocs checks that help, manual and completion name the flags that
// there are.
func TestFlagDocs(t *testing.T) {
	c, _ := testCommand()
	fs := cli.NewFlagSet()
	run.AddCheckFlags(c, fs, run.ModeCheck, new(run.Options))
	var have, want []string
	for _, d := range cli.FlagDocs()[1:] {
		have = append(have, strings.TrimPrefix(d.Name(), "-"))
	}
	fs.VisitAll(func(f *flag.Flag) {
		_, rule := find(analyzers.Names(c.Rules), f.Name)
		if !rule && !strings.HasPrefix(f.Name, "sqlvet") {
			want = append(want, f.Name)
		}
	})
	slices.Sort(have)
	if !slices.Equal(have, want) {
		t.Errorf("documented are %v, there are %v", have, want)
	}
}

// find returns the rule that a flag belongs to: "-RULE" or "-RULE.FLAG".
func find(rules []string, name string) (string, bool) {
	rule, _, _ := strings.Cut(name, ".")
	return rule, slices.Contains(rules, rule)
}

// TestBashCompletion asks bash itself.
func TestBashCompletion(t *testing.T) {
	bash, err := exec.LookPath("bash")
	if err != nil {
		t.Skip("no bash")
	}
	dir := t.TempDir()
	if err := os.Mkdir(filepath.Join(dir, "internal"), 0o777); err != nil {
		t.Fatal(err)
	}
	c, out := testCommand()
	if code := shell.Completion(c, []string{"bash"}); code != cli.ExitClean {
		t.Fatal(out)
	}
	tests := []struct {
		line string // the last word is completed
		want string
	}{
		{"sqlvet ver", "version"},
		{"sqlvet int", "internal"},
		{"sqlvet -new", "-new-from"},
		{"sqlvet ./... -nplus", "-nplusone"},
		{"sqlvet -format sa", "sarif"},
		{"sqlvet baseline c", "check"},
		{"sqlvet baseline check -bas", "-baseline"},
		{"sqlvet baseline check -format che", "checkstyle"},
		{"sqlvet help select", "selectstar"},
		{"sqlvet completion z", "zsh"},
		{"sqlvet completion in", ""}, // no files
		{"sqlvet baseline w", "write"},
		{"sqlvet baseline write in", "internal"},
		{"sqlvet init -", "-force"},
		{"sqlvet zzz", ""},
	}
	for _, test := range tests {
		words := strings.Fields(test.line)
		script := out.String() + "\nCOMP_WORDS=(" + test.line + ") COMP_CWORD=" + string(rune('0'+len(words)-1)) + "\n_sqlvet\nprintf '%s\\n' \"${COMPREPLY[@]}\"\n"
		cmd := exec.Command(bash, "--norc", "-c", script)
		cmd.Dir = dir
		got, err := cmd.CombinedOutput()
		if err != nil || strings.Join(strings.Fields(string(got)), " ") != test.want {
			t.Errorf("%s: %q, %v, want %q", test.line, got, err, test.want)
		}
	}
}

// TestCompletionSyntax has each shell that is there read its script.
func TestCompletionSyntax(t *testing.T) {
	for _, sh := range shell.Shells {
		c, out := testCommand()
		if code := shell.Completion(c, []string{sh}); code != cli.ExitClean {
			t.Fatal(out)
		}
		for _, name := range append(analyzers.Names(analyzers.Rules), "new-from", "baseline", "sarif") {
			if !strings.Contains(out.String(), name) {
				t.Errorf("%s: %s is missing", sh, name)
			}
		}
		path, err := exec.LookPath(sh)
		if err != nil {
			t.Logf("no %s", sh)
			continue
		}
		file := filepath.Join(t.TempDir(), "script")
		if err := os.WriteFile(file, out.Bytes(), 0o666); err != nil {
			t.Fatal(err)
		}
		if msg, err := exec.Command(path, "-n", file).CombinedOutput(); err != nil {
			t.Errorf("%s: %v: %s", sh, err, msg)
		}
	}
	c, _ := testCommand()
	if shell.Completion(c, []string{"tcsh"}) != cli.ExitFailed || shell.Completion(c, nil) != cli.ExitFailed {
		t.Error("no error for an unknown shell")
	}
}

// TestMan checks that the page has every verb and flag, and no line that troff
// would take for a request of its own.
func TestMan(t *testing.T) {
	c, out := testCommand()
	if shell.Man(c, nil) != cli.ExitClean {
		t.Fatal(out)
	}
	page := out.String()
	for _, v := range verbs() {
		if !strings.Contains(page, ".B sqlvet "+v.Name+"\n") {
			t.Errorf("no verb %s", v.Name)
		}
	}
	for _, d := range cli.FlagDocs() {
		if !strings.Contains(page, ".B "+strings.ReplaceAll(d.Form, "-", `\-`)+"\n") {
			t.Errorf("no flag %s", d.Form)
		}
	}
	requests := []string{".TH ", ".SH ", ".TP", ".B ", ".br"}
	for line := range strings.Lines(page) {
		if line[0] == '.' && !slices.ContainsFunc(requests, func(r string) bool { return strings.HasPrefix(line, r) }) || line[0] == '\'' {
			t.Errorf("request %q", line)
		}
	}
}

package plugin

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/golangci/plugin-module-register/register"
	"golang.org/x/tools/go/analysis"

	"github.com/sqlvet/sqlvet/analyzers"
)

func TestSettings(t *testing.T) {
	all := analyzers.Names(analyzers.Rules)
	without := slices.DeleteFunc(slices.Clone(all), func(n string) bool { return n == "selectstar" })
	tests := []struct {
		name string
		raw  any // as golangci-lint decodes YAML
		want []string
		err  string
	}{
		{name: "none", want: all},
		{name: "empty", raw: map[string]any{}, want: all},
		{name: "enable", raw: map[string]any{"enable": []any{"selectstar"}}, want: []string{"selectstar"}},
		{name: "disable", raw: map[string]any{"disable": []any{"selectstar"}}, want: without},
		{name: "unknown key", raw: map[string]any{"enabled": []any{}}, err: `unknown field "enabled"`},
		{name: "unknown rule", raw: map[string]any{"disable": []any{"selectstr"}}, err: `unknown rule "selectstr" (did you mean "selectstar"?)`},
		{name: "none left", raw: map[string]any{"disable": toAny(all)}, err: "the settings leave no rule to run"},
	}
	t.Chdir(repository(t))
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			l, err := New(test.raw)
			if test.err != "" {
				if err == nil || !strings.Contains(err.Error(), test.err) {
					t.Errorf("have error %v, want %s", err, test.err)
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			list := build(t, l)
			if got := names(list[:len(list)-2]); !slices.Equal(got, test.want) {
				t.Errorf("rules are %v, want %v", got, test.want)
			}
			if list[len(list)-2].Name != analyzers.IgnoresName || !strings.HasPrefix(list[len(list)-1].Name, "sqlvetinputs_") {
				t.Errorf("the last two are %v", names(list[len(list)-2:]))
			}
			if err := analysis.Validate(list); err != nil {
				t.Error(err)
			}
		})
	}
}

func toAny(list []string) []any {
	out := make([]any, len(list))
	for i, s := range list {
		out[i] = s
	}
	return out
}

// TestSalt expects the last analyzer's name, and nothing else, to change with
// the configuration; and a faulty one to be an error.
func TestSalt(t *testing.T) {
	dir := repository(t)
	t.Chdir(dir)
	l, err := New(nil)
	if err != nil {
		t.Fatal(err)
	}
	before := names(build(t, l))
	file := filepath.Join(dir, ".sqlvet.yml")
	write(t, file, "rules: { migrations: off }\n")
	after := names(build(t, l))
	n := len(before) - 1
	if before[n] == after[n] || !slices.Equal(before[:n], after[:n]) {
		t.Errorf("analyzers are %v, then %v: want the last to differ", before, after)
	}
	write(t, file, "rulez: {}\n")
	if _, err := l.BuildAnalyzers(); err == nil || !strings.Contains(err.Error(), `unknown key "rulez"`) {
		t.Errorf("faulty configuration: have error %v", err)
	}
}

func build(t *testing.T, l register.LinterPlugin) []*analysis.Analyzer {
	t.Helper()
	list, err := l.BuildAnalyzers()
	if err != nil {
		t.Fatal(err)
	}
	return list
}

func names(list []*analysis.Analyzer) []string {
	out := make([]string, len(list))
	for i, a := range list {
		out[i] = a.Name
	}
	return out
}

// repository returns a directory above which no settings are searched.
func repository(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	write(t, filepath.Join(dir, ".git"), "")
	write(t, filepath.Join(dir, "go.mod"), "module m\n")
	return dir
}

func write(t *testing.T, path, content string) {
	t.Helper()
	if err := os.WriteFile(path, []byte(content), 0o666); err != nil {
		t.Fatal(err)
	}
}

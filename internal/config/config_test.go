package config

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestParse(t *testing.T) {
	tests := []struct {
		name, content string
		want          string // "dialect generated rule=on,…" or the error after the path
	}{
		{"empty", "", "unknown false"},
		{"comments", "# nothing\n", "unknown false"},
		{"document", "---\n", "unknown false"},
		{"all keys", "dialect: mysql\ngenerated: on\nrules:\n  selectstar: off\n  nonsargable: true\n", "mysql true nonsargable=true selectstar=false"},
		{"auto", "dialect: auto\n", "unknown false"},
		{"rules empty", "rules:\n#  selectstar: off\n", "unknown false"},
		{"unknown key", "\n\nrulez: {}\n", `:3: unknown key "rulez" (did you mean "rules"?)`},
		{"unknown key, nothing near", "colour: red\n", `:1: unknown key "colour"`},
		{"dialect", "dialect: oracle\n", `:1: dialect is "oracle", want one of postgres, mysql, sqlite, unknown, auto`},
		{"not on or off", "rules:\n  selectstar: maybe\n", `:2: selectstar is "maybe", want on or off`},
		{"key twice", "dialect: mysql\ndialect: mysql\n", `:2: key "dialect" given twice`},
		{"list", "- dialect\n", `:1: want keys with values (name: value)`},
		{"rules as list", "rules:\n  - selectstar\n", `:2: want keys with values (name: value)`},
		{"not YAML", "rules: {\n", `: line 1: did not find expected node content`},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			path := write(t, t.TempDir(), Name, test.content)
			cfg, err := Load(path)
			var got string
			if err != nil {
				got = strings.TrimPrefix(err.Error(), path)
			} else {
				got = show(cfg)
			}
			if got != test.want {
				t.Errorf("got  %s\nwant %s", got, test.want)
			}
		})
	}
}

func show(c *Config) string {
	dialect := c.Dialect
	if dialect == "" {
		dialect = "unknown"
	}
	parts := []string{dialect, map[bool]string{true: "true", false: "false"}[c.Generated]}
	for _, name := range []string{"nonsargable", "selectstar"} {
		if s, ok := c.Rules[name]; ok {
			parts = append(parts, name+"="+map[bool]string{true: "true", false: "false"}[s.On])
		}
	}
	return strings.Join(parts, " ")
}

func TestCheck(t *testing.T) {
	path := write(t, t.TempDir(), Name, "rules:\n  selectstar: off\n  nonsargible: off\n  zzz: off\n")
	cfg, err := Load(path)
	if err != nil {
		t.Fatal(err)
	}
	err = cfg.Check([]string{"nonsargable", "selectstar"})
	if want := path + `:3: unknown rule "nonsargible" (did you mean "nonsargable"?)`; err == nil || err.Error() != want {
		t.Errorf("got  %v\nwant %s", err, want)
	}
	if err := cfg.Check([]string{"nonsargible", "selectstar", "zzz"}); err != nil {
		t.Error(err)
	}
	if cfg.Enabled("selectstar") || !cfg.Enabled("another") {
		t.Error("selectstar is enabled, or another rule is not")
	}
}

func TestFind(t *testing.T) {
	top := t.TempDir()
	mkdir(t, top, "repo/.git")
	mkdir(t, top, "repo/mod/pkg/deep")
	mkdir(t, top, "repo/plain")
	write(t, top, Name, "dialect: sqlite\n")
	write(t, top, "repo/mod/go.mod", "module m\n")
	find := func(dir string) string {
		t.Helper()
		_, path, err := Find(filepath.Join(top, dir))
		if err != nil {
			t.Fatal(err)
		}
		rel, _ := filepath.Rel(top, path)
		return filepath.ToSlash(rel)
	}
	// A repository never gets the settings of what it lies in.
	for _, dir := range []string{"repo/plain", "repo/mod/pkg/deep"} {
		if _, path, err := Find(filepath.Join(top, dir)); path != "" || err != nil {
			t.Errorf("%s: found %s, %v", dir, path, err)
		}
	}
	write(t, top, "repo/"+Name, "dialect: postgres\n")
	write(t, top, "repo/mod/pkg/"+Name, "dialect: mysql\n")
	tests := []struct{ dir, want string }{
		{"repo/plain", "repo/.sqlvet.yml"},
		{"repo/mod", "repo/.sqlvet.yml"}, // across go.mod
		{"repo/mod/pkg/deep", "repo/mod/pkg/.sqlvet.yml"},
		{".", ".sqlvet.yml"},
	}
	for _, test := range tests {
		if got := find(test.dir); got != test.want {
			t.Errorf("%s: got %s, want %s", test.dir, got, test.want)
		}
	}
	write(t, top, "repo/mod/pkg/"+Name, "dialct: mysql\n")
	if _, _, err := Find(filepath.Join(top, "repo/mod/pkg/deep")); err == nil {
		t.Error("no error for a faulty nearest file")
	}
}

func TestDigest(t *testing.T) {
	top := t.TempDir()
	mkdir(t, top, ".git")
	for _, dir := range []string{"m/a", "m/b", "m/.hidden", "m/testdata", "m/vendor", "m/node_modules"} {
		mkdir(t, top, dir)
	}
	write(t, top, "m/go.mod", "module m\n")
	from := filepath.Join(top, "m/a")
	last := Digest(from)
	// change reports whether the digest differs from what it was.
	change := func(file, content string) bool {
		write(t, top, file, content)
		was := last
		last = Digest(from)
		return last != was
	}
	steps := []struct {
		file, content string
		want          bool
	}{
		{"m/a/" + Name, "dialect: mysql\n", true},
		{"m/a/" + Name, "dialect: mysql\n", false},
		{"m/a/" + Name, "dialect: sqlite\n", true},
		{"m/b/" + Name, "", true}, // beside: ../b is a pattern, too
		{Name, "", true},          // above
		{"m/a/other.yml", "", false},
		{"m/.hidden/" + Name, "", false},
		{"m/testdata/" + Name, "", false},
		{"m/vendor/" + Name, "", false},
		{"m/node_modules/" + Name, "", false},
	}
	for _, step := range steps {
		if got := change(step.file, step.content); got != step.want {
			t.Errorf("%s %q: changed = %t", step.file, step.content, got)
		}
	}
}

func TestHint(t *testing.T) {
	known := []string{"nonsargable", "selectstar", "sqlparse"}
	tests := []struct{ name, want string }{
		{"selectstr", ` (did you mean "selectstar"?)`},
		{"select-star", ` (did you mean "selectstar"?)`},
		{"slqparse", ` (did you mean "sqlparse"?)`},
		{"x", ""},
		{"", ""},
		{"unrelated", ""},
	}
	for _, test := range tests {
		if got := Hint(test.name, known); got != test.want {
			t.Errorf("Hint(%q) = %q, want %q", test.name, got, test.want)
		}
	}
}

func mkdir(t *testing.T, elem ...string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Join(elem...), 0o777); err != nil {
		t.Fatal(err)
	}
}

func write(t *testing.T, dir, name, content string) string {
	t.Helper()
	path := filepath.Join(dir, name)
	if err := os.WriteFile(path, []byte(content), 0o666); err != nil {
		t.Fatal(err)
	}
	return path
}

package integration

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// golangci runs the golangci-lint that has sqlvet inside.
func golangci(t *testing.T, dir, cache string, args ...string) (out string, code int) {
	t.Helper()
	return run(t, command(t, dir, gclBinary(t), args...).with("GOLANGCI_LINT_CACHE="+cache))
}

// lint runs it as text, one finding a line.
func lint(t *testing.T, dir, cache string, args ...string) (out string, code int) {
	t.Helper()
	return golangci(t, dir, cache, append([]string{"run", "--output.text.print-issued-lines=false", "--show-stats=false"}, args...)...)
}

const golangciConfig = `version: "2"
linters:
  default: none
  enable: [sqlvet]
  settings:
    custom:
      sqlvet: { type: module, description: slow database code }
`

// bad is a package with a finding of selectstar and one of nonsargable, and
// related places with the former.
const bad = `package app

import "database/sql"

func names(db *sql.DB) (*sql.Rows, error) {
	return db.Query("SELECT * FROM users WHERE lower(email) = $1 -- pgx", "x")
}
`

func TestGolangciLint(t *testing.T) {
	tests := []struct {
		name     string
		settings string // of the plugin, as YAML
		sqlvet   string // .sqlvet.yml
		want     []string
		code     int
	}{
		{name: "all rules", want: []string{
			"app.go:6:26: selectstar: query reads every column of users with *: list the columns that are used (sqlvet)",
			"app.go:6:45: nonsargable: a plain index on users.email cannot serve lower(email)",
		}, code: 1},
		{name: "disable", settings: "{ disable: [selectstar] }", want: []string{"app.go:6:45: nonsargable: "}, code: 1},
		{name: "enable", settings: "{ enable: [selectstar] }", want: []string{"app.go:6:26: selectstar: "}, code: 1},
		{name: "configuration", sqlvet: "rules: { selectstar: off, nonsargable: off }", code: 0},
		{name: "a rule that is no analyzer", sqlvet: "rules: { migrations: off, selectstar: off, nonsargable: off }", code: 0},
		{name: "unknown key", settings: "{ rules: [selectstar] }", want: []string{`unknown field "rules"`}, code: 3},
		{name: "unknown rule", settings: "{ enable: [selectstr] }", want: []string{`unknown rule "selectstr" (did you mean "selectstar"?)`}, code: 3},
		{name: "no rule left", settings: "{ enable: [selectstar], disable: [selectstar] }", want: []string{"the settings leave no rule to run"}, code: 3},
		{name: "wrong type", settings: "{ enable: selectstar }", want: []string{"cannot unmarshal string"}, code: 3},
		{name: "faulty configuration", sqlvet: "rulez: {}", want: []string{`.sqlvet.yml:1: unknown key "rulez" (did you mean "rules"?)`}, code: 3},
	}
	cache := t.TempDir()
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			config := golangciConfig + "issues: { uniq-by-line: false }\n"
			if test.settings != "" {
				config = strings.Replace(config, "database code }", "database code, settings: "+test.settings+" }", 1)
			}
			files := map[string]string{"app.go": bad, ".golangci.yml": config}
			if test.sqlvet != "" {
				files[".sqlvet.yml"] = test.sqlvet + "\n"
			}
			out, code := lint(t, module(t, files), cache, "./...")
			if code != test.code {
				t.Errorf("exit code %d, want %d\n%s", code, test.code, out)
			}
			contains(t, out, test.want...)
			if n := strings.Count(out, "app.go:"); code == 1 && n != len(test.want) {
				t.Errorf("want %d findings, have\n%s", len(test.want), out)
			}
		})
	}
}

// TestGolangciLintCache changes what findings depend on besides Go files, and
// expects them to change although the cache is warm.
func TestGolangciLintCache(t *testing.T) {
	dir := module(t, map[string]string{
		".golangci.yml": golangciConfig,
		"app.go": `package app

import (
	"database/sql"
	_ "embed"
)

//go:embed users.sql
var query string

func names(db *sql.DB) (*sql.Rows, error) { return db.Query(query, 1) }
`,
		"users.sql": "SELECT * FROM users WHERE id = $1",
	})
	cache := t.TempDir()
	steps := []struct {
		file, content string
		want          string // "" for no finding
	}{
		{"users.sql", "SELECT * FROM users WHERE id = $1", "users.sql:1:8: query reads every column of users"},
		{".sqlvet.yml", "rules: { selectstar: off }\n", ""},
		{".sqlvet.yml", "rules: { selectstar: on }\n", "users with *"},
		{"users.sql", "SELECT id, name FROM users WHERE id = $1", ""},
		{"users.sql", "SELECT * FROM logins WHERE id = $1", "logins with *"},
	}
	for _, step := range steps {
		write(t, dir, step.file, step.content)
		out, code := lint(t, dir, cache, "./...")
		if wantCode := min(len(step.want), 1); code != wantCode || !strings.Contains(out, step.want) {
			t.Errorf("%s is %q: exit code %d, want %d and %q\n%s", step.file, step.content, code, wantCode, step.want, out)
		}
	}
}

func TestGolangciLintFix(t *testing.T) {
	dir := module(t, map[string]string{
		".golangci.yml": golangciConfig,
		"app.go": `package app

import "database/sql"

func today(db *sql.DB, day string) (*sql.Rows, error) {
	return db.Query("SELECT id FROM orders WHERE placed_at::date = $1::date", day)
}
`,
	})
	cache := t.TempDir()
	if out, code := lint(t, dir, cache, "./..."); code != 1 {
		t.Fatalf("want a finding first\n%s", out)
	}
	if out, code := lint(t, dir, cache, "--fix", "./..."); code != 0 {
		t.Errorf("with --fix: exit code %d, want 0\n%s", code, out)
	}
	data, err := os.ReadFile(filepath.Join(dir, "app.go"))
	if err != nil {
		t.Fatal(err)
	}
	contains(t, string(data), "placed_at >= $1::date AND placed_at < $1::date + 1")
}

// TestGolangciLintNolint expects that golangci-lint applies //nolint itself,
// so that it can tell which comment has no effect.
func TestGolangciLintNolint(t *testing.T) {
	config := strings.Replace(golangciConfig, "enable: [sqlvet]", "enable: [sqlvet, nolintlint]", 1)
	config = strings.Replace(config, "  settings:\n", "  settings:\n    nolintlint: { allow-unused: false }\n", 1)
	dir := module(t, map[string]string{
		".golangci.yml": config,
		"app.go": `package app

import "database/sql"

func used(db *sql.DB) (*sql.Rows, error) {
	return db.Query("SELECT * FROM used -- $1", 1) //nolint:sqlvet
}

func unused(db *sql.DB) (*sql.Rows, error) {
	return db.Query("SELECT id FROM unused -- $1", 1) //nolint:sqlvet
}

func ignored(db *sql.DB) (*sql.Rows, error) {
	//sqlvet:ignore selectstar the whole row is wanted
	return db.Query("SELECT * FROM ignored -- $1", 1)
}

func bare(db *sql.DB) (*sql.Rows, error) {
	//sqlvet:ignore selectstar
	return db.Query("SELECT * FROM bare -- $1", 1)
}
`,
	})
	out, code := lint(t, dir, t.TempDir(), "./...")
	if code != 1 {
		t.Errorf("exit code %d, want 1", code)
	}
	contains(t, out,
		"app.go:10:52: directive `//nolint:sqlvet` is unused for linter \"sqlvet\" (nolintlint)",
		"app.go:19:2: sqlvetignore: sqlvet:ignore gives no reason; write //sqlvet:ignore RULE reason (sqlvet)",
	)
	if n := strings.Count(out, "app.go:"); n != 2 {
		t.Errorf("want 2 findings, have %d\n%s", n, out)
	}
}

func TestGolangciLintConfigVerify(t *testing.T) {
	root := repository(t)
	dir := module(t, map[string]string{".golangci.yml": read(t, filepath.Join(root, "docs", "examples", "golangci.yml"))})
	cache := t.TempDir()
	if out, code := golangci(t, dir, cache, "config", "verify"); code != 0 {
		t.Errorf("exit code %d\n%s", code, out)
	}
	out, code := golangci(t, dir, cache, "linters")
	if code != 0 {
		t.Errorf("exit code %d", code)
	}
	contains(t, out, "sqlvet: ")
}

package integration

import (
	"strings"
	"testing"
)

// mailbox has a finding that an index of the schema makes go away.
const mailbox = `package app

import "database/sql"

func mailbox(db *sql.DB, email string) (*sql.Rows, error) {
	return db.Query("SELECT id FROM users WHERE lower(email) = $1", email)
}
`

// A change is one of a file that is no Go file, and what is found after it.
type change struct {
	file, content string
	pattern       string // what a server that wants to hear of it has asked for
	findings      int
}

var changes = []change{
	{"migrations/1_users.up.sql", "CREATE TABLE users (id bigint PRIMARY KEY, email text NOT NULL);\n", "*.sql", 1},
	{"migrations/2_email.up.sql", "CREATE INDEX users_email ON users (lower(email));\n", "*.sql", 0},
	{"migrations/2_email.up.sql", "CREATE INDEX users_email ON users (upper(email));\n", "*.sql", 1},
	{".sqlvet.yml", "rules: { nonsargable: off, missingindex: off }\n", ".sqlvet.yml", 0},
	{".sqlvet.yml", "dialect: postgres\n", ".sqlvet.yml", 1},
	{"migrations/3_again.up.sql", "CREATE INDEX users_lower ON users (lower(email));\n", "*.sql", 0},
}

// TestStale changes a migration and the configuration, and expects each
// command's findings to change although its cache is warm.
func TestStale(t *testing.T) {
	cache := t.TempDir()
	commands := []struct {
		name string
		run  func(t *testing.T, dir string) (string, int)
	}{
		{"go vet", func(t *testing.T, dir string) (string, int) {
			return run(t, command(t, dir, "go", "vet", "-vettool="+sqlvetBinary(t), "./..."))
		}},
		{"sqlvet", func(t *testing.T, dir string) (string, int) {
			return run(t, command(t, dir, sqlvetBinary(t), "./..."))
		}},
		{"golangci-lint", func(t *testing.T, dir string) (string, int) { return lint(t, dir, cache, "./...") }},
	}
	for _, c := range commands {
		t.Run(c.name, func(t *testing.T) {
			dir := module(t, map[string]string{"app.go": mailbox, ".golangci.yml": golangciConfig})
			for _, step := range changes {
				write(t, dir, step.file, step.content)
				out, code := c.run(t, dir)
				if n := strings.Count(out, "cannot serve lower(email)"); n != step.findings || code != min(n, 1) {
					t.Errorf("%s is %q: %d findings and exit code %d, want %d\n%s", step.file, step.content, n, code, step.findings, out)
				}
			}
		})
	}
}

// TestEditorStale makes the same changes while a language server runs, and no
// Go file is touched; then it starts another one with the same cache.
func TestEditorStale(t *testing.T) {
	for _, w := range ways {
		t.Run(w.name, func(t *testing.T) {
			dir := module(t, map[string]string{"app.go": mailbox})
			env := w.env(t)
			c := connect(t, dir, nil, env, w.exe(t), w.args...)
			uri := c.open("app.go")
			c.wait(uri, rules, count(1))
			for _, step := range changes {
				c.changed(step.file, step.content, step.pattern)
				c.wait(uri, rules, count(step.findings))
			}
			write(t, dir, "migrations/3_again.up.sql", "")
			again := connect(t, dir, nil, env, w.exe(t), w.args...)
			again.open("app.go")
			again.wait(uri, rules, count(1))
		})
	}
}

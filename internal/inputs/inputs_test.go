package inputs

import (
	"os"
	"path/filepath"
	"runtime"
	"testing"
	"time"
)

func write(t *testing.T, dir, name, content string) {
	t.Helper()
	path := filepath.Join(dir, name)
	if err := os.MkdirAll(filepath.Dir(path), 0o777); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(content), 0o666); err != nil {
		t.Fatal(err)
	}
}

func TestDigest(t *testing.T) {
	top := t.TempDir()
	write(t, top, ".git/HEAD", "")
	write(t, top, "go.mod", "module m\n")
	write(t, top, "a/a.go", "package a\n")
	from := filepath.Join(top, "a")
	last := Digest(from)
	steps := []struct {
		file, content string
		changes       bool
	}{
		{".sqlvet.yml", "dialect: mysql\n", true},
		{"b/.sqlvet.yml", "dialect: mysql\n", true},
		{"a/query.sql", "SELECT 1", true},
		{"a/query.sql", "SELECT 10", true},
		{"migrations/1.up.sql", "CREATE TABLE t (id int)", true},
		{"a/a.go", "package a // changed\n", false}, // the drivers see to it
		{"a/notes.txt", "", false},
		{"web/node_modules/x/x.sql", "SELECT 1", false},
		{".cache/x.sql", "SELECT 1", false},
	}
	for _, step := range steps {
		write(t, top, step.file, step.content)
		now := Digest(from)
		if changed := now != last; changed != step.changes {
			t.Errorf("%s: digest changed is %t, want %t", step.file, changed, step.changes)
		}
		last = now
	}
}

func TestWatch(t *testing.T) {
	top := t.TempDir()
	write(t, top, ".git/HEAD", "")
	write(t, top, "go.mod", "module m\n")
	write(t, top, "a/a.go", "package a\n")
	dir := filepath.Join(top, "a")
	var w Watch
	first := w.Digest(dir)
	if first == "" || first != w.Digest(dir) {
		t.Fatalf("want the same digest twice, have %q and %q", first, w.Digest(dir))
	}
	write(t, top, ".sqlvet.yml", "dialect: mysql\n")
	for deadline := time.Now().Add(10 * time.Second); w.Digest(dir) == first; time.Sleep(digestAge / 5) {
		if time.Now().After(deadline) {
			t.Fatal("a changed configuration is not seen")
		}
	}
	for _, dir := range []string{
		filepath.Join(runtime.GOROOT(), "src", "database", "sql"),
		filepath.Join(top, "pkg", "mod", "example.com", "m@v1.2.3", "a"),
	} {
		if d := w.Digest(dir); d != "" {
			t.Errorf("%s: want no digest, have %q", dir, d)
		}
	}
}

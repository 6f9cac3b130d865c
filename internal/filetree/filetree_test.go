package filetree

import (
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
)

func finder() *Finder {
	return &Finder{
		Skip: func(name string) bool { return name == "vendor" },
		Want: func(name string) bool { return strings.HasSuffix(name, ".sql") },
	}
}

func write(t *testing.T, path string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o777); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, nil, 0o666); err != nil {
		t.Fatal(err)
	}
}

// age makes the directories look as if they had not changed for long.
func age(t *testing.T, top string) {
	t.Helper()
	old := time.Date(2020, 1, 1, 0, 0, 0, 0, time.UTC)
	for _, d := range []string{"", "a", "a/b", "vendor"} {
		if err := os.Chtimes(filepath.Join(top, d), old, old); err != nil {
			t.Fatal(err)
		}
	}
}

func TestFiles(t *testing.T) {
	top := t.TempDir()
	for _, name := range []string{"1.sql", "a/b/2.sql", "a/x.go", "vendor/3.sql"} {
		write(t, filepath.Join(top, name))
	}
	f := finder()
	check := func(want ...string) {
		t.Helper()
		for i, w := range want {
			want[i] = filepath.Join(top, w)
		}
		if got := f.Files(top); !slices.Equal(got, want) {
			t.Errorf("have %q\nwant %q", got, want)
		}
	}
	age(t, top)
	check("1.sql", "a/b/2.sql")
	write(t, filepath.Join(top, "a/b/4.sql"))
	check("1.sql", "a/b/2.sql", "a/b/4.sql")
	// What is remembered is too young to be believed, whatever the times say.
	write(t, filepath.Join(top, "a/b/5.sql"))
	check("1.sql", "a/b/2.sql", "a/b/4.sql", "a/b/5.sql")
	if err := os.RemoveAll(filepath.Join(top, "a")); err != nil {
		t.Fatal(err)
	}
	check("1.sql")
	if got := f.Files(filepath.Join(top, "missing")); len(got) > 0 {
		t.Errorf("a missing directory has %q", got)
	}
}

// What is remembered is used: a file that came without a trace is not seen.
func TestRemembers(t *testing.T) {
	top := t.TempDir()
	for _, name := range []string{"a/b/1.sql", "vendor/x"} {
		write(t, filepath.Join(top, name))
	}
	age(t, top)
	f := finder()
	first := f.Files(top)
	write(t, filepath.Join(top, "a/2.sql"))
	age(t, top)
	if got := f.Files(top); !slices.Equal(got, first) {
		t.Errorf("the tree was read again: %q", got)
	}
}

// TestGiven: what the user names is read if it has an end, and written where it
// stands.
func TestGiven(t *testing.T) {
	top := t.TempDir()
	repo := filepath.Join(top, "repo")
	if err := os.MkdirAll(filepath.Join(repo, ".git"), 0o777); err != nil {
		t.Fatal(err)
	}
	t.Chdir(repo)
	for _, path := range []string{os.DevNull, "."} {
		if f, err := OpenGiven(path); err == nil {
			f.Close()
			t.Errorf("%s is opened", path)
		}
	}
	for _, path := range []string{"new", "new", filepath.Join(top, "beside")} {
		if err := Write(path, []byte("x")); err != nil {
			t.Error(err)
		}
	}
	if err := errors.Join(os.Symlink("../beside", "out"), os.Symlink("../nosuch", "dangling"), os.Symlink("new", "in")); err != nil {
		t.Skip(err)
	}
	for path, ok := range map[string]bool{"in": true, "out": false, "dangling": false, ".": false} {
		if err := Write(path, []byte("y")); (err == nil) != ok {
			t.Errorf("%s: %v", path, err)
		}
	}
	if text, _ := os.ReadFile(filepath.Join(top, "beside")); string(text) != "x" {
		t.Errorf("written through a link: %q", text)
	}
	if _, err := os.Lstat(filepath.Join(top, "nosuch")); err == nil {
		t.Error("made through a link")
	}
}

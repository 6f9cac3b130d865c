package config

import (
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
)

// TestOutside: a settings file names files of its repository and no others,
// and none that blocks, never ends or is data.
func TestOutside(t *testing.T) {
	top := t.TempDir()
	mkdir(t, top, "repo/.git")
	mkdir(t, top, "repo/sub/in")
	secret := filepath.Join(top, "secret")
	write(t, top, "secret", "root:x:0:0\n")
	write(t, top, "repo/in.sql", "")
	write(t, top, "repo/sub/in/a.sql", "")
	write(t, top, "repo/lib.yml", "")
	link := func(to, name string) {
		if err := os.Symlink(to, filepath.Join(top, "repo/sub", name)); err != nil {
			t.Skip(err)
		}
	}
	link(secret, "out.sql")
	link(secret, "in/out.sql")
	link(filepath.Join(top, "repo/in.sql"), "fine.sql")
	link(top, "up")
	big, err := os.Create(filepath.Join(top, "repo/big.yml"))
	if err != nil {
		t.Fatal(err)
	}
	defer big.Close()
	if err := big.Truncate(maxSettings + 1); err != nil {
		t.Fatal(err)
	}
	tests := []struct{ text, want string }{
		{"schema: ../in.sql", ""},
		{"schema: fine.sql", ""},
		{"schema: in", ""},
		{"schema: ../../secret", "outside of the repository"},
		{"schema: " + filepath.ToSlash(secret), "outside of the repository"},
		{"schema: out.sql", "outside of the repository"},
		{"schema: up/secret", "outside of the repository"},
		{"schema: up/*", "outside of the repository"},
		{"schema: '/**'", "outside of the repository"},
		{"schema: ../../**", "outside of the repository"},
		{"stats: ../../secret", "outside of the repository"},
		{"stats: out.sql", "outside of the repository"},
		{"apis: [../lib.yml]", "no library"},
		{"apis: [../../secret]", "outside of the repository"},
		{"apis: [out.sql]", "outside of the repository"},
		{"apis: [../big.yml]", "larger than 4 MB"},
		{"apis: [in]", "no regular file"},
	}
	if runtime.GOOS != "windows" {
		tests = append(tests, []struct{ text, want string }{
			{"schema: /dev/null", "outside of the repository"},
			{"apis: [/dev/zero]", "outside of the repository"},
		}...)
	}
	for _, test := range tests {
		path := filepath.Join(top, "repo/sub", Name)
		write(t, top, "repo/sub/"+Name, test.text+"\n")
		c, err := Load(path)
		var files []string
		if err == nil {
			if files, err = c.Schema.Files(); err == nil && c.Stats.Path != "" {
				err = c.CheckFiles()
			}
		}
		switch {
		case test.want == "no library": // read and found empty: not refused
			if err != nil && strings.Contains(err.Error(), "outside") {
				t.Errorf("%s: %v", test.text, err)
			}
		case (err == nil) != (test.want == ""):
			t.Errorf("%s: error %v, want %q", test.text, err, test.want)
		case err != nil && (!strings.Contains(err.Error(), test.want) || strings.Contains(err.Error(), "root:x")):
			t.Errorf("%s: error %v, want %q", test.text, err, test.want)
		case err == nil && len(files) != 1:
			t.Errorf("%s: files %v, want the one inside", test.text, files)
		}
		Digest(filepath.Join(top, "repo/sub")) // comes to an end
	}
}

// TestSettingsOutside: the settings file itself is no way out either.
func TestSettingsOutside(t *testing.T) {
	top := t.TempDir()
	mkdir(t, top, "repo/.git")
	write(t, top, "secret", "root:x:0:0\n")
	if err := os.Symlink(filepath.Join(top, "secret"), filepath.Join(top, "repo", Name)); err != nil {
		t.Skip(err)
	}
	if _, _, err := Find(filepath.Join(top, "repo")); err == nil || strings.Contains(err.Error(), "root") {
		t.Errorf("error %v", err)
	}
}

// TestNamedPipe: a pipe that nobody writes to holds no run up.
func TestNamedPipe(t *testing.T) {
	top := t.TempDir()
	pipe := filepath.Join(top, "p.sql")
	if err := mkfifo(pipe); err != nil {
		t.Skip(err)
	}
	for _, text := range []string{"schema: p.sql", "apis: [p.sql]"} {
		write(t, top, Name, text+"\n")
		c, err := Load(filepath.Join(top, Name))
		if err == nil {
			_, err = c.Schema.Files()
		}
		if err == nil || !strings.Contains(err.Error(), "no regular file") {
			t.Errorf("%s: error %v", text, err)
		}
		Digest(top)
	}
}

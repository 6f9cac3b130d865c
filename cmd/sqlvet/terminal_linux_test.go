package main

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/sys/unix"
)

// terminal returns both ends of a new pseudo-terminal.
func terminal(t *testing.T) (ours, theirs *os.File) {
	ours, err := os.OpenFile("/dev/ptmx", os.O_RDWR, 0)
	if err != nil {
		t.Skipf("no terminals here: %v", err)
	}
	t.Cleanup(func() { ours.Close() })
	fd := int(ours.Fd())
	if err := unix.IoctlSetPointerInt(fd, unix.TIOCSPTLCK, 0); err != nil {
		t.Fatal(err)
	}
	n, err := unix.IoctlGetInt(fd, unix.TIOCGPTN)
	if err != nil {
		t.Fatal(err)
	}
	theirs, err = os.OpenFile(fmt.Sprintf("/dev/pts/%d", n), os.O_RDWR|unix.O_NOCTTY, 0)
	if err != nil {
		t.Fatal(err)
	}
	return ours, theirs
}

func TestTerminal(t *testing.T) {
	dir := t.TempDir()
	for name, content := range map[string]string{
		"go.mod":   "module m\n\ngo 1.26\n",
		"a/a.go":   "package a\n\nfunc bad() {}\n\nfunc _() { bad() }\n",
		"b/b.go":   "package b\n",
		".git/nil": "",
	} {
		path := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o777); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(content), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	toyvet := filepath.Join(t.TempDir(), "toyvet") // the name decides what TestMain runs
	if data, err := os.ReadFile(self); err != nil {
		t.Fatal(err)
	} else if err := os.WriteFile(toyvet, data, 0o777); err != nil {
		t.Fatal(err)
	}
	const bar, colour = "reading dependencies", "\x1b[1;31m^"
	tests := []struct {
		name        string
		env         []string
		bar, colour bool
	}{
		{"plain", []string{"TERM=xterm", "NO_COLOR="}, true, true},
		{"NO_COLOR", []string{"TERM=xterm", "NO_COLOR=1"}, true, false},
		{"dumb", []string{"TERM=dumb", "NO_COLOR="}, false, false},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			ours, theirs := terminal(t)
			cmd := exec.Command(toyvet, "./...")
			cmd.Dir = dir
			cmd.Env = append(os.Environ(), test.env...)
			cmd.Stdout, cmd.Stderr = theirs, theirs
			if err := cmd.Start(); err != nil {
				t.Fatal(err)
			}
			theirs.Close()
			var out bytes.Buffer
			// Reading ends with an error when the last writer is gone.
			if _, err := io.Copy(&out, ours); err != nil && !errors.Is(err, unix.EIO) {
				t.Fatal(err)
			}
			if err := cmd.Wait(); cmd.ProcessState.ExitCode() != 1 {
				t.Errorf("want exit code 1: %v", err)
			}
			got := out.String()
			if strings.Contains(got, bar) != test.bar || strings.Contains(got, colour) != test.colour {
				t.Errorf("want progress %t, colour %t; got %q", test.bar, test.colour, got)
			}
			if !strings.Contains(got, "call of bad") || !strings.Contains(got, "1 finding (toy 1) in 2 packages") {
				t.Errorf("findings or summary are missing in %q", got)
			}
			// The bar is gone before the first finding.
			if i := strings.LastIndex(got, bar); i > strings.Index(got, "call of bad") {
				t.Errorf("progress after a finding in %q", got)
			}
		})
	}
}

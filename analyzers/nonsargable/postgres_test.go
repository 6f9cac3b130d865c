//go:build unix

package nonsargable_test

import (
	"fmt"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"
)

// A server is a PostgreSQL server of one test, in a directory of its own. It
// listens on a Unix socket only.
type server struct{ bin, dir string }

// postgres starts a server that ends with the test. It skips the test if the
// programs of a server are not on this machine.
func postgres(t *testing.T) *server {
	t.Helper()
	if testing.Short() {
		t.Skip("starts a PostgreSQL server")
	}
	s := &server{bin: programs(t)}
	owner := unprivileged(t)

	// Not t.TempDir: the server's user could not enter it, and the path of a
	// socket must be short.
	dir, err := os.MkdirTemp("", "nonsargable-")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(dir) })
	if owner != nil {
		if err := os.Chown(dir, int(owner.Uid), int(owner.Gid)); err != nil {
			t.Fatal(err)
		}
	}
	s.dir = dir
	command := func(name string, args ...string) *exec.Cmd {
		cmd := exec.Command(filepath.Join(s.bin, name), args...)
		cmd.Dir = dir
		cmd.Env = append(os.Environ(), "LC_ALL=C", "TZ=UTC", "HOME="+dir)
		cmd.SysProcAttr = &syscall.SysProcAttr{Credential: owner}
		return cmd
	}
	initdb := command("initdb", "-D", filepath.Join(dir, "data"), "-U", "test", "-A", "trust", "-E", "UTF8", "--no-sync")
	if out, err := initdb.CombinedOutput(); err != nil {
		t.Fatalf("initdb: %v\n%s", err, out)
	}
	run := command("postgres", "-D", filepath.Join(dir, "data"), "-k", dir, "-F", "-c", "listen_addresses=")
	log, err := os.Create(filepath.Join(dir, "log"))
	if err != nil {
		t.Fatal(err)
	}
	defer log.Close()
	run.Stdout, run.Stderr = log, log
	if err := run.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = run.Process.Signal(syscall.SIGQUIT) // at once: the data are of no use
		_ = run.Wait()                          // has the signal as its error
	})
	for deadline := time.Now().Add(30 * time.Second); ; time.Sleep(50 * time.Millisecond) {
		if _, err := s.run("SELECT 1"); err == nil {
			return s
		}
		if time.Now().After(deadline) {
			text, _ := os.ReadFile(log.Name())
			t.Fatalf("the server does not answer:\n%s", text)
		}
	}
}

// run returns what a script prints, one line a row, columns separated by |.
func (s *server) run(script string) (string, error) {
	cmd := exec.Command("psql", "-h", s.dir, "-U", "test", "-d", "postgres", "-X", "-q", "-A", "-t", "-v", "ON_ERROR_STOP=1")
	cmd.Stdin = strings.NewReader(script)
	var complaint strings.Builder
	cmd.Stderr = &complaint
	out, err := cmd.Output()
	if err != nil {
		err = fmt.Errorf("%v: %s", err, complaint.String())
	}
	return strings.TrimSpace(string(out)), err
}

// programs returns the directory of PostgreSQL's server programs.
// Distributions that allow several versions at once do not put them on the
// PATH.
func programs(t *testing.T) string {
	if _, err := exec.LookPath("psql"); err != nil {
		t.Skip("psql is not on the PATH")
	}
	if path, err := exec.LookPath("initdb"); err == nil {
		return filepath.Dir(path)
	}
	for _, pattern := range []string{"/usr/lib/postgresql/*/bin/initdb", "/opt/homebrew/opt/postgresql@*/bin/initdb"} {
		if paths, _ := filepath.Glob(pattern); len(paths) > 0 {
			return filepath.Dir(paths[len(paths)-1])
		}
	}
	t.Skip("no PostgreSQL server on this machine: initdb is neither on the PATH nor in the usual places")
	return ""
}

// unprivileged returns whom to run the server as, nil for the user of the
// test: PostgreSQL refuses to run as root.
func unprivileged(t *testing.T) *syscall.Credential {
	if os.Getuid() != 0 {
		return nil
	}
	for _, name := range []string{"postgres", "nobody"} {
		u, err := user.Lookup(name)
		if err != nil {
			continue
		}
		uid, errU := strconv.ParseUint(u.Uid, 10, 32)
		gid, errG := strconv.ParseUint(u.Gid, 10, 32)
		if errU == nil && errG == nil {
			return &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}
		}
	}
	t.Skip("PostgreSQL does not run as root, and there is no user postgres or nobody")
	return nil
}

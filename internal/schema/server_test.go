//go:build unix

package schema

import (
	"bytes"
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

// A server is a PostgreSQL server of a test's own, in a directory of its own,
// that listens on a Unix socket only and ends with the test.
type server struct {
	bin, dir string
}

// startServer starts one. It skips the test if there is none on this machine;
// .ci/run sees to it that there is.
func startServer(t *testing.T) *server {
	t.Helper()
	s := &server{bin: findServer(t)}
	owner := serverUser(t)
	// Not t.TempDir: the server's user could not enter it, and the path of a
	// socket must be short.
	var err error
	if s.dir, err = os.MkdirTemp("", "sqlvet-pg-"); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(s.dir) })
	if owner != nil {
		if err := os.Chown(s.dir, int(owner.Uid), int(owner.Gid)); err != nil {
			t.Fatal(err)
		}
	}
	command := func(name string, args ...string) *exec.Cmd {
		cmd := exec.Command(filepath.Join(s.bin, name), args...)
		cmd.Dir = s.dir
		cmd.Env = append(os.Environ(), "LC_ALL=C", "TZ=UTC")
		cmd.SysProcAttr = &syscall.SysProcAttr{Credential: owner}
		return cmd
	}
	data := filepath.Join(s.dir, "data")
	if out, err := command("initdb", "-D", data, "-U", "test", "-A", "trust", "-E", "UTF8", "--no-sync").CombinedOutput(); err != nil {
		t.Fatalf("initdb: %v\n%s", err, out)
	}
	log, err := os.Create(filepath.Join(s.dir, "log"))
	if err != nil {
		t.Fatal(err)
	}
	defer log.Close()
	postgres := command("postgres", "-D", data, "-k", s.dir, "-F", "-c", "listen_addresses=", "-c", "max_locks_per_transaction=512")
	postgres.Stdout, postgres.Stderr = log, log
	if err := postgres.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = postgres.Process.Signal(syscall.SIGQUIT) // at once: the data are of no use
		_ = postgres.Wait()                          // has the signal as its error
	})
	for deadline := time.Now().Add(30 * time.Second); ; time.Sleep(50 * time.Millisecond) {
		if _, _, err := s.psql("postgres", "SELECT 1"); err == nil {
			return s
		}
		if time.Now().After(deadline) {
			text, _ := os.ReadFile(log.Name())
			t.Fatalf("the server does not answer:\n%s", text)
		}
	}
}

func findServer(t *testing.T) string {
	for _, pattern := range []string{"/usr/lib/postgresql/*/bin/initdb", "/opt/homebrew/opt/postgresql@*/bin/initdb"} {
		if paths, _ := filepath.Glob(pattern); len(paths) > 0 {
			return filepath.Dir(paths[len(paths)-1])
		}
	}
	path, err := exec.LookPath("initdb")
	if err != nil {
		t.Skip("no PostgreSQL server on this machine: initdb is neither on the PATH nor in the usual places")
	}
	return filepath.Dir(path)
}

// serverUser returns whom to run the server as, nil for the user of the test:
// PostgreSQL refuses to run as root.
func serverUser(t *testing.T) *syscall.Credential {
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

// psql runs a text in a database, as far as it goes: statements after an
// error are run as well.
func (s *server) psql(database, sql string) (stdout, stderr string, err error) {
	cmd := exec.Command(filepath.Join(s.bin, "psql"), "-X", "-q", "-At", "-h", s.dir, "-U", "test", "-d", database, "-f", "-")
	cmd.Stdin = strings.NewReader(sql)
	var out, errs bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &errs
	err = cmd.Run()
	return out.String(), errs.String(), err
}

var databases int

// database makes an empty database.
func (s *server) database(t *testing.T) string {
	databases++
	name := fmt.Sprintf("db%d", databases)
	if _, errs, err := s.psql("postgres", "CREATE DATABASE "+name); err != nil || errs != "" {
		t.Fatalf("%v: %s", err, errs)
	}
	return name
}

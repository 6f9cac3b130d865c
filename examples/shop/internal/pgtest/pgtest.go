//go:build unix

// Package pgtest gives a test a PostgreSQL server of its own, in a directory
// of its own, that listens on a Unix socket only and ends with the test.
package pgtest

import (
	"context"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"strconv"
	"syscall"
	"testing"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"
)

// Start returns a pool of connections to an empty database. It skips the test
// if the programs of a PostgreSQL server are not on this machine.
func Start(t *testing.T) *pgxpool.Pool {
	t.Helper()
	bin := find(t)
	owner, home := unprivileged(t)

	// Not t.TempDir: the server's user could not enter it, and the path of a
	// socket must be short.
	dir, err := os.MkdirTemp("", "shop-pg-")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(dir) })
	if owner != nil {
		if err := os.Chown(dir, int(owner.Uid), int(owner.Gid)); err != nil {
			t.Fatal(err)
		}
	}
	command := func(name string, args ...string) *exec.Cmd {
		cmd := exec.Command(filepath.Join(bin, name), args...)
		cmd.Dir = dir
		cmd.Env = append(os.Environ(), "LC_ALL=C", "TZ=UTC", "HOME="+home)
		cmd.SysProcAttr = &syscall.SysProcAttr{Credential: owner}
		return cmd
	}

	data := filepath.Join(dir, "data")
	initdb := command("initdb", "-D", data, "-U", "shop", "-A", "trust", "-E", "UTF8", "--no-sync")
	if out, err := initdb.CombinedOutput(); err != nil {
		t.Fatalf("initdb: %v\n%s", err, out)
	}
	log, err := os.Create(filepath.Join(dir, "log"))
	if err != nil {
		t.Fatal(err)
	}
	defer log.Close()
	server := command("postgres", "-D", data, "-k", dir, "-F", "-c", "listen_addresses=", "-c", "timezone=UTC")
	server.Stdout, server.Stderr = log, log
	if err := server.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = server.Process.Signal(syscall.SIGQUIT) // at once: the data are of no use
		_ = server.Wait()                          // has the signal as its error
	})

	pool, err := pgxpool.New(context.Background(), "host="+dir+" user=shop dbname=postgres")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(pool.Close)
	deadline := time.Now().Add(30 * time.Second)
	for pool.Ping(context.Background()) != nil {
		if time.Now().After(deadline) {
			text, _ := os.ReadFile(log.Name())
			t.Fatalf("the server does not answer:\n%s", text)
		}
		time.Sleep(50 * time.Millisecond)
	}
	return pool
}

// find returns the directory of PostgreSQL's server programs. Distributions
// that allow several versions at once do not put them on the PATH.
func find(t *testing.T) string {
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
// test, and that user's home. PostgreSQL refuses to run as root.
func unprivileged(t *testing.T) (*syscall.Credential, string) {
	if os.Getuid() != 0 {
		return nil, os.Getenv("HOME")
	}
	for _, name := range []string{"postgres", "nobody"} {
		u, err := user.Lookup(name)
		if err != nil {
			continue
		}
		uid, errU := strconv.ParseUint(u.Uid, 10, 32)
		gid, errG := strconv.ParseUint(u.Gid, 10, 32)
		if errU == nil && errG == nil {
			return &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}, u.HomeDir
		}
	}
	t.Skip("PostgreSQL does not run as root, and there is no user postgres or nobody")
	return nil, ""
}

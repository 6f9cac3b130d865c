// Package server answers: where is a PostgreSQL with HypoPG that nobody else
// uses?
//
// It makes a cluster in a folder of its own, reachable through a Unix socket
// in that folder and not through the network, and runs it as an unprivileged
// user.
package server

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"slices"
	"strconv"
	"syscall"
	"time"

	"github.com/jackc/pgx/v5"
)

// A Server is a running server.
type Server struct {
	dir  string // of the cluster and the socket
	temp bool   // dir is removed in the end
	cmd  *exec.Cmd
	done chan error
}

// settings keep the costs comparable (no JIT, no statistics that appear by
// themselves) and the filling fast; nothing here must survive a crash.
const settings = `
listen_addresses = ''
autovacuum = off
jit = off
fsync = off
synchronous_commit = off
full_page_writes = off
shared_buffers = 512MB
max_wal_size = 512MB
wal_level = minimal
max_wal_senders = 0
max_locks_per_transaction = 1024
logging_collector = off
`

const startTimeout = time.Minute

// Start runs a server on the cluster in dir, and makes one if there is none.
// Without dir it is a new one in a temporary folder.
func Start(ctx context.Context, dir string) (*Server, error) {
	bin, err := binaries()
	if err != nil {
		return nil, err
	}
	s := &Server{dir: dir, temp: dir == "", done: make(chan error, 1)}
	if s.temp {
		if s.dir, err = os.MkdirTemp("", "indexadvice"); err != nil {
			return nil, err
		}
	} else if s.dir, err = filepath.Abs(dir); err != nil {
		return nil, err
	}
	as, err := unprivileged(s.dir)
	if err != nil {
		return nil, err
	}
	data := filepath.Join(s.dir, "data")
	if _, err := os.Stat(filepath.Join(data, "PG_VERSION")); err != nil {
		init := exec.CommandContext(ctx, filepath.Join(bin, "initdb"), "-D", data, "-A", "trust", "-U", "postgres", "--locale=C.UTF-8", "-E", "UTF8", "--no-sync")
		init.SysProcAttr, init.Dir = as, s.dir
		if out, err := init.CombinedOutput(); err != nil {
			return nil, fmt.Errorf("initdb: %w: %s", err, out)
		}
		if err := appendTo(filepath.Join(data, "postgresql.conf"), settings); err != nil {
			return nil, err
		}
	}
	log, err := os.OpenFile(filepath.Join(s.dir, "log"), os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o644)
	if err != nil {
		return nil, err
	}
	defer log.Close()
	s.cmd = exec.Command(filepath.Join(bin, "postgres"), "-D", data, "-k", s.dir)
	s.cmd.SysProcAttr, s.cmd.Dir, s.cmd.Stdout, s.cmd.Stderr = as, s.dir, log, log
	if err := s.cmd.Start(); err != nil {
		return nil, err
	}
	go func() { s.done <- s.cmd.Wait() }()
	if err := s.wait(ctx); err != nil {
		return nil, errors.Join(err, s.Stop())
	}
	return s, nil
}

// Conn returns a connection string for a database.
func (s *Server) Conn(database string) string {
	return fmt.Sprintf("host=%s user=postgres dbname=%s", s.dir, database)
}

// Dump prints the DDL of a database as pg_dump does.
func (s *Server) Dump(ctx context.Context, database string) ([]byte, error) {
	bin, err := binaries()
	if err != nil {
		return nil, err
	}
	cmd := exec.CommandContext(ctx, filepath.Join(bin, "pg_dump"), "--schema-only", "--no-owner", "--no-privileges", "-h", s.dir, "-U", "postgres", database)
	cmd.Stderr = os.Stderr
	return cmd.Output()
}

// Stop ends the server, and removes a temporary cluster.
func (s *Server) Stop() error {
	// Fast shutdown: open transactions are rolled back.
	err := s.cmd.Process.Signal(syscall.SIGINT)
	if err == nil {
		err = <-s.done
	}
	if s.temp {
		err = errors.Join(err, os.RemoveAll(s.dir))
	}
	return err
}

func (s *Server) wait(ctx context.Context) error {
	deadline := time.Now().Add(startTimeout)
	for {
		db, err := pgx.Connect(ctx, s.Conn("postgres"))
		if err == nil {
			return db.Close(ctx)
		}
		select {
		case end := <-s.done:
			s.done <- end
			return fmt.Errorf("the server did not start, see %s: %v", filepath.Join(s.dir, "log"), end)
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(100 * time.Millisecond):
		}
		if time.Now().After(deadline) {
			return fmt.Errorf("no connection after %v: %w", startTimeout, err)
		}
	}
}

// binaries returns the folder of a server's programs, the newest that Debian's
// packages installed, or the one in PATH.
func binaries() (string, error) {
	found, err := filepath.Glob("/usr/lib/postgresql/*/bin/initdb")
	if err != nil {
		return "", err
	}
	slices.SortFunc(found, func(a, b string) int { return version(a) - version(b) })
	if len(found) > 0 {
		return filepath.Dir(found[len(found)-1]), nil
	}
	path, err := exec.LookPath("initdb")
	if err != nil {
		return "", fmt.Errorf("no PostgreSQL: apt-get install postgresql-15 postgresql-15-hypopg: %w", err)
	}
	return filepath.Dir(path), nil
}

func version(initdb string) int {
	n, _ := strconv.Atoi(filepath.Base(filepath.Dir(filepath.Dir(initdb)))) // 0 if the folder is no number
	return n
}

// unprivileged makes dir and returns how to run a program as its owner: root
// is refused by the server, so root gives the folder to the user postgres.
func unprivileged(dir string) (*syscall.SysProcAttr, error) {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return nil, err
	}
	if os.Getuid() != 0 {
		return &syscall.SysProcAttr{}, nil
	}
	u, err := user.Lookup("postgres")
	if err != nil {
		return nil, err
	}
	uid, err1 := strconv.Atoi(u.Uid)
	gid, err2 := strconv.Atoi(u.Gid)
	if err := errors.Join(err1, err2, os.Chmod(dir, 0o755), os.Chown(dir, uid, gid)); err != nil {
		return nil, err
	}
	return &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}}, nil
}

func appendTo(path, text string) error {
	f, err := os.OpenFile(path, os.O_APPEND|os.O_WRONLY, 0)
	if err != nil {
		return err
	}
	_, err = f.WriteString(text)
	return errors.Join(err, f.Close())
}

//go:build unix

// Package pgserver answers: where is a PostgreSQL server that nobody else
// uses, and that leaves nothing behind?
//
// It makes a cluster in a temporary folder and runs it as an unprivileged user
// on a Unix socket in that folder. A shell stands between the server and this
// process: it waits for the end of a pipe that this process holds, ends the
// server then, and removes the folder. So there is one way out, whether Stop
// is called, the process panics, or it is killed.
//
// It knows no schema and no statement (package planner does).
package pgserver

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"time"

	"github.com/jackc/pgx/v5/pgconn"
)

// Options say how a server is to run.
type Options struct {
	// Bin is the folder of the programs; "" to look for them.
	Bin string
	// From is a data folder to begin with, of the same version; it is copied.
	// "" for an empty cluster.
	From string
	// Dir is a folder that keeps the cluster from one server to the next; ""
	// for one that is removed.
	Dir string
	// Settings are added to postgresql.conf: "work_mem = '8MB'".
	Settings []string
}

// A Server is one that runs.
type Server struct {
	Installation
	dir   string
	keeps bool // dir stays
	watch *exec.Cmd
	end   *os.File // the pipe that the watchdog reads
	done  chan struct{}
}

// User is the superuser of every server.
const User = "postgres"

// settings make a server that starts fast, whose costs can be compared, and
// that need not survive a crash.
const settings = `
listen_addresses = ''
fsync = off
synchronous_commit = off
full_page_writes = off
wal_level = minimal
max_wal_senders = 0
max_wal_size = 256MB
autovacuum = off
jit = off
max_parallel_workers_per_gather = 0
max_parallel_maintenance_workers = 0
shared_buffers = 32MB
max_connections = 40
max_locks_per_transaction = 1024
logging_collector = off
client_min_messages = error
timezone = UTC
log_timezone = UTC
`

const (
	startTimeout = time.Minute
	maxSocket    = 100 // bytes of a socket's path that every system takes
)

// watchdog runs the server and outlives whoever started it. Its arguments are
// the folder and the server's command line; file 3 is the pipe. A line on it
// asks for an orderly end, its end for one at once. Where the file keep stands
// in the folder, that stays until the pipe ends; where the file kept does, it
// is not removed.
const watchdog = `
dir=$1; shift
"$@" >"$dir/log" 2>&1 3<&- &
pid=$!
( if read -r x <&3; then kill -INT $pid; else kill -QUIT $pid; fi ) 2>/dev/null &
wait $pid
code=$?
kill $! 2>/dev/null
[ -e "$dir/keep" ] && read -r x <&3
[ -e "$dir/kept" ] || { cd / && rm -rf "$dir"; }
exit $code
`

// Start runs a server.
func Start(ctx context.Context, o Options) (*Server, error) {
	in, err := Find(o.Bin)
	if err != nil {
		return nil, err
	}
	owner, err := unprivileged()
	if err != nil {
		return nil, err
	}
	if o.Dir != "" {
		return startIn(ctx, in, o, owner)
	}
	if o.From == "" {
		if o.From, err = empty(ctx, in, owner); err != nil {
			return nil, err
		}
	}
	dir, err := folder(owner)
	if err != nil {
		return nil, err
	}
	s := &Server{Installation: in, dir: dir, done: make(chan struct{})}
	if err := s.fill(o, owner); err != nil {
		return nil, errors.Join(err, os.RemoveAll(dir))
	}
	if err := s.run(owner); err != nil {
		return nil, errors.Join(err, os.RemoveAll(dir))
	}
	if err := s.wait(ctx); err != nil {
		return nil, errors.Join(err, s.Stop())
	}
	return s, nil
}

// startIn runs a server on the cluster in o.Dir, and makes one if there is
// none.
func startIn(ctx context.Context, in Installation, o Options, owner *syscall.Credential) (*Server, error) {
	dir, err := filepath.Abs(o.Dir)
	if err != nil {
		return nil, err
	}
	s := &Server{Installation: in, dir: dir, keeps: true, done: make(chan struct{})}
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return nil, err
	}
	if err := os.WriteFile(filepath.Join(dir, "kept"), nil, 0o600); err != nil {
		return nil, err
	}
	if whole, _ := exists(s.Data()); !whole {
		if o.From == "" {
			if o.From, err = empty(ctx, in, owner); err != nil {
				return nil, err
			}
		}
		if err := s.fill(o, owner); err != nil {
			return nil, err
		}
		if err := chown(dir, owner); err != nil {
			return nil, err
		}
	}
	if err := s.run(owner); err != nil {
		return nil, err
	}
	if err := s.wait(ctx); err != nil {
		return nil, errors.Join(err, s.Stop())
	}
	return s, nil
}

// fill makes the data folder.
func (s *Server) fill(o Options, owner *syscall.Credential) error {
	if err := Copy(s.Data(), o.From); err != nil {
		return err
	}
	text := settings + strings.Join(o.Settings, "\n") + "\n"
	if err := os.WriteFile(filepath.Join(s.Data(), "postgresql.conf"), []byte(text), 0o600); err != nil {
		return err
	}
	return chown(s.Data(), owner)
}

// run starts the watchdog, which starts the server.
func (s *Server) run(owner *syscall.Credential) error {
	read, write, err := os.Pipe()
	if err != nil {
		return err
	}
	defer read.Close()
	s.watch = command(owner, s.dir, "/bin/sh", "-c", watchdog, "sqlvet-watchdog", s.dir, filepath.Join(s.Bin, "postgres"), "-D", s.Data(), "-k", s.dir)
	s.watch.ExtraFiles = []*os.File{read}
	s.watch.SysProcAttr.Setsid = true // the terminal's signals are this process's
	if err := s.watch.Start(); err != nil {
		write.Close()
		return err
	}
	s.end = write
	go func() {
		_ = s.watch.Wait() // a server that was ended has an exit code
		close(s.done)
	}()
	return nil
}

// command prepares a program of the server's.
func command(owner *syscall.Credential, dir, name string, args ...string) *exec.Cmd {
	cmd := exec.Command(name, args...)
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), "LC_ALL=C", "TZ=UTC", "HOME="+dir)
	cmd.SysProcAttr = &syscall.SysProcAttr{Credential: owner}
	return cmd
}

// wait waits until the server answers.
func (s *Server) wait(ctx context.Context) error {
	deadline := time.Now().Add(startTimeout)
	for {
		conn, err := s.Connect(ctx, "postgres")
		if err == nil {
			return conn.Close(ctx)
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-s.done:
			return fmt.Errorf("PostgreSQL %s does not start in %s: disk full, or no permission to make a socket?", s.Version, filepath.Dir(s.dir))
		case <-time.After(10 * time.Millisecond):
		}
		if time.Now().After(deadline) {
			return fmt.Errorf("PostgreSQL %s does not answer after %v: %w", s.Version, startTimeout, err)
		}
	}
}

// Data is the data folder.
func (s *Server) Data() string { return filepath.Join(s.dir, "data") }

// Conn returns the connection string of a database. Values that pgconn takes
// from the environment are set.
func (s *Server) Conn(database string) string {
	return fmt.Sprintf("host=%s port=5432 user=%s dbname=%s password= sslmode=disable", s.dir, User, database)
}

// Connect opens a connection to a database.
func (s *Server) Connect(ctx context.Context, database string) (*pgconn.PgConn, error) {
	return s.ConnectAs(ctx, database, User)
}

// ConnectAs is Connect for a role.
func (s *Server) ConnectAs(ctx context.Context, database, role string) (*pgconn.PgConn, error) {
	return pgconn.Connect(ctx, s.Conn(database)+" user="+role)
}

// Psql prepares a run of psql on a database, which reads what it is to do from
// its input.
func (s *Server) Psql(database string, args ...string) *exec.Cmd {
	return exec.Command(filepath.Join(s.Bin, "psql"), append([]string{"-X", "-q", "-At", "-h", s.dir, "-p", "5432", "-U", User, "-d", database, "-f", "-"}, args...)...)
}

// Dump prints the DDL of a database as pg_dump does.
func (s *Server) Dump(ctx context.Context, database string) ([]byte, error) {
	cmd := exec.CommandContext(ctx, filepath.Join(s.Bin, "pg_dump"), "--schema-only", "--no-owner", "--no-privileges", "-h", s.dir, "-p", "5432", "-U", User, database)
	cmd.Stderr = os.Stderr
	return cmd.Output()
}

// Stop ends the server and removes its folder, unless that was given. A second
// call does nothing.
func (s *Server) Stop() error {
	if s.keeps {
		_, _ = s.end.WriteString("end\n") // if it has ended there is no reader
		<-s.done
		return s.end.Close()
	}
	s.end.Close() // at once: the data are of no use
	<-s.done
	return os.RemoveAll(s.dir) // the watchdog did it, if it could
}

// StopInto ends the server in order and copies its data folder to a place
// that is not there yet: Options.From of others.
func (s *Server) StopInto(to string) error {
	pid := filepath.Join(s.Data(), "postmaster.pid")
	err := os.WriteFile(filepath.Join(s.dir, "keep"), nil, 0o600)
	if err == nil {
		_, err = s.end.WriteString("end\n")
	}
	for deadline := time.Now().Add(startTimeout); err == nil; time.Sleep(5 * time.Millisecond) {
		if _, gone := os.Stat(pid); gone != nil {
			err = Copy(to, s.Data())
			break
		}
		if time.Now().After(deadline) {
			err = errors.New("the PostgreSQL server does not end")
		}
	}
	return errors.Join(err, s.Stop())
}

// folder makes the folder of a server.
func folder(owner *syscall.Credential) (string, error) {
	base := os.TempDir()
	if len(base)+len("/sqlvet-pg-0123456789/.s.PGSQL.5432") > maxSocket || owner != nil && !open(base) {
		base = "/tmp"
	}
	dir, err := os.MkdirTemp(base, "sqlvet-pg-")
	if err != nil {
		return "", err
	}
	if err := chown(dir, owner); err != nil {
		return "", errors.Join(err, os.RemoveAll(dir))
	}
	return dir, nil
}

// open reports whether everyone may go into a folder.
func open(dir string) bool {
	for ; ; dir = filepath.Dir(dir) {
		info, err := os.Stat(dir)
		if err != nil || info.Mode()&0o001 == 0 {
			return false
		}
		if dir == filepath.Dir(dir) {
			return true
		}
	}
}

// unprivileged returns whom to run the server as, nil for the user of this
// process: PostgreSQL refuses to run as root.
func unprivileged() (*syscall.Credential, error) {
	if os.Getuid() != 0 {
		return nil, nil
	}
	for _, name := range []string{"postgres", "nobody"} {
		u, err := user.Lookup(name)
		if err != nil {
			continue
		}
		uid, errU := strconv.ParseUint(u.Uid, 10, 32)
		gid, errG := strconv.ParseUint(u.Gid, 10, 32)
		if errU == nil && errG == nil {
			return &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}, nil
		}
	}
	return nil, errors.New("PostgreSQL does not run as root, and there is no user postgres or nobody to run it as")
}

// chown gives what lies in a folder to the server's user.
func chown(dir string, owner *syscall.Credential) error {
	if owner == nil {
		return nil
	}
	return filepath.WalkDir(dir, func(path string, _ os.DirEntry, err error) error {
		if err != nil {
			return err
		}
		return os.Lchown(path, int(owner.Uid), int(owner.Gid))
	})
}

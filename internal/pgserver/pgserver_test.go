//go:build unix

package pgserver

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"
)

// TestMain lets the test binary be a process that starts a server and is
// ended.
func TestMain(m *testing.M) {
	if os.Getenv("PGSERVER_HOLD") != "" {
		hold()
	}
	os.Exit(m.Run())
}

// hold starts a server, says where it is, and ends as it is told to.
func hold() {
	s, err := Start(context.Background(), Options{})
	if err != nil {
		fmt.Println(err)
		os.Exit(1)
	}
	fmt.Println(s.dir)
	if os.Getenv("PGSERVER_HOLD") == "panic" {
		panic("on purpose")
	}
	time.Sleep(time.Minute)
}

// TestEveryWayOut ends processes that run a server: neither the server nor its
// folder may be there afterwards.
func TestEveryWayOut(t *testing.T) {
	if _, err := Find(""); err != nil {
		t.Skip(err)
	}
	for _, way := range []string{"panic", "SIGINT", "SIGTERM", "SIGKILL"} {
		t.Run(way, func(t *testing.T) {
			cmd := exec.Command(os.Args[0])
			cmd.Env = append(os.Environ(), "PGSERVER_HOLD="+way)
			out, err := cmd.StdoutPipe()
			if err != nil {
				t.Fatal(err)
			}
			if err := cmd.Start(); err != nil {
				t.Fatal(err)
			}
			line, _ := bufio.NewReader(out).ReadString('\n')
			dir := strings.TrimSpace(line)
			pid := serverPID(dir)
			if pid <= 0 {
				t.Fatalf("no server: %s", line)
			}
			signals := map[string]syscall.Signal{"SIGINT": syscall.SIGINT, "SIGTERM": syscall.SIGTERM, "SIGKILL": syscall.SIGKILL}
			if sig, ok := signals[way]; ok {
				if err := cmd.Process.Signal(sig); err != nil {
					t.Fatal(err)
				}
			}
			_ = cmd.Wait() // it did not end well
			for deadline := time.Now().Add(20 * time.Second); ; time.Sleep(20 * time.Millisecond) {
				_, err := os.Stat(dir)
				if os.IsNotExist(err) && syscall.Kill(pid, 0) == syscall.ESRCH {
					return
				}
				if time.Now().After(deadline) {
					t.Fatalf("left behind: folder %v, server %v", err, syscall.Kill(pid, 0))
				}
			}
		})
	}
}

func serverPID(dir string) int {
	text, err := os.ReadFile(filepath.Join(dir, "data", "postmaster.pid"))
	if err != nil {
		return 0
	}
	return number(string(text))
}

// TestStopInto starts a server from what another one left.
func TestStopInto(t *testing.T) {
	if _, err := Find(""); err != nil {
		t.Skip(err)
	}
	ctx := context.Background()
	first, err := Start(ctx, Options{})
	if err != nil {
		t.Fatal(err)
	}
	query(t, first, "CREATE TABLE kept (n int); INSERT INTO kept VALUES (41)")
	file := query(t, first, "SELECT pg_relation_filepath('kept')")
	const size = 3 << 30
	if err := os.Truncate(filepath.Join(first.Data(), file), size); err != nil {
		t.Fatal(err)
	}
	data := filepath.Join(t.TempDir(), "data")
	if err := first.StopInto(data); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(first.dir); !os.IsNotExist(err) {
		t.Errorf("the folder of the first server: %v", err)
	}
	info, err := os.Stat(filepath.Join(data, file))
	if err != nil || info.Size() != size || !sparse(info) {
		t.Errorf("the copy's file: %v, %v", info, err)
	}
	if err := os.Truncate(filepath.Join(data, file), 8192); err != nil { // as it was: pages full of zeros are read as well as any
		t.Fatal(err)
	}
	second, err := Start(ctx, Options{From: data})
	if err != nil {
		t.Fatal(err)
	}
	if got := query(t, second, "SELECT n + 1 FROM kept"); got != "42" {
		t.Errorf("the row is %q", got)
	}
	if err := second.Stop(); err != nil {
		t.Error(err)
	}
}

func query(t *testing.T, s *Server, sql string) string {
	t.Helper()
	conn, err := s.Connect(context.Background(), "postgres")
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close(context.Background())
	results, err := conn.Exec(context.Background(), sql).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	if last := results[len(results)-1]; len(last.Rows) > 0 {
		return string(last.Rows[0][0])
	}
	return ""
}

func TestFindSaysWhatIsWrong(t *testing.T) {
	dir := t.TempDir()
	if _, err := Find(dir); err == nil || !strings.Contains(err.Error(), "holds no initdb") {
		t.Errorf("an empty folder: %v", err)
	}
	for name, text := range map[string]string{"initdb": "#!/bin/sh\n", "postgres": "#!/bin/sh\necho 'postgres (PostgreSQL) 9.6.24'\n"} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o700); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := Find(dir); err == nil || !strings.Contains(err.Error(), "9.6.24") || !strings.Contains(err.Error(), "too old") {
		t.Errorf("an old server: %v", err)
	}
	if err := os.WriteFile(filepath.Join(dir, "postgres"), []byte("#!/bin/sh\necho 'postgres (PostgreSQL) 99beta1'\n"), 0o700); err != nil {
		t.Fatal(err)
	}
	if in, err := Find(dir); err != nil || in.Major() != 99 {
		t.Errorf("a server newer than any that is known is not tried: %v", err)
	}
	old := usual
	defer func() { usual = old }()
	usual = nil
	t.Setenv("PATH", t.TempDir())
	if _, err := Find(""); !errors.Is(err, ErrNone) || strings.Contains(err.Error(), "\n") || !strings.Contains(err.Error(), "apt-get install postgresql") {
		t.Errorf("no server: %v", err)
	}
}

// TestStartFails starts servers that cannot be: each error is one line, and
// nothing is left.
func TestStartFails(t *testing.T) {
	if _, err := Find(""); err != nil {
		t.Skip(err)
	}
	ctx := context.Background()
	warm, err := Start(ctx, Options{}) // the cluster to copy is there
	if err != nil {
		t.Fatal(err)
	}
	if err := warm.Stop(); err != nil {
		t.Error(err)
	}
	check := func(what string, o Options, want string) {
		t.Helper()
		s, err := Start(ctx, o)
		if err == nil {
			t.Errorf("%s: it runs", what)
			err = s.Stop()
		}
		if err == nil || strings.Contains(err.Error(), "\n") || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v", what, err)
		}
	}
	base, err := os.MkdirTemp("", "pgserver") // which the server's user can read
	if err != nil {
		t.Fatal(err)
	}
	defer os.RemoveAll(base)
	if err := os.Chmod(base, 0o755); err != nil {
		t.Fatal(err)
	}
	check("a path too long for a socket", Options{Dir: filepath.Join(base, strings.Repeat("d", 120))}, "no permission to make a socket")
	check("a setting that is none", Options{Settings: []string{"no_such_setting = 1"}}, "does not start")
	// A disk that is full is like one that takes no file of more than 32 kB.
	cmd := exec.Command("sh", "-c", `ulimit -f 64; exec "$0"`, os.Args[0])
	cmd.Env = append(os.Environ(), "PGSERVER_HOLD=full", "TMPDIR="+base)
	out, err := cmd.CombinedOutput()
	if left, _ := filepath.Glob(filepath.Join(base, "sqlvet-pg-*")); err == nil || strings.Count(string(out), "\n") != 1 || len(left) > 0 {
		t.Errorf("disk full: %v, left behind %q, it says\n%s", err, left, out)
	}
	t.Setenv("TMPDIR", filepath.Join(t.TempDir(), "none"))
	if os.Getuid() != 0 { // root's servers go to /tmp then
		check("no temporary folder", Options{}, "no such file")
	}
}

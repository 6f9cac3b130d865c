//go:build unix

package pgserver

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5/pgconn"
)

// pooler starts PgBouncer before a server, in the mode that gives each
// transaction another connection of the server, of which it keeps some.
func pooler(t *testing.T, s *Server, size int) string {
	t.Helper()
	program, err := exec.LookPath("pgbouncer")
	if err != nil {
		program, err = exec.LookPath("/usr/sbin/pgbouncer")
	}
	if err != nil {
		t.Skip(err)
	}
	owner, err := unprivileged()
	if err != nil {
		t.Skip(err)
	}
	dir, err := folder(owner)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(dir) })
	settings := fmt.Sprintf(`[databases]
postgres = host=%s port=5432 user=postgres
[pgbouncer]
listen_addr =
listen_port = 6432
unix_socket_dir = %s
auth_type = any
pool_mode = transaction
default_pool_size = %d
server_round_robin = 1
max_client_conn = 100
`, s.dir, dir, size)
	path := filepath.Join(dir, "pgbouncer.ini")
	if err := os.WriteFile(path, []byte(settings), 0o644); err != nil {
		t.Fatal(err)
	}
	cmd := command(owner, dir, program, path)
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = cmd.Process.Kill()
		_ = cmd.Wait()
	})
	conn := fmt.Sprintf("host=%s port=6432 user=%s dbname=postgres password= sslmode=disable", dir, User)
	for deadline := time.Now().Add(10 * time.Second); ; time.Sleep(20 * time.Millisecond) {
		c, err := pgconn.Connect(t.Context(), conn)
		if err == nil {
			c.Close(t.Context())
			return conn
		}
		if time.Now().After(deadline) {
			t.Fatal(err)
		}
	}
}

// TestPooler shows what the rules connpool and sessionstate claim: pools whose
// sum is greater than max_connections fail, and a pooler of transactions takes
// as many clients, but keeps nothing of a session for them.
func TestPooler(t *testing.T) {
	if testing.Short() {
		t.Skip("starts a PostgreSQL server")
	}
	s, err := Start(t.Context(), Options{Settings: []string{"max_connections = 8", "superuser_reserved_connections = 3"}})
	if err != nil {
		t.Skip(err)
	}
	defer s.Stop()
	admin := NewSession(t.Context(), connect(t, s.Conn("postgres")))
	admin.Rows("CREATE ROLE clerk LOGIN")
	const copies, each = 3, 4 // 12 connections, and the server has 5
	if n, err := openMany(t, copies*each, s.Conn("postgres")+" user=clerk"); n >= 5 || err == nil || !strings.Contains(err.Error(), "remaining connection slots are reserved") {
		t.Errorf("%d connections, then %v", n, err)
	}
	through := pooler(t, s, 2)
	if n, err := openMany(t, copies*each, through); n != copies*each || err != nil {
		t.Errorf("through the pooler: %d connections, then %v", n, err)
	}

	// Two clients hold both connections for a moment, so that each of them
	// gets the other's afterwards.
	a, b := NewSession(t.Context(), connect(t, through)), NewSession(t.Context(), connect(t, through))
	warm := func() {
		a.Rows("BEGIN")
		b.Rows("BEGIN")
		a.Rows("COMMIT")
		b.Rows("COMMIT")
	}
	warm()
	a.Rows("SELECT pg_advisory_lock(7)")
	if got := a.Value("SELECT pg_advisory_unlock(7)"); got != "f" {
		t.Errorf("the lock of the session: its unlock says %q, want f: the next statement went through another connection", got)
	}
	a.Rows("SET app.tenant = 'north'")
	if have := []string{b.Value("SELECT current_setting('app.tenant', true)"), b.Value("SELECT current_setting('app.tenant', true)")}; have[0] != "north" && have[1] != "north" {
		t.Errorf("a setting of one client is not seen by another: %q", have)
	}
	a.Rows("SET TimeZone = 'Asia/Tokyo'")
	for range 2 {
		if got := a.Value("SHOW TimeZone"); got != "Asia/Tokyo" {
			t.Errorf("the time zone, which the pooler follows: %q", got)
		}
		if got := b.Value("SHOW TimeZone"); got == "Asia/Tokyo" {
			t.Errorf("the time zone of another client: %q", got)
		}
	}
	a.Rows("CREATE TEMP TABLE catch (id int)")
	a.Rows("SELECT * FROM catch")
	a.Rows("SELECT * FROM catch")
	if e, ok := errors.AsType[*pgconn.PgError](a.Err); !ok || e.Code != "42P01" {
		t.Errorf("a temporary table: %v, want that it is not there", a.Err)
	}
	b.Rows("BEGIN; SELECT pg_advisory_xact_lock(8); SET LOCAL app.tenant = 'south'; CREATE TEMP TABLE catch_of_day (id int) ON COMMIT DROP")
	if got := b.Value("SELECT current_setting('app.tenant') FROM (SELECT count(*) FROM catch_of_day) AS n"); got != "south" {
		t.Errorf("within a transaction: %q, %v", got, b.Err)
	}
	b.Rows("COMMIT")
	if b.Err != nil {
		t.Error(b.Err)
	}
}

func connect(t *testing.T, conn string) *pgconn.PgConn {
	t.Helper()
	c, err := pgconn.Connect(t.Context(), conn)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.Close(context.Background()) })
	return c
}

// openMany opens connections at the same time, and closes them; it returns how
// many it got, each of which has run a statement.
func openMany(t *testing.T, n int, conn string) (int, error) {
	t.Helper()
	for i := range n {
		c, err := pgconn.Connect(t.Context(), conn)
		if err != nil {
			return i, err
		}
		defer c.Close(context.Background())
		if _, err := c.Exec(t.Context(), "SELECT 1").ReadAll(); err != nil {
			return i, err
		}
	}
	return n, nil
}

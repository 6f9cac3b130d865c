//go:build unix

package pglog

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/sqlvet/sqlvet/internal/observed"
	"github.com/sqlvet/sqlvet/internal/pgserver"
	"github.com/sqlvet/sqlvet/internal/statstatements"
)

// TestServer: a real server's logs, in all forms, say of each statement what
// its pg_stat_statements says.
func TestServer(t *testing.T) {
	ctx := context.Background()
	in, err := pgserver.Find("")
	if errors.Is(err, pgserver.ErrNone) {
		t.Skip(err)
	} else if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	if err := os.Chmod(dir, 0o777); err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(filepath.Dir(dir), 0o755); err != nil { // the server's user writes there
		t.Fatal(err)
	}
	forms := "stderr,csvlog"
	if in.Major() >= 15 {
		forms += ",jsonlog"
	}
	server, err := pgserver.Start(ctx, pgserver.Options{Settings: []string{
		"shared_preload_libraries = 'pg_stat_statements,auto_explain'", "logging_collector = on", "log_destination = '" + forms + "'",
		"log_directory = '" + dir + "'", "log_filename = 'pg.log'", "log_min_duration_statement = 0", "log_line_prefix = '%m [%p] %q%u@%d/%a '",
		"auto_explain.log_min_duration = 0", "auto_explain.log_analyze = on", "auto_explain.log_timing = off", "log_file_mode = 0644",
	}})
	if err != nil {
		t.Fatal(err)
	}
	defer server.Stop()
	admin, err := server.Connect(ctx, "postgres")
	if err != nil {
		t.Fatal(err)
	}
	defer admin.Close(ctx)
	if _, err := statstatements.Take(ctx, server.Conn("postgres")); err == nil || !strings.Contains(err.Error(), "CREATE EXTENSION") {
		t.Errorf("without the extension: %v", err)
	}
	for _, sql := range []string{"CREATE EXTENSION pg_stat_statements", "CREATE TABLE t (a int, b text)", "CREATE ROLE reader LOGIN",
		"GRANT ALL ON t TO public"} {
		if _, err := admin.Exec(ctx, sql).ReadAll(); err != nil {
			t.Fatal(err)
		}
	}
	before, err := statstatements.Take(ctx, server.Conn("postgres"))
	if err != nil {
		t.Fatal(err)
	}
	app, err := server.Connect(ctx, "postgres")
	if err != nil {
		t.Fatal(err)
	}
	defer app.Close(ctx)
	run := func(sql string, args ...string) {
		t.Helper()
		if len(args) == 0 {
			if _, err := app.Exec(ctx, sql).ReadAll(); err != nil {
				t.Fatal(err)
			}
			return
		}
		values := make([][]byte, len(args))
		for i, a := range args {
			values[i] = []byte(a)
		}
		if r := app.ExecParams(ctx, sql, values, nil, nil, nil).Read(); r.Err != nil {
			t.Fatal(r.Err)
		}
	}
	run("SET application_name = 'shop, api'")
	for i := range 30 {
		run(fmt.Sprintf("INSERT INTO t (a, b) VALUES (%d, 'secret %d'), (1, 'x')", i, i))
		run("SELECT a,\n  b FROM t\nWHERE a = $1", fmt.Sprint(i))
	}
	run("UPDATE t SET b = 'sec''ret' WHERE a IN (1, 2, 3)")
	run("UPDATE t SET b = 'other secret' WHERE a IN (4, 5, 6)")
	after, err := statstatements.Take(ctx, server.Conn("postgres"))
	if err != nil {
		t.Fatal(err)
	}
	counted := statstatements.Between(before, after).Load()
	if hidden, err := statstatements.Take(ctx, server.Conn("postgres")+" user=reader"); err != nil || strings.Contains(fmt.Sprint(hidden.Rows), "FROM t") || !strings.Contains(strings.Join(hidden.Notes, ""), "pg_read_all_stats") {
		t.Errorf("as a role without rights: %v, %+v", err, hidden)
	}
	time.Sleep(300 * time.Millisecond) // the collector writes what it has
	for form := range strings.SplitSeq(forms, ",") {
		path := filepath.Join(dir, "pg."+map[string]string{"stderr": "log", "csvlog": "csv", "jsonlog": "json"}[form])
		logged, err := Read([]string{path}, Options{})
		if err != nil {
			t.Fatal(err)
		}
		byPrint := make(map[string]*observed.Statement)
		for _, s := range logged.Statements {
			byPrint[s.Fingerprint] = s
			if strings.Contains(s.Text+s.Plan, "secret") || strings.Contains(s.Text+s.Plan, "ret'") {
				t.Errorf("%s: a value has left: %s\n%s", form, s.Text, s.Plan)
			}
		}
		for _, s := range counted.Statements {
			if !strings.Contains(s.Text, " t ") && !strings.Contains(s.Text, " t\n") {
				continue
			}
			l := byPrint[s.Fingerprint]
			if l == nil {
				t.Errorf("%s: not in the log: %s", form, s.Text)
				continue
			}
			if l.Calls != s.Calls || l.Rows >= 0 && l.Rows != s.Rows && strings.HasPrefix(s.Text, "SELECT") || l.Total < s.Total/2 || l.Plan == "" ||
				len(l.Applications) != 1 || l.Applications[0].Name != "shop, api" {
				t.Errorf("%s: %d calls, %d rows, %.2f ms, by %v; want %d, %d, %.2f: %s\n%s", form, l.Calls, l.Rows, l.Total, l.Applications, s.Calls, s.Rows, s.Total, s.Text, l.Plan)
			}
		}
	}
	if n := len(counted.Statements); n < 3 {
		t.Errorf("%d statements", n)
	}
}

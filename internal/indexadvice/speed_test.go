//go:build unix

package indexadvice

import (
	"fmt"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/sqlvet/sqlvet/internal/schema"
)

// workload makes statements of the kinds that programs have, on tables that
// refer to each other.
func workload(t testing.TB, tables, count int) (*schema.Schema, []Statement) {
	var ddl, sql strings.Builder
	for i := range tables {
		fmt.Fprintf(&ddl, "CREATE TABLE t%d (id bigint PRIMARY KEY, parent_id bigint NOT NULL", i)
		if i > 0 {
			fmt.Fprintf(&ddl, " REFERENCES t%d (id)", (i-1)/2)
		}
		ddl.WriteString(", owner_id bigint NOT NULL, status text NOT NULL, name text NOT NULL, tags text[], created_at timestamptz NOT NULL, deleted_at timestamptz);\n")
	}
	kinds := []string{
		"SELECT id, name FROM t%[1]d WHERE owner_id = $1 AND status = 'pending' ORDER BY created_at DESC LIMIT 20",
		"SELECT a.id FROM t%[1]d a JOIN t%[2]d b ON a.parent_id = b.id WHERE b.name = $1 AND a.deleted_at IS NULL",
		"UPDATE t%[1]d SET status = 'done' WHERE owner_id = $1 AND created_at < $2",
		"SELECT count(*) FROM t%[1]d WHERE status = $1 OR owner_id = $2",
		"DELETE FROM t%[1]d WHERE id = $1",
		"SELECT id FROM t%[1]d WHERE tags @> $1 AND EXISTS (SELECT 1 FROM t%[2]d p WHERE p.id = t%[1]d.parent_id AND p.owner_id = $2)",
		"INSERT INTO t%[1]d (id, parent_id) VALUES ($1, $2)",
		"SELECT id FROM t%[1]d WHERE lower(name) = $1 AND parent_id IN ($2, $3)",
	}
	for i := range count {
		n := i * 7 % tables
		fmt.Fprintf(&sql, kinds[i%len(kinds)]+";\n", n, max((n-1)/2, 0))
	}
	return schema.Parse("schema.sql", ddl.String()), statements(t, sql.String())
}

// bound is what the whole advice may take on one core.
const bound = 2 * time.Second * slowness

func TestSpeed(t *testing.T) {
	if testing.Short() {
		t.Skip("measures")
	}
	s, list := workload(t, 500, 10_000)
	if len(list) != 10_000 || len(s.Tables) != 500 {
		t.Fatalf("%d statements on %d tables", len(list), len(s.Tables))
	}
	start := cpuTime(t)
	n := len(Advise(s, list, Options{}).Indexes)
	took := cpuTime(t) - start
	if n < 500 {
		t.Errorf("%d indexes", n)
	}
	t.Logf("%v of one core", took)
	if took > bound {
		t.Errorf("took %v, want less than %v", took, bound)
	}
}

// cpuTime returns the time that this process has used the processor for:
// what the clock says depends on what else runs.
func cpuTime(t *testing.T) time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		t.Fatal(err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

func BenchmarkAdvise(b *testing.B) {
	s, list := workload(b, 500, 10_000)
	for b.Loop() {
		Advise(s, list, Options{})
	}
}

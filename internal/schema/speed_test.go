//go:build unix

package schema

import (
	"fmt"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"
)

// cpuTime returns the time that this process has used the processor for:
// what the clock says depends on what else runs.
func cpuTime(t *testing.T) time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		t.Fatal(err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// TestSpeed replays 10,000 migrations with 5,000 tables, some of which are
// renamed in circles.
func TestSpeed(t *testing.T) {
	top := t.TempDir()
	put(t, filepath.Join(top, "go.mod"), "module m\n")
	const n = 10_000
	for i := range n {
		var sql string
		switch table := i / 2; {
		case i%2 == 0:
			sql = fmt.Sprintf(`CREATE TABLE table_%d (id bigserial PRIMARY KEY, parent_id bigint REFERENCES table_%d (id), name text NOT NULL DEFAULT '', created_at timestamptz NOT NULL DEFAULT now());`, table, max(table-1, 0))
		case table%100 == 50:
			// The statements of a circle: a to tmp, b to a, tmp to b.
			sql = fmt.Sprintf(`ALTER TABLE table_%d RENAME TO tmp; ALTER TABLE table_%d RENAME TO table_%d; ALTER TABLE tmp RENAME TO table_%d;`, table, table-1, table, table-1)
		default:
			sql = fmt.Sprintf(`CREATE INDEX ON table_%d (name, lower(name)) WHERE created_at IS NOT NULL;`, table)
		}
		put(t, filepath.Join(top, "migrations", fmt.Sprintf("%05d_m.up.sql", i)), sql)
	}
	start := cpuTime(t)
	s, err := Load(top, Options{})
	took := cpuTime(t) - start
	if err != nil || s == nil || len(s.Problems) > 0 {
		t.Fatal(err, s.Problems)
	}
	if len(s.Tables) != n/2 || len(s.Sources) != n || !s.Complete {
		t.Fatalf("%d tables of %d files, complete %t", len(s.Tables), len(s.Sources), s.Complete)
	}
	t.Logf("%v of one core", took)
	if limit := 2 * time.Second * slowness; took > limit {
		t.Errorf("took %v, want less than %v", took, limit)
	}
}

// TestDepth replays DO blocks in which one construct stands in the next, with
// a change of a table in the innermost: what must be read of it grows with the
// text, not with the depth.
func TestDepth(t *testing.T) {
	const depth = 2000
	for _, c := range []struct{ name, open, end string }{
		{"if", "IF a > 0 THEN\n", "END IF;\n"},
		{"else", "IF a > 0 THEN PERFORM 1; ELSE\n", "END IF;\n"},
		{"catalog", "IF NOT EXISTS (SELECT FROM pg_class) THEN\n", "END IF;\n"},
		{"both", "IF NOT EXISTS (SELECT FROM pg_class) THEN IF a > 0 THEN\n", "END IF; END IF;\n"},
		{"absent", "IF to_regclass('nothing') IS NULL THEN\n", "END IF;\n"},
		{"begin", "BEGIN\n", "END;\n"},
		{"handler", "BEGIN\n", "EXCEPTION WHEN OTHERS THEN NULL; END;\n"},
		{"loop", "LOOP\n", "END LOOP;\n"},
	} {
		t.Run(c.name, func(t *testing.T) {
			sql := "CREATE TABLE beds (id int);\nDO $$ BEGIN\n" + strings.Repeat(c.open, depth) +
				"ALTER TABLE beds ADD COLUMN w int;\n" + strings.Repeat(c.end, depth) + "END $$;\nCREATE TABLE pots (id int);"
			start := cpuTime(t)
			s := Parse("x.sql", sql)
			if took, limit := cpuTime(t)-start, 500*time.Millisecond*slowness; took > limit {
				t.Errorf("took %v, want less than %v", took, limit)
			}
			beds := s.Table("", "beds")
			if beds == nil || s.Table("", "pots") == nil || beds.Column("w") == nil && !beds.Uncertain {
				t.Errorf("the change of the innermost is lost: %s", s.Text())
			}
		})
	}
}

package dbload

import "testing"

func TestUnpartitioned(t *testing.T) {
	for _, c := range []struct {
		sql, want string
		keep      bool
	}{
		{"CREATE TABLE t (id int, at timestamptz) PARTITION BY RANGE (at)", "CREATE TABLE t (id int, at timestamptz)", true},
		{"CREATE TABLE t_1 PARTITION OF t FOR VALUES FROM ('2024-01-01') TO ('2024-02-01')", "", false},
		{"CREATE TABLE  u (id int)", "CREATE TABLE  u (id int)", true},
		{"CREATE INDEX ON t (at)", "CREATE INDEX ON t (at)", true},
		{"CREATE TABLE broken (", "CREATE TABLE broken (", true},
	} {
		got, keep := unpartitioned(c.sql)
		if got != c.want || keep != c.keep {
			t.Errorf("%s: got %q, %v", c.sql, got, keep)
		}
	}
}

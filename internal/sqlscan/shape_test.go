package sqlscan

import (
	"strings"
	"testing"
)

func TestShape(t *testing.T) {
	for _, c := range []struct{ a, want string }{
		{"SELECT a FROM t WHERE id = 42 AND name = 'it''s'", "SELECT a FROM t WHERE id = ? AND name = ?"},
		{"select  a\n\tfrom t -- secret 1\n where id=$1", "select a from t where id=?"},
		{"SELECT 1 /* a /* nested */ 2 */ , 2", "SELECT ?, ?"},
		{"SELECT E'a\\'b', B'01', N'x', U&'\\0041', $q$ ' $q$, $$x$$, 1.5e-3, .5, 0x1F, 1_000", "SELECT ?, ?, ?, ?, ?, ?, ?, ?, ?, ?"},
		{`SELECT "a'b", U&"c" FROM "T"`, `SELECT "a'b", U&"c" FROM "T"`},
		{"SELECT a FROM t WHERE b IN (1, 2,3) AND c IN ($1)", "SELECT a FROM t WHERE b IN (?) AND c IN (?)"},
		{"SELECT a FROM t WHERE b NOT IN ('x','y') OR f(1, 2) > 0", "SELECT a FROM t WHERE b NOT IN (?) OR f(?, ?) > ?"},
		{"INSERT INTO t (a, b) VALUES (1, 'x'), (2, 'y'),(3,'z')", "INSERT INTO t (a, b) VALUES (?, ?),(?,?)"},
		{"INSERT INTO t VALUES ($1,$2),($3,$4),($5,$6) ON CONFLICT DO NOTHING", "INSERT INTO t VALUES (?,?) ON CONFLICT DO NOTHING"},
		{"SELECT a-1, b->>'k', c::int, -5 FROM t1", "SELECT a-?, b->>?, c::int, -? FROM t1"},
		{"SELECT 'cut off in the mid", "SELECT ?"},
		{"SELECT $tag$ cut", "SELECT ?"},
		{"SELECT col1, t2.x FROM t2", "SELECT col1, t2.x FROM t2"},
		{"SELECT e FROM n WHERE x", "SELECT e FROM n WHERE x"},
		{"SELECT u&", "SELECT u&"},
		{"/* begins */ SELECT 1", "SELECT ?"},
		{"SELECT 1e", "SELECT ?"},
	} {
		if got := string(AppendShape(nil, []byte(c.a))); got != c.want {
			t.Errorf("%s:\n got %s\nwant %s", c.a, got, c.want)
		}
	}
}

// FuzzShape: no literal passes, whatever the text, and no text panics.
func FuzzShape(f *testing.F) {
	f.Add("SELECT a FROM t WHERE b IN (1, 2) AND c = ", "it is 7 'quoted'")
	f.Fuzz(func(t *testing.T, before, value string) {
		AppendShape(nil, []byte(before))
		text := "SELECT a FROM t WHERE b = 'SECRET" + strings.ReplaceAll(value, "'", "''") + "'"
		if got := string(AppendShape(nil, []byte(text))); got != "SELECT a FROM t WHERE b = ?" {
			t.Errorf("%q: %q", text, got)
		}
	})
}

package report

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/sqlvet/sqlvet/internal/observed"
)

func rankDocument(t *testing.T) RankDocument {
	t.Helper()
	dir := t.TempDir()
	t.Chdir(dir)
	path := filepath.Join(dir, "store.go")
	if err := os.WriteFile(path, []byte("package store\n\nfunc F() {\n\tdb.Query(`SELECT a\n\t\tFROM t <b>`)\n}\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	at := Position{File: path, Line: 4, Column: 11}
	row := RankRow{
		Time: 900, Share: 0.9, Calls: 30, Mean: 30, SQL: "SELECT a FROM t <b> WHERE c = ?", Statements: 2, Joined: "fingerprint", Tables: []string{"t"},
		Places:   []RankPlace{{Pos: at, End: Position{File: path, Line: 5}, Call: "db.Query", Func: "F"}},
		Findings: []Finding{{Rule: "nplusone", Message: "runs <again>", Pos: at, Severity: "warning"}},
		Loops:    []RankLoop{{Pos: at, Factor: 51, Outer: &at, By: "log", Verdict: "confirmed", Share: 0.12}, {Pos: at, Factor: 1, Outer: &at, By: "counters", Verdict: "refuted"}, {Pos: at, Factor: 20, By: "log", Verdict: "seen"}},
		Indexes:  []RankIndex{{SQL: "CREATE INDEX ON t (c)", Saves: 0.5}, {SQL: "CREATE INDEX ON t (d)", Before: 1000, After: 10, Planner: "17.1"}},
		Plan:     "  Seq Scan on t\n",
	}
	other := RankRow{Time: 100, Share: 0.1, Calls: 1, Mean: 100, P95: 100, SQL: "VACUUM", Statements: 1, Applications: []observed.Count{{Name: "cron", Calls: 1}}}
	return RankDocument{Version: 1, Source: "x.log", Calls: 31, Time: 1000, JoinedCalls: 30, JoinedTime: 900,
		Rows: []RankRow{row}, Others: []RankRow{other}, Tables: []RankTable{{Name: "t", Time: 900, Share: 0.9, Calls: 30}}}
}

func TestRankText(t *testing.T) {
	var b bytes.Buffer
	if err := rankDocument(t).WriteText(&b, 20); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{
		"1.0 s of database time in 31 calls (x.log); 97 % of the calls, 90 % of the time come from a line of the program\n",
		"   1    900 ms     90 %          30     30 ms         -\n",
		"store.go:4:11 in F\n", "\tSELECT a FROM t <b> WHERE c = ? (and 1 variants)\n",
		"N+1 measured: 51 calls for each of the outer query (", "), 12 % of all database time\n",
		"no N+1 in what was seen: 1 calls for each", "N+1 seen: 20 calls in a row in a session, 0 % of all",
		"CREATE INDEX ON t (c); -- saves some 50 % of its cost, assumed\n", "CREATE INDEX ON t (d); -- cost 1,000 → 10 by PostgreSQL 17.1\n",
		"no line of the program explains 1 statement, 10 % of the time:\n", "\tsent by cron\n\tVACUUM\n",
	} {
		if !strings.Contains(b.String(), want) {
			t.Errorf("no %q in\n%s", want, b.String())
		}
	}
}

func TestRankHTML(t *testing.T) {
	var b bytes.Buffer
	d := rankDocument(t)
	if err := d.WriteHTML(&b, "v1"); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{
		`data-calls="30"`, "SELECT a FROM t &lt;b&gt; WHERE", "runs &lt;again&gt;", `<a class="bar-row" href="#r1">`, `class="lost"`, "Seq Scan on t",
		`<span class="line hit"><i>5</i>`, "FROM t &lt;b&gt;", "cron: 1",
	} {
		if !strings.Contains(b.String(), want) {
			t.Errorf("no %q in the page", want)
		}
	}
}

func TestShare(t *testing.T) {
	for f, want := range map[float64]string{0: "0 %", 1: "100 %", 0.9999: "> 99.9 %", 0.998: "99.8 %", 0.00001: "< 0.1 %", 0.05: "5.0 %", 0.5: "50 %"} {
		if got := share(f); got != want {
			t.Errorf("%g: %s, want %s", f, got, want)
		}
	}
}

package pglog

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/sqlvet/sqlvet/internal/observed"
)

// readText reads a log that is text, compressed too.
func readText(t *testing.T, text string, o Options) *observed.Load {
	t.Helper()
	path := filepath.Join(t.TempDir(), "postgresql.log")
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	l, err := Read([]string{path}, o)
	if err != nil {
		t.Fatal(err)
	}
	return l
}

// summary writes calls, time, rows and text of each statement.
func summary(l *observed.Load) string {
	var b strings.Builder
	slices.SortFunc(l.Statements, func(a, b *observed.Statement) int { return strings.Compare(a.Text, b.Text) })
	for _, s := range l.Statements {
		fmt.Fprintf(&b, "%d calls %g ms", s.Calls, s.Total)
		if s.Rows >= 0 {
			fmt.Fprintf(&b, " %d rows", s.Rows)
		}
		for _, a := range s.Applications {
			fmt.Fprintf(&b, " %s:%d", a.Name, a.Calls)
		}
		if s.Name+s.Place != "" {
			fmt.Fprintf(&b, " (%s%s)", s.Name, s.Place)
		}
		fmt.Fprintf(&b, " %s\n", s.Text)
	}
	return b.String()
}

const at = "2026-11-30 08:00:00.001 UTC [71] "

func TestStderr(t *testing.T) {
	for _, c := range []struct{ name, prefix, log, want string }{
		{"slow log", "", at + "LOG:  duration: 1.500 ms  statement: SELECT a\n\tFROM t\n\tWHERE b = 'x y'\n" +
			at + "LOG:  duration: 0.5 ms  execute <unnamed>: SELECT a FROM t WHERE b = $1\n" + at + "DETAIL:  parameters: $1 = 'secret'\n",
			"2 calls 2 ms SELECT a FROM t WHERE b = ?\n"},
		{"parse and bind take time", "", at + "LOG:  duration: 0.25 ms  parse s1: SELECT a FROM t\n" + at + "LOG:  duration: 0.25 ms  bind s1/C_1: SELECT a FROM t\n" +
			at + "LOG:  duration: 1 ms  execute s1/C_1: SELECT a FROM t\n" + at + "LOG:  duration: 2 ms  execute fetch from s1/C_1: SELECT a FROM t\n",
			"1 calls 3.5 ms SELECT a FROM t\n"},
		{"statement and duration apart, two sessions", "",
			"2026-11-30 08:00:00 UTC [1] LOG:  statement: SELECT 1\n2026-11-30 08:00:00 UTC [2] LOG:  execute s: SELECT a FROM t\n" +
				"2026-11-30 08:00:00 UTC [1] LOG:  duration: 1 ms\n2026-11-30 08:00:00 UTC [2] LOG:  duration: 2 ms\n2026-11-30 08:00:00 UTC [2] LOG:  duration: 4 ms\n",
			"1 calls 1 ms SELECT ?\n1 calls 2 ms SELECT a FROM t\n"},
		{"applications", "%t:%r:%u@%d:%a:[%p]:", "2026-11-30 08:00:00 UTC:10.0.0.1(5):me@shop:api v2:[4]:LOG:  duration: 1 ms  statement: SELECT 1\n",
			"1 calls 1 ms api v2:1 SELECT ?\n"},
		{"a usual prefix", "", "2026-11-30 08:00:00.123 CET [4] me@shop/worker LOG:  duration: 1 ms  statement: SELECT 1\n2026-11-30 08:00:00.123 CET [9] LOG:  checkpoint starting: time\n",
			"1 calls 1 ms worker:1 SELECT ?\n"},
		{"no prefix that is known", "", "<x y> pid=7 app=job LOG:  duration: 1 ms  statement: SELECT 1\n", "1 calls 1 ms job:1 SELECT ?\n"},
		{"syslog", "", "Nov 30 08:00:00 db1 postgres[41]: [5-1] 2026-11-30 08:00:00.123 UTC [41] LOG:  duration: 1.5 ms  statement: SELECT a\n" +
			"Nov 30 08:00:00 db1 sshd[7]: session opened\n" +
			"Nov 30 08:00:00 db1 postgres[41]: [5-2] #011FROM t WHERE b = 'x'\nNov 30 08:00:00 db1 postgres[41]: [5-3]  AND c = 4\n" +
			"Nov 30 08:00:01 db1 postgres[42]: [9-1] 2026-11-30 08:00:01.123 UTC [42] LOG:  duration: 2 ms  statement: SELECT 1\n" +
			"Nov 30 08:00:01 db1 postgres[41]: [6-2] #011FROM nowhere\n",
			"1 calls 2 ms SELECT ?\n1 calls 1.5 ms SELECT a FROM t WHERE b = ? AND c = ?\n"},
		{"syslog without a prefix, two processes", "", "<134>1 2026-11-30T08:00:00Z db1 postgres 41 - - [5-1] LOG:  statement: SELECT 1\n" +
			"<134>1 2026-11-30T08:00:00Z db1 postgres 42 - - [5-1] LOG:  statement: SELECT a FROM t\n" +
			"<134>1 2026-11-30T08:00:00Z db1 postgres 41 - - [6-1] LOG:  duration: 1 ms\n<134>1 2026-11-30T08:00:00Z db1 postgres 42 - - [6-1] LOG:  duration: 2 ms\n",
			"1 calls 1 ms SELECT ?\n1 calls 2 ms SELECT a FROM t\n"},
		{"auto_explain", "", at + "LOG:  duration: 5 ms  plan:\n\tQuery Text: SELECT a\n\tFROM t WHERE b = 'x'\n\tSeq Scan on t  (cost=0.00..1.00 rows=9 width=4) (actual time=0.1..0.2 rows=3 loops=1)\n\t  Filter: (b = 'x'::text)\n" +
			at + "LOG:  duration: 6 ms  statement: SELECT a\n\tFROM t WHERE b = 'x'\n",
			"1 calls 6 ms 3 rows SELECT a FROM t WHERE b = ?\n"},
		{"auto_explain after the slow log", "", at + "LOG:  duration: 6 ms  execute s: SELECT a FROM t\n" +
			at + "LOG:  duration: 5 ms  plan:\n\tQuery Text: SELECT a FROM t\n\tSeq Scan on t  (cost=0.00..1.00 rows=9 width=4) (actual rows=3 loops=1)\n" +
			at + "LOG:  duration: 6 ms  execute s: SELECT a FROM t\n" +
			at + "LOG:  duration: 6 ms  plan:\n\tQuery Text: SELECT a FROM t\n\tSeq Scan on t  (cost=0.00..1.00 rows=9 width=4) (actual rows=4 loops=1)\n",
			"2 calls 12 ms 7 rows SELECT a FROM t\n"},
		{"auto_explain in JSON", "", at + "LOG:  duration: 5 ms  plan:\n\t{\n\t  \"Query Text\": \"SELECT a FROM t\",\n\t  \"Plan\": {\"Node Type\": \"Seq Scan\", \"Relation Name\": \"t\", \"Actual Rows\": 2, \"Actual Loops\": 1}\n\t}\n",
			"1 calls 5 ms 2 rows SELECT a FROM t\n"},
		{"comments", "", at + "LOG:  duration: 1 ms  statement: -- name: GetA :one\n\tSELECT a FROM t\n" +
			at + "LOG:  duration: 1 ms  statement: SELECT a FROM t /*action='%2Fa',file='x%2Fy.go:12',traceparent='00-1'*/\n",
			"1 calls 1 ms (GetA) SELECT a FROM t\n1 calls 1 ms (x/y.go:12) SELECT a FROM t\n"},
		{"broken", "", "\tbegins in the middle\n" + at + "LOG:  duration: x ms  statement: SELECT 1\n\xff\xfe\x00\n" +
			at + "LOG:  duration: 1 ms  statement: SELECT '\xff' FROM \xffx\n" + at + "LOG:  duration: 99999999999999999999999 ms  statement: SELECT 2\n" + at + "LOG:  duration: 2 ms  statement: SELECT b FRO",
			"1 calls 1 ms SELECT ? FROM \ufffdx\n1 calls 2 ms SELECT b FRO\n"},
		{"of another program", "", "GET / 200\nGET /a 404\n", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := summary(readText(t, c.log, Options{Prefix: c.prefix})); got != c.want {
				t.Errorf("got\n%swant\n%s", got, c.want)
			}
		})
	}
}

func TestForms(t *testing.T) {
	const want = "1 calls 1.5 ms api:1 SELECT a, \"b\" FROM t WHERE c = ?\n1 calls 2 ms api:1 SELECT d FROM t\n"
	record := func(ms, sql string) string {
		return `2026-11-30 08:00:00.001 UTC,"me","shop",71,"10.0.0.1:1",69a.47,1,"SELECT",2026-11-30 07:00:00 UTC,3/4,0,LOG,00000,"duration: ` + ms + ` ms  statement: ` + sql + `",,,,,,,,,"api","client backend",,0`
	}
	csv := record("1.5", `SELECT a, ""b"" FROM t`+"\n"+` WHERE c = '2026-01-01, x'`) + "\n"
	broken := csv[:len(csv)-90] + "\n" // cut in a quoted field
	jsonlog := `{"timestamp":"2026-11-30 08:00:00.001 UTC","user":"me","pid":71,"session_id":"69a.47","error_severity":"LOG","message":"duration: 1.5 ms  statement: SELECT a, \"b\" FROM t\nWHERE c = '\u00e9\ud83d\ude00'","application_name":"api","query_id":0}` + "\n"
	for name, log := range map[string]string{
		"csvlog":          csv + record("2", "SELECT d FROM t") + "\n",
		"csvlog, broken":  csv + broken + "no record\n" + record("2", "SELECT d FROM t") + "\n",
		"jsonlog":         jsonlog + `{"error_severity":"LOG","pid":3,"message":"duration: 2 ms  statement: SELECT d FROM t","application_name":"api"}`,
		"jsonlog, broken": jsonlog + "{\"broken\": \n{}\n" + `{"error_severity":"LOG","pid":3,"message":"duration: 2 ms  statement: SELECT d FROM t","application_name":"api"}` + "\n",
	} {
		t.Run(name, func(t *testing.T) {
			if got := summary(readText(t, log, Options{})); got != want {
				t.Errorf("got\n%swant\n%s", got, want)
			}
			var zipped bytes.Buffer
			z := gzip.NewWriter(&zipped)
			io.WriteString(z, log)
			z.Close()
			if got := summary(readText(t, zipped.String(), Options{})); got != want {
				t.Errorf("compressed: got\n%s", got)
			}
			cut := readText(t, zipped.String()[:zipped.Len()-9], Options{})
			if len(cut.Notes) == 0 {
				t.Error("no word of a file that ends too early")
			}
		})
	}
}

// TestRuns: what runs again and again after another statement is told from
// what merely runs often.
func TestRuns(t *testing.T) {
	var b strings.Builder
	say := func(pid int, sql string) {
		fmt.Fprintf(&b, "2026-11-30 08:00:00 UTC [%d] LOG:  duration: 1 ms  statement: %s\n", pid, sql)
	}
	for request := range 10 {
		say(request%2, "SELECT id FROM orders")
		say(9, "SELECT hot FROM settings")
		for i := range 20 {
			say(request%2, fmt.Sprintf("SELECT x FROM items WHERE order_id = %d", i))
			say(request%2, fmt.Sprintf("SELECT y FROM notes WHERE order_id = %d", i))
		}
		say(request%2, "COMMIT")
		for range 9 {
			say(request%2, "SELECT other FROM things")
		}
	}
	l := readText(t, b.String(), Options{})
	by := make(map[string]*observed.Statement)
	for _, s := range l.Statements {
		by[s.Text] = s
	}
	orders := by["SELECT id FROM orders"]
	for _, inner := range []string{"SELECT x FROM items WHERE order_id = ?", "SELECT y FROM notes WHERE order_id = ?"} {
		f, ok := by[inner].After(orders)
		if !ok || f.Runs != 10 || f.Calls != 200 {
			t.Errorf("%s: %+v", inner, f)
		}
	}
	if f, ok := by["SELECT hot FROM settings"].After(orders); ok {
		t.Errorf("of another session: %+v", f)
	}
}

// TestBounded: a line of any length, and any number of statements, take
// bounded memory.
func TestBounded(t *testing.T) {
	r := newReader(nil)
	line := at + "LOG:  duration: 1 ms  statement: SELECT " + strings.Repeat("a, ", 3<<20) + "b\n"
	in := []io.Reader{strings.NewReader(line)}
	for i := range maxStatements + 50 {
		in = append(in, strings.NewReader(fmt.Sprintf("%sLOG:  duration: 1 ms  statement: SELECT c FROM t%d\n", at, i)))
	}
	if err := r.read(bufio.NewReaderSize(io.MultiReader(in...), bufferSize)); err != nil {
		t.Fatal(err)
	}
	if r.cut != 1 || len(r.table.list) > maxStatements+1 || r.table.dropped != 51 || r.timed != maxStatements+51 {
		t.Errorf("cut %d, statements %d, dropped %d, timed %d", r.cut, len(r.table.list), r.table.dropped, r.timed)
	}
}

func FuzzRead(f *testing.F) {
	f.Add([]byte(at+"LOG:  duration: 1 ms  statement: SELECT 1\n"), "%m [%p] ")
	f.Add([]byte(`{"error_severity":"LOG","message":"duration: 1 ms  statement: \ud83d\ude00\`), "%q%a")
	f.Add([]byte(`2026-11-30 08:00:00.001 UTC,"me"",,,,,,,,,,,LOG,,"duration: 1 ms  plan:\n{`), "")
	f.Fuzz(func(t *testing.T, log []byte, format string) {
		p, err := parsePrefix(format)
		if err != nil {
			return
		}
		r := newReader(p)
		if err := r.read(bufio.NewReaderSize(bytes.NewReader(log), 64)); err != nil {
			t.Error(err)
		}
		r.notes("x")
	})
}

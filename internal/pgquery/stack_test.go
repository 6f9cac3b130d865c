//go:build cgo && unix

package pgquery

import (
	"fmt"
	"os"
	"os/exec"
	"sort"
	"strings"
	"testing"

	"github.com/sqlvet/sqlvet/internal/sqlscan"
)

// deepTexts make SQL whose syntax tree is about n levels deep, each by another
// rule of the grammar that refers to itself.
var deepTexts = map[string]func(n int) string{
	"plus":            func(n int) string { return "SELECT 1" + rep("+1", n) },
	"concat":          func(n int) string { return "SELECT a" + rep("||'x'", n) },
	"user operator":   func(n int) string { return "SELECT a" + rep(" <-> b", n) },
	"operator syntax": func(n int) string { return "SELECT a" + rep(" OPERATOR(s.+) b", n) },
	"brackets":        func(n int) string { return "SELECT " + rep("(", n) + "1" + rep(")", n) },
	"bracketed plus":  func(n int) string { return "SELECT " + rep("(1+", n) + "1" + rep(")", n) },
	"left brackets":   func(n int) string { return "SELECT " + rep("(", n) + "1" + rep("+1)", n) },
	"minus":           func(n int) string { return "SELECT " + rep("- ", n) + "a" },
	"prefix":          func(n int) string { return "SELECT " + rep("@ ", n) + "a" },
	"plus signs":      func(n int) string { return "SELECT 1 " + rep("+", n) + " a" },
	"not":             func(n int) string { return "SELECT " + rep("NOT ", n) + "a" },
	"cast":            func(n int) string { return "SELECT a" + rep("::int", n) },
	"cast call":       func(n int) string { return "SELECT " + rep("CAST(", n) + "a" + rep(" AS int)", n) },
	"collate":         func(n int) string { return "SELECT a" + rep(` COLLATE "C"`, n) },
	"at time zone":    func(n int) string { return "SELECT a" + rep(" AT TIME ZONE b", n) },
	"is null":         func(n int) string { return "SELECT a" + rep(" IS NULL", n) },
	"isnull":          func(n int) string { return "SELECT a" + rep(" ISNULL", n) },
	"and brackets":    func(n int) string { return "SELECT " + rep("(a AND ", n) + "b" + rep(")", n) },
	"and or":          func(n int) string { return "SELECT " + rep("(a OR (b AND ", n/2) + "c" + rep("))", n/2) },
	"between not":     func(n int) string { return "SELECT 1 WHERE " + rep("a BETWEEN 1 AND NOT ", n) + "b" },
	"distinct not":    func(n int) string { return "SELECT 1 WHERE " + rep("a IS DISTINCT FROM NOT ", n) + "b" },
	"like":            func(n int) string { return "SELECT " + rep("(a LIKE ", n) + "b" + rep(" ESCAPE '!')", n) },
	"in list":         func(n int) string { return "SELECT " + rep("a IN (", n) + "b" + rep(")", n) },
	"in subselect":    func(n int) string { return rep("SELECT a FROM t WHERE a IN (", n) + "SELECT 1" + rep(")", n) },
	"exists":          func(n int) string { return rep("SELECT a FROM t WHERE EXISTS (", n) + "SELECT 1" + rep(")", n) },
	"scalar":          func(n int) string { return rep("SELECT (", n) + "SELECT 1" + rep(")", n) },
	"from":            func(n int) string { return rep("SELECT * FROM (", n) + "SELECT 1" + rep(") x", n) },
	"lateral":         func(n int) string { return rep("SELECT * FROM a, LATERAL (", n) + "SELECT 1" + rep(") x", n) },
	"with":            func(n int) string { return rep("WITH x AS (", n) + "SELECT 1" + rep(") SELECT * FROM x", n) },
	"union":           func(n int) string { return "SELECT 1" + rep(" UNION SELECT 1", n) },
	"union all list":  func(n int) string { return "SELECT a, b, c" + rep(" UNION ALL SELECT a, b, c", n) },
	"intersect":       func(n int) string { return "SELECT 1" + rep(" INTERSECT SELECT 1", n) },
	"union brackets":  func(n int) string { return rep("(SELECT 1 UNION ", n) + "SELECT 1" + rep(")", n) },
	"values union":    func(n int) string { return "VALUES (1)" + rep(" UNION VALUES (1)", n) },
	"join":            func(n int) string { return "SELECT * FROM a" + rep(" JOIN b ON x = y", n) },
	"join nested":     func(n int) string { return "SELECT * FROM " + rep("a JOIN ", n) + "b" + rep(" ON x", n) },
	"join brackets":   func(n int) string { return "SELECT * FROM " + rep("(", n) + "a" + rep(" JOIN b ON x)", n) },
	"cross join":      func(n int) string { return "SELECT * FROM a" + rep(" CROSS JOIN b", n) },
	"natural join":    func(n int) string { return "SELECT * FROM a" + rep(" NATURAL JOIN b", n) },
	"case else":       func(n int) string { return "SELECT " + rep("CASE WHEN a THEN b ELSE ", n) + "c" + rep(" END", n) },
	"case when":       func(n int) string { return "SELECT " + rep("CASE WHEN ", n) + "c" + rep(" THEN 1 END", n) },
	"case arg":        func(n int) string { return "SELECT " + rep("CASE ", n) + "c" + rep(" WHEN 1 THEN 1 END", n) },
	"call":            func(n int) string { return "SELECT " + rep("f(", n) + "a" + rep(")", n) },
	"coalesce":        func(n int) string { return "SELECT " + rep("coalesce(", n) + "a" + rep(")", n) },
	"extract":         func(n int) string { return "SELECT " + rep("extract(year FROM ", n) + "a" + rep(")", n) },
	"array":           func(n int) string { return "SELECT ARRAY" + rep("[", n) + "1" + rep("]", n) },
	"array of arrays": func(n int) string { return "SELECT " + rep("ARRAY[", n) + "1" + rep("]", n) },
	"row":             func(n int) string { return "SELECT " + rep("ROW(", n) + "1" + rep(")", n) },
	"rows":            func(n int) string { return "SELECT " + rep("(1,", n) + "1" + rep(")", n) },
	"subscript":       func(n int) string { return "SELECT " + rep("a[", n) + "1" + rep("]", n) },
	"subscripts":      func(n int) string { return "SELECT a" + rep("[1]", n) },
	"fields":          func(n int) string { return "SELECT " + rep("(", n) + "a" + rep(").b", n) },
	"filter":          func(n int) string { return "SELECT " + rep("count(*) FILTER (WHERE ", n) + "a" + rep(")", n) },
	"over":            func(n int) string { return "SELECT " + rep("sum(a) OVER (ORDER BY ", n) + "a" + rep(")", n) },
	"grouping sets":   func(n int) string { return "SELECT 1 GROUP BY " + rep("GROUPING SETS (", n) + "a" + rep(")", n) },
	"bracket + chain": func(n int) string {
		return "SELECT " + rep("(", n/5) + "1" + rep("+1", n/5) + rep(")", n/5) + rep("+1", n/5)
	},
	"chain in list then chain": func(n int) string {
		return "SELECT f(1" + rep("+1", n/2) + ", 1, 2)" + rep("+1", n/2)
	},
	"chain under union": func(n int) string {
		return "SELECT 1" + rep("+1", n/2) + ", 2" + rep(" UNION SELECT 1, 2", n/6)
	},
	"chain under join": func(n int) string {
		return "SELECT * FROM (SELECT 1" + rep("+1", n/2) + ") a" + rep(" JOIN b ON x = y", n/6)
	},
	"xml":         func(n int) string { return "SELECT " + rep("xmlelement(name x, ", n) + "a" + rep(")", n) },
	"json":        func(n int) string { return "SELECT " + rep("json_object('a': ", n) + "a" + rep(")", n) },
	"insert":      func(n int) string { return rep("WITH x AS (INSERT INTO t ", n) + "SELECT 1" + rep(") SELECT 1", n) },
	"mixed words": func(n int) string { return "SELECT 1 WHERE " + rep("NOT a IS NULL = NOT ", n/2) + "b" },
	"overlaps":    func(n int) string { return "SELECT " + rep("(", n) + "(a, b) OVERLAPS (c, d)" + rep(" = e)", n) },
}

func rep(s string, n int) string { return strings.Repeat(s, n) }

// deepest returns the longest text of make that the guard lets through.
func deepest(make func(int) string) string {
	n := sort.Search(100_000, func(n int) bool {
		_, bad := sqlscan.TooDeep(make(n))
		return bad
	})
	return make(n - 1)
}

// TestStack parses the deepest texts that the guard allows in processes with
// the stacks that macOS and musl give to threads.
func TestStack(t *testing.T) {
	if os.Getenv("SQLVET_STACK_CHILD") != "" {
		parseDeepest(t)
		return
	}
	for _, kb := range []int{512, 128} {
		cmd := exec.Command("sh", "-c", fmt.Sprintf(`ulimit -s %d && exec "$0" -test.run='^TestStack$' -test.v`, kb), os.Args[0])
		cmd.Env = append(os.Environ(), "SQLVET_STACK_CHILD=1")
		out, err := cmd.CombinedOutput()
		if err != nil || !strings.Contains(string(out), "--- PASS: TestStack") {
			t.Errorf("with a stack of %d KiB: %v\n%s", kb, err, last(string(out), 3000))
		}
	}
}

func last(s string, n int) string { return s[max(0, len(s)-n):] }

func parseDeepest(t *testing.T) {
	names := make([]string, 0, len(deepTexts))
	for name := range deepTexts {
		names = append(names, name)
	}
	sort.Strings(names)
	for _, name := range names {
		sql := deepest(deepTexts[name])
		fmt.Printf("%s: %d bytes\n", name, len(sql)) // to be seen if the process dies
		if _, err := Parse(sql); err != nil && err.Refused {
			t.Errorf("%s: refused: %v", name, err)
		}
		// What would take the process with it is refused: 2,000 operators
		// did so, on 512 KiB.
		for _, n := range []int{2_000, 50_000} {
			if _, err := Parse(deepTexts[name](n)); err == nil || !err.Refused {
				t.Errorf("%s of %d: want it refused, have %v", name, n, err)
			}
		}
		if _, err := Fingerprint(sql); err != nil && err.Refused {
			t.Errorf("%s: refused: %v", name, err)
		}
		if _, err := Normalize(sql); err != nil && err.Refused {
			t.Errorf("%s: refused: %v", name, err)
		}
	}
}

//go:build unix

package nonsargable_test

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"regexp"
	"strconv"
	"strings"
	"testing"
)

// A pair is a query before and after its fix.
type pair struct {
	pos           token.Position
	before, after string
	args          []string // the names of the Go variables that are bound
}

// TestFixesKeepRows runs each query of the golden file before and after its
// fix on a server, over the types that a column may have and over zones whose
// clocks are set at midnight, at night and by half an hour.
func TestFixesKeepRows(t *testing.T) {
	pairs := fixed(t, "../../testdata/src/nonsargable/fixes/fixes.go")
	if len(pairs) < 30 {
		t.Fatalf("%d fixes in the golden file, want more", len(pairs))
	}
	s := postgres(t)
	matched := make(map[string]bool) // by position: some rows were found
	for _, zone := range []string{"UTC", "Europe/Berlin", "Africa/Cairo", "America/New_York", "Australia/Lord_Howe"} {
		for _, types := range [][2]string{{"timestamptz", "int"}, {"timestamp", "bigint"}, {"date", "numeric"}} {
			var checks []pair
			for _, p := range pairs {
				checks = append(checks, variants(p)...)
			}
			var b strings.Builder
			fmt.Fprintf(&b, tables, zone, types[0], types[1])
			for _, v := range checks {
				fmt.Fprintf(&b, "WITH a AS (%s), b AS (%s), d AS ((TABLE a EXCEPT TABLE b) UNION ALL (TABLE b EXCEPT TABLE a))\n"+
					"SELECT (SELECT count(*) FROM d), (SELECT count(*) FROM a);\n", v.before, v.after)
			}
			out, err := s.run(b.String())
			if err != nil {
				t.Fatalf("%s, %v: %v", zone, types, err)
			}
			lines := strings.Split(out, "\n")
			if len(lines) != len(checks) {
				t.Fatalf("%d results of %d queries", len(lines), len(checks))
			}
			for i, v := range checks {
				diff, rows, _ := strings.Cut(lines[i], "|")
				if diff != "0" {
					t.Errorf("%s: %s rows differ in %s with %s:\n\t%s\n\t%s", v.pos, diff, zone, types, v.before, v.after)
				}
				matched[v.pos.String()] = matched[v.pos.String()] || rows != "0"
			}
		}
	}
	for _, p := range pairs {
		if !matched[p.pos.String()] {
			t.Errorf("%s: no row was found: the test proves nothing of this fix", p.pos)
		}
	}
}

// fixed returns the queries that differ between a file and its golden file.
func fixed(t *testing.T, file string) []pair {
	t.Helper()
	fset := token.NewFileSet()
	before, after := calls(t, fset, file), calls(t, fset, file+".golden")
	if len(before) != len(after) {
		t.Fatalf("%d and %d calls", len(before), len(after))
	}
	var out []pair
	for i := range before {
		for j, arg := range before[i].Args {
			p := pair{pos: fset.Position(arg.Pos()), before: text(arg), after: text(after[i].Args[j])}
			if p.before == p.after {
				continue
			}
			for _, a := range before[i].Args[j+1:] {
				if id, ok := a.(*ast.Ident); ok {
					p.args = append(p.args, id.Name)
				}
			}
			out = append(out, p)
		}
	}
	return out
}

func calls(t *testing.T, fset *token.FileSet, file string) []*ast.CallExpr {
	t.Helper()
	f, err := parser.ParseFile(fset, file, nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	var out []*ast.CallExpr
	ast.Inspect(f, func(n ast.Node) bool {
		if call, ok := n.(*ast.CallExpr); ok {
			out = append(out, call)
		}
		return true
	})
	return out
}

// text returns the value of a string literal.
func text(e ast.Expr) string {
	lit, ok := e.(*ast.BasicLit)
	if !ok {
		return ""
	}
	s, _ := strconv.Unquote(lit.Value)
	return s
}

// values are what is tried for the variables of the file. A literal without a
// type is typed by what stands beside it, as a placeholder is.
var values = map[string][]string{
	"n": {"'3'", "'-5'", "NULL"},
	"":  {"'2024-02-29'", "'2024-04-26'", "'2024-10-31'", "'2024-03-31'", "'2024-10-27'", "'2024-01-01'", "NULL"},
}

// moments are what is tried for now().
var moments = []string{"2024-04-26 12:00", "2024-10-31 23:30", "2024-04-07 01:45", "2024-03-31 00:00", "2024-01-01 00:00"}

var (
	named    = regexp.MustCompile(`[:@]day|\?`)
	numbered = regexp.MustCompile(`\$[12]`)
	current  = regexp.MustCompile(`now\(\)|CURRENT_DATE`)
)

// variants returns the queries of a pair with values in the place of its
// placeholders and of what depends on the clock.
func variants(p pair) []pair {
	before, after := named.ReplaceAllString(p.before, "$$1"), named.ReplaceAllString(p.after, "$$1")
	list := []string{""}
	if numbered.MatchString(before) {
		list = values[""]
		if len(p.args) > 0 && len(values[p.args[0]]) > 0 {
			list = values[p.args[0]]
		}
	}
	nows := []string{""}
	if current.MatchString(before) {
		nows = moments
	}
	var out []pair
	for _, value := range list {
		for _, now := range nows {
			put := func(sql string) string {
				sql = numbered.ReplaceAllLiteralString(sql, value)
				return current.ReplaceAllStringFunc(sql, func(s string) string {
					s = "('" + now + "'::timestamptz)" + map[string]string{"CURRENT_DATE": "::date"}[s]
					return "(" + s + ")"
				})
			}
			out = append(out, pair{pos: p.pos, before: put(before), after: put(after)})
		}
	}
	return out
}

// tables makes the tables of the file, given a zone, the type of a time and
// that of a number.
const tables = `
SET client_min_messages = error;
SET timezone = '%[1]s';
DROP TABLE IF EXISTS orders, items;
CREATE TABLE orders (id serial, created_at %[2]s, paid_at timestamptz, paid boolean);
INSERT INTO orders (created_at, paid_at, paid)
	SELECT at, at, extract(day FROM at) > 20 FROM generate_series('2023-12-30'::timestamptz, '2025-01-03', '4 hours') at
	UNION ALL SELECT at, at, false FROM generate_series('2024-03-30'::timestamptz, '2024-04-28', '30 minutes') at
	UNION ALL SELECT at, at, false FROM generate_series('2024-10-24'::timestamptz, '2024-11-04', '30 minutes') at
	UNION ALL SELECT at, at, true FROM generate_series('2019-12-31'::timestamptz, '2023-01-02', '12 hours') at
	UNION ALL VALUES ('infinity'::timestamptz, NULL::timestamptz, true), ('-infinity', NULL, true), (NULL, NULL, false);
CREATE TABLE items (id serial, price %[3]s, due date);
INSERT INTO items (price, due)
	SELECT n, '2024-03-01'::date + n FROM generate_series(-400, 400) n
	UNION ALL SELECT NULL, NULL;
`

// creates checks that a server takes the indexes that messages propose.
func creates(t *testing.T, statements map[string]bool) {
	delete(statements, "")
	if len(statements) < 20 {
		t.Fatalf("%d statements, want more", len(statements))
	}
	s := postgres(t)
	if _, err := s.run(columns); err != nil {
		t.Fatal(err)
	}
	_, noTrigrams := s.run("CREATE EXTENSION pg_trgm")
	for sql := range statements {
		if noTrigrams != nil && strings.Contains(sql, "gin_trgm_ops") {
			t.Log("pg_trgm is not on this machine: not tried: ", sql)
			continue
		}
		if _, err := s.run(sql); err != nil {
			t.Errorf("%s\n%v", sql, err)
		}
	}
}

// columns makes the tables of the package std.
const columns = `
CREATE TABLE users (id int, name text, email text, phone text, first text, last text, "lastName" text, note text, country text,
	age int, seen double precision, created_at timestamptz);
CREATE TABLE items (id int, price numeric, code text);
CREATE TABLE orders (id int, code text);
CREATE TABLE orgs (name text);
CREATE TABLE invites (email text);
CREATE TABLE blocklist (email text);
`

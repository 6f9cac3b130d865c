package main

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/sqlvet/sqlvet/internal/report"
)

// store is a file with two loops in one function; place finds its lines.
const store = `package store

type Store[T any] struct{}

func (s *Store[T]) Owners(ids []int) {
	for _, id := range ids { // loop
		s.count()
		s.user(
			id, // argument
		)
	}
	for _, id := range ids { // second loop
		s.group(id)
	}
	s.last(ids)
}

func Other(s *Store[int], ids []int) {
	s.Owners(ids)
}
`

// place returns the line that holds a text, 1-based.
func place(t *testing.T, text, part string) int {
	t.Helper()
	before, _, ok := strings.Cut(text, part)
	if !ok {
		t.Fatalf("no %q", part)
	}
	return strings.Count(before, "\n") + 1
}

func finding(rule, file string, line int, related ...int) report.Finding {
	f := report.Finding{Rule: rule, Pos: report.Position{File: file, Line: line, Column: 1}, Message: "slow"}
	for _, line := range related {
		f.Related = append(f.Related, report.Related{Pos: report.Position{File: "db/store.go", Line: line, Column: 1}})
	}
	return f
}

func storeCase(t *testing.T, rule string) Case {
	return Case{
		Rule: rule, LoopFile: "db/store.go", LoopLine: place(t, store, "// loop"),
		CallLine: place(t, store, "s.user("), CallEndLine: place(t, store, "// argument") + 1,
	}
}

func TestMeets(t *testing.T) {
	c := storeCase(t, "nplusone")
	for _, test := range []struct {
		name, rule, file string
		line             int
		related          []int
		want             string
	}{
		{"first line of the call", "nplusone", "db/store.go", c.CallLine, nil, atCall},
		{"last line of the call", "nplusone", "db/store.go", c.CallEndLine, nil, atCall},
		{"the loop", "nplusone", "db/store.go", c.LoopLine, nil, inLoop},
		{"another call in the loop", "nplusone", "db/store.go", c.CallLine - 1, nil, inLoop},
		{"before the loop", "nplusone", "db/store.go", c.LoopLine - 1, nil, ""},
		{"after the call", "nplusone", "db/store.go", c.CallEndLine + 1, nil, ""},
		{"same line of another file", "nplusone", "db/other.go", c.CallLine, nil, ""},
		{"file of the same name", "nplusone", "store.go", c.CallLine, nil, ""},
		{"loop as related place", "nplusone", "db/other.go", 1, []int{c.LoopLine}, byOther},
		{"step of another path", "nplusone", "db/other.go", 1, []int{c.CallLine}, ""},
		{"transaction's call", "txsideeffect", "db/store.go", c.CallLine, nil, atCall},
		{"transaction's begin", "txsideeffect", "db/store.go", c.LoopLine, nil, inLoop},
		{"another call in the transaction", "txsideeffect", "db/store.go", c.CallLine - 1, nil, ""},
		{"another call that names the transaction", "txsideeffect", "db/other.go", 1, []int{c.LoopLine}, ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			c := c
			c.Rule = test.rule
			if got := meets(c, finding(test.rule, test.file, test.line, test.related...)); got != test.want {
				t.Errorf("got %q, want %q", got, test.want)
			}
		})
	}
}

// TestFixOfMiss: what is reported elsewhere does not turn a miss into a false
// alarm at its place, and what is reported at its place is one.
func TestFixOfMiss(t *testing.T) {
	c := storeCase(t, "nplusone")
	old := newSource([]byte(store))
	second := finding("nplusone", "db/store.go", place(t, store, "s.group"))
	b := judgeBad(c, []report.Finding{second}, old)
	if b.where != "" {
		t.Fatalf("bad commit: %+v", b)
	}
	at := finding("nplusone", "db/store.go", c.CallLine)
	left := judgeFix(c, b, []report.Finding{at, second}, map[string]*source{"db/store.go": old})
	if len(left) != 1 || left[0].Pos != at.Pos {
		t.Errorf("left %v", left)
	}
}

// TestFixSameText: a second call with the same text, not reported before, does
// not excuse the first.
func TestFixSameText(t *testing.T) {
	text := strings.Replace(store, "s.group(id)", "s.user(\n\t\t\tid,\n\t\t)", 1)
	c := storeCase(t, "nplusone")
	file := newSource([]byte(text))
	at := finding("nplusone", "db/store.go", c.CallLine)
	b := judgeBad(c, []report.Finding{at}, file)
	if left := judgeFix(c, b, []report.Finding{at}, map[string]*source{"db/store.go": file}); len(left) != 1 {
		t.Errorf("left %v", left)
	}
}

// TestFix takes the same findings before the fix each time: of the case, of
// another call in its loop and of the function's second loop.
func TestFix(t *testing.T) {
	c := storeCase(t, "nplusone")
	old := newSource([]byte(store))
	other, second := place(t, store, "s.count"), place(t, store, "s.group")
	b := judgeBad(c, []report.Finding{
		finding("nplusone", "db/store.go", other),
		finding("nplusone", "db/store.go", c.CallLine),
		finding("nplusone", "db/store.go", second),
	}, old)
	if b.where != atCall || len(b.met) != 1 || b.met[0].Pos.Line != c.CallLine {
		t.Fatalf("bad commit: %+v", b)
	}
	if b.function != "Store.Owners" {
		t.Fatalf("function %q", b.function)
	}
	moved := "package store\n\n// A comment moves all lines.\n\n" + strings.TrimPrefix(store, "package store\n")
	extracted := strings.ReplaceAll(store, ") Owners(", ") Holders(")
	for _, test := range []struct {
		name  string
		files map[string]string // after the fix
		at    []string          // texts of the lines with findings
		want  []string          // of those left
	}{
		{"mended", map[string]string{"db/store.go": moved}, nil, nil},
		{"the others stay", map[string]string{"db/store.go": moved}, []string{"s.count()", "s.group(id)"}, nil},
		{"still there", map[string]string{"db/store.go": moved}, []string{"s.user("}, []string{"s.user("}},
		{"one of the others twice", map[string]string{"db/store.go": moved + "\nfunc f() { s.count() }\n"}, []string{"s.count()", "s.user("}, []string{"s.user("}},
		{
			"new call in the function", map[string]string{"db/store.go": strings.Replace(moved, "s.user(\n", "s.users(\n", 1)},
			[]string{"s.users("}, []string{"s.users("},
		},
		{"outside the loop, not reported before", map[string]string{"db/store.go": moved}, []string{"s.last(ids)"}, nil},
		{"another function", map[string]string{"db/store.go": moved}, []string{"s.Owners(ids)"}, nil},
		{"function in another file", map[string]string{"db/a.go": "package store\n", "db/moved.go": moved}, []string{"s.user("}, []string{"s.user("}},
		{"function renamed", map[string]string{"db/store.go": extracted}, []string{"s.user("}, []string{"s.user("}},
		{"function renamed and mended", map[string]string{"db/store.go": extracted}, []string{"s.count()"}, nil},
		{"another package", map[string]string{"db/store.go": moved, "web/store.go": "package web\n\nfunc f() {\n\ts.user(\n\t)\n}\n"}, nil, nil},
	} {
		t.Run(test.name, func(t *testing.T) {
			files := make(map[string]*source)
			var findings []report.Finding
			for name, text := range test.files {
				files[name] = newSource([]byte(text))
				for _, at := range test.at {
					if strings.Contains(text, at) {
						findings = append(findings, finding("nplusone", name, place(t, text, at)))
					}
				}
				if name == "web/store.go" {
					findings = append(findings, finding("nplusone", name, place(t, text, "s.user(")))
				}
			}
			if len(findings) < len(test.at) {
				t.Fatal("a text is in no file")
			}
			var got []string
			for _, f := range judgeFix(c, b, findings, files) {
				got = append(got, files[f.Pos.File].line(f.Pos.Line))
			}
			if !slices.Equal(got, test.want) {
				t.Errorf("left %q, want %q", got, test.want)
			}
		})
	}
}

func TestNegative(t *testing.T) {
	c := storeCase(t, "nplusone")
	n := Negative{Rule: c.Rule, File: c.LoopFile, Line: c.LoopLine, CallLine: c.CallLine}
	for _, test := range []struct {
		name, file string
		line       int
		want       bool
	}{
		{"the loop", n.File, n.Line, true},
		{"inside", n.File, n.CallLine - 1, true},
		{"the call", n.File, n.CallLine, true},
		{"a later line of the call", n.File, n.CallLine + 2, true},
		{"before", n.File, n.Line - 1, false},
		{"after", n.File, n.CallLine + 3, false},
		{"another file", "db/other.go", n.CallLine, false},
	} {
		t.Run(test.name, func(t *testing.T) {
			got := judgeNegative(n, []report.Finding{finding("nplusone", test.file, test.line)}, newSource([]byte(store)))
			if (len(got) > 0) != test.want {
				t.Errorf("got %v, want a finding: %v", got, test.want)
			}
		})
	}
}

func TestCallEnd(t *testing.T) {
	const text = `package p

func f() {
	a(
		1,
	)
	b.
		Where(2).
		All()
	c(func() {
		d()
	})
	e
}
`
	s := newSource([]byte(text))
	for part, lines := range map[string]int{"a(": 2, "b.": 2, "c(": 0, "d()": 0, "\te\n": 0} {
		line := place(t, text, part)
		if part == "\te\n" {
			line = place(t, text, "e\n}")
		}
		if got := s.callEnd(line) - line; got != lines {
			t.Errorf("%s: %d more lines, want %d", part, got, lines)
		}
	}
}

func TestReadCases(t *testing.T) {
	const good = `{"id": "a", "repo": "o/n", "bad_commit": "1", "fix_commit": "2", "loop_file": "f.go", "loop_line": 3, "call_line": 4, "call_end_line": 4}`
	for _, test := range []struct{ name, text, want string }{
		{"one", good + "\n\n", ""},
		{"not JSON", good + "\n{", ":2: "},
		{"no file", strings.Replace(good, "f.go", "", 1), "are needed"},
		{"test", strings.Replace(good, "f.go", "f_test.go", 1), "not analysed"},
		{"no owner", strings.Replace(good, "o/n", "n", 1), "are needed"},
		{"call above the loop", strings.Replace(good, `"call_line": 4`, `"call_line": 2`, 1), "lines must satisfy"},
		{"call ends before it starts", strings.Replace(good, `"call_end_line": 4`, `"call_end_line": 3`, 1), "lines must satisfy"},
	} {
		t.Run(test.name, func(t *testing.T) {
			name := filepath.Join(t.TempDir(), "cases.jsonl")
			if err := os.WriteFile(name, []byte(test.text), 0o666); err != nil {
				t.Fatal(err)
			}
			list, err := readCases(name)
			if test.want != "" {
				if err == nil || !strings.Contains(err.Error(), test.want) {
					t.Fatalf("error %v, want %q", err, test.want)
				}
				return
			}
			if err != nil || len(list) != 1 || list[0].Rule != defaultRule || list[0].ModuleDir != "." {
				t.Errorf("got %+v, %v", list, err)
			}
		})
	}
}

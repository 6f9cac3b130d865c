package report

import (
	"bytes"
	"io/fs"
	"strings"
	"testing"

	"github.com/rivo/uniseg"
)

func TestParsePosition(t *testing.T) {
	tests := []struct {
		in   string
		want Position
	}{
		{"/a/b.go:12:3", Position{"/a/b.go", 12, 3}},
		{`C:\a\b.go:12:3`, Position{`C:\a\b.go`, 12, 3}},
		{`C:\a\b.y:12`, Position{`C:\a\b.y`, 12, 0}},
		{"a b:c.go:1:1", Position{"a b:c.go", 1, 1}},
		{"a.y:12", Position{"a.y", 12, 0}},
		{"a.go", Position{"a.go", 0, 0}},
		{"a:-1", Position{"a:-1", 0, 0}},
		{"71:3", Position{"", 71, 3}},
		{"71", Position{"", 71, 0}},
		{"-", Position{}},
	}
	for _, test := range tests {
		got := ParsePosition(test.in)
		if got != test.want {
			t.Errorf("ParsePosition(%q) = %v", test.in, got)
		}
		if got.String() != test.in {
			t.Errorf("%q is printed as %q", test.in, got)
		}
	}
}

func TestMark(t *testing.T) {
	tests := []struct {
		name, line string
		from, to   int // columns
		want       string
	}{
		{"start", "abc", 1, 3, "^^"},
		{"tabs", "\t\tx\ty", 5, 6, "\t\t \t^"},
		{"wide", "世界 x", 8, 9, "     ^"},
		{"combining", "e\u0301 x", 5, 6, "  ^"},
		{"marked wide", "a世b", 2, 5, " ^^"},
		{"empty range", "abc", 2, 2, " ^"},
		{"past the end", "abc", 9, 9, "   ^"},
		{"control characters", "\x1b[31mx", 6, 7, "     ^"},
		{"invalid UTF-8", "\xff\xfex", 3, 4, "  ^"},
		{"tab inside", "a\tb", 1, 4, "^^^"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			text := new(Text)
			got := text.mark(test.line, Position{"f", 1, test.from}, Position{"f", 1, test.to})
			if got != test.want {
				t.Errorf("got %q, want %q", got, test.want)
			}
		})
	}
	got := new(Text).mark("ab cd  ", Position{"f", 1, 4}, Position{"f", 3, 1})
	if got != "   ^^" {
		t.Errorf("a range over lines is marked %q", got)
	}
}

func TestText(t *testing.T) {
	finding := Finding{
		Rule: "r", Message: "message", Pos: Position{"f.go", 2, 2}, End: Position{"f.go", 3, 2},
		Related: []Related{{Position{"g.go", 1, 1}, "here"}},
		Fixes:   []Fix{{Message: "Do it"}, {Message: "Or that"}},
	}
	read := func(name string) ([]byte, error) {
		if name == "f.go" {
			return []byte("one\r\n\ttwo\x1b\r\nthree\r\nfour"), nil
		}
		return nil, fs.ErrNotExist
	}
	tests := []struct {
		name string
		text Text
		file string
		want string
	}{
		{"plain", Text{}, "f.go", "f.go:2:2: message [r]\n\t\ttwo·\n\t\t^^^^\n\tg.go:1:1: here\n\tfix: do it (sqlvet -fix)\n"},
		{"context", Text{Context: 1}, "f.go", "f.go:2:2: message [r]\n     1\tone\n     2\t\ttwo·\n\t\t^^^^\n     3\tthree\n     4\tfour\n\tg.go:1:1: here\n\tfix: do it (sqlvet -fix)\n"},
		{"no source", Text{Context: -1}, "f.go", "f.go:2:2: message [r]\n\tg.go:1:1: here\n\tfix: do it (sqlvet -fix)\n"},
		{"no file", Text{}, "gone.go", "gone.go:2:2: message [r]\n\tg.go:1:1: here\n\tfix: do it (sqlvet -fix)\n"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			var buf bytes.Buffer
			test.text.Out, test.text.ReadFile = &buf, read
			f := finding
			f.Pos.File, f.End.File = test.file, test.file
			test.text.Finding(f)
			if buf.String() != test.want {
				t.Errorf("got\n%q\nwant\n%q", buf.String(), test.want)
			}
			test.text.Color = true
			buf.Reset()
			test.text.Finding(f)
			if n, m := strings.Count(buf.String(), "\x1b["), strings.Count(buf.String(), "\x1b[0m"); n == 0 || n != 2*m {
				t.Errorf("colours do not end: %q", buf.String())
			}
		})
	}
}

func TestSort(t *testing.T) {
	at := func(file string, line int, rule string) Finding {
		return Finding{Rule: rule, Message: "m", Pos: Position{file, line, 1}}
	}
	got := Sort([]Finding{at("b", 1, "r"), at("a", 10, "r"), at("a", 9, "s"), at("a", 9, "r"), at("a", 10, "r")})
	var b strings.Builder
	for _, f := range got {
		b.WriteString(f.Pos.String() + f.Rule + " ")
	}
	if want := "a:9:1r a:9:1s a:10:1r b:1:1r "; b.String() != want {
		t.Errorf("got %s, want %s", b.String(), want)
	}
}

func TestSummary(t *testing.T) {
	r := func(rules ...string) (list []Finding) {
		for _, rule := range rules {
			list = append(list, Finding{Rule: rule})
		}
		return list
	}
	tests := []struct {
		findings []Finding
		stats    Stats
		want     string
	}{
		{nil, Stats{Packages: 2}, "0 findings in 2 packages\nno database call was seen, so there was no SQL to check\n"},
		{r("b", "a", "b"), Stats{Packages: 1, Calls: 4, Known: 2, Holes: 1, Unknown: 1, Parsed: 3},
			"3 findings (b 2, a 1) in 1 package\n4 database calls seen; SQL text fully known in 2, with holes in 1, unknown in 1; 3 parsed\n"},
		{nil, Stats{Packages: 1, Clauses: 1},
			"0 findings in 1 package\n0 database calls seen; SQL text fully known in 0, with holes in 0, unknown in 0; 0 parsed; 1 clause in query builders\n"},
	}
	for _, test := range tests {
		if got := Summary(test.findings, test.stats, true); got != test.want {
			t.Errorf("got\n%s\nwant\n%s", got, test.want)
		}
	}
}

// TestLongLine expects a part of a long line around the finding, with the mark
// below it.
func TestLongLine(t *testing.T) {
	line := strings.Repeat("世", 1000) + "bad()" + strings.Repeat("x", 500_000)
	at := 3*1000 + 1
	var out bytes.Buffer
	text := &Text{Out: &out, ReadFile: func(string) ([]byte, error) { return []byte("a\n" + line + "\n"), nil }}
	text.Finding(Finding{Rule: "r", Message: "m", Pos: Position{"f", 2, at}, End: Position{"f", 2, at + 3}})
	lines := strings.Split(out.String(), "\n")
	if len(out.String()) > 1000 || len(lines) < 3 {
		t.Fatalf("%d bytes: %.300s", out.Len(), out.String())
	}
	source, mark := lines[1], lines[2]
	before, _, ok := strings.Cut(source, "bad()")
	if !ok || !strings.HasPrefix(source, "\t…") || !strings.HasSuffix(source, "x…") {
		t.Errorf("the line is %q", source)
	}
	if blank := strings.TrimRight(strings.TrimPrefix(mark, "\t"), "^"); len(blank) != uniseg.StringWidth(strings.TrimPrefix(before, "\t")) || !strings.HasSuffix(mark, " ^^^") {
		t.Errorf("the mark is %q below %q", mark, source)
	}
}

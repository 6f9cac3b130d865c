package report

import (
	"fmt"
	"io"
	"strings"
	"unicode/utf8"

	"github.com/rivo/uniseg"

	"github.com/sqlvet/sqlvet/internal/config"
	"github.com/sqlvet/sqlvet/internal/plain"
)

// Text prints findings for people.
type Text struct {
	Out   io.Writer
	Color bool
	// Context is how many source lines to show before and after those of
	// a finding; below 0 shows none at all.
	Context int
	// ReadFile reads a file that a Position names; nil for those of the repository.
	ReadFile func(name string) ([]byte, error)

	sources map[string][]string // lines of the files read so far
}

// Colours, as SGR parameters.
const (
	bold   = "1"
	red    = "1;31"
	green  = "32"
	yellow = "33"
	faint  = "2"
)

func (t *Text) paint(color, s string) string {
	if !t.Color || s == "" {
		return s
	}
	return "\x1b[" + color + "m" + s + "\x1b[0m"
}

// Finding prints one finding: its place and message, the source with the
// place underlined, then the places it refers to and its fix.
func (t *Text) Finding(f Finding) {
	severity := ""
	if f.Severity != "" && f.Severity != config.SeverityWarning {
		severity = t.paint(bold, string(f.Severity)+":") + " "
	}
	fmt.Fprintf(t.Out, "%s: %s%s %s\n", t.paint(bold, f.Pos.String()), severity, f.Message, t.paint(yellow, "["+f.Rule+"]"))
	t.source(f.Pos, f.End)
	for _, r := range f.Related {
		fmt.Fprintf(t.Out, "\t%s: %s\n", r.Pos, r.Message)
	}
	if f.Plan != "" && t.Context >= 0 {
		for line := range strings.Lines(f.Plan) {
			fmt.Fprintf(t.Out, "\t%s\n", plain.Line(strings.TrimRight(line, "\n")))
		}
	}
	if len(f.Fixes) > 0 {
		fmt.Fprintf(t.Out, "\t%s %s\n", t.paint(green, "fix:"), lowerFirst(f.Fixes[0].Message)+" (sqlvet -fix)")
	}
}

// source prints the line of pos with a mark below from pos to end, or to the
// end of the line if end is further down.
func (t *Text) source(pos, end Position) {
	lines := t.lines(pos.File)
	if t.Context < 0 || pos.Line < 1 || pos.Line > len(lines) {
		return
	}
	last := pos.Line
	if end.File == pos.File && end.Line > last && t.Context > 0 {
		last = end.Line
	}
	for n := max(1, pos.Line-t.Context); n <= min(len(lines), last+t.Context); n++ {
		prefix := "\t"
		if t.Context > 0 {
			prefix = fmt.Sprintf("%6d\t", n)
		}
		line, from, to := lines[n-1], pos, end
		if len(line) > longLine {
			line, from, to = window(line, n, from, to)
		}
		fmt.Fprintf(t.Out, "%s%s\n", t.paint(faint, prefix), plain.Line(line))
		if n != pos.Line || pos.Column == 0 {
			continue
		}
		if t.Context > 0 {
			prefix = "\t"
		}
		fmt.Fprintf(t.Out, "%s%s\n", prefix, t.mark(line, from, to))
	}
}

// longLine is how many bytes of a source line are shown at most.
const longLine = 300

// window cuts a long line: around pos if it is the n-th line, and moves the
// columns with it.
func window(line string, n int, pos, end Position) (string, Position, Position) {
	from := 0
	if n == pos.Line {
		from = min(max(pos.Column-longLine/3, 0), len(line))
	}
	for from > 0 && from < len(line) && !utf8.RuneStart(line[from]) {
		from--
	}
	to := min(from+longLine, len(line))
	for to < len(line) && !utf8.RuneStart(line[to]) {
		to--
	}
	cut, moved := line[from:to], -from
	if from > 0 {
		cut, moved = "…"+cut, moved+len("…")
	}
	if to < len(line) {
		cut += "…"
	}
	pos.Column += moved
	if end.Line == n {
		end.Column += moved
	}
	return cut, pos, end
}

// mark returns the line below a source line: blank up to pos, then carets.
// Tabs stay tabs, so that the caret stands right however wide they are shown.
func (t *Text) mark(line string, pos, end Position) string {
	from := min(max(pos.Column-1, 0), len(line))
	to := len(strings.TrimRight(line, " \t"))
	if end.File == pos.File && end.Line == pos.Line {
		to = min(end.Column-1, len(line))
	}
	var b strings.Builder
	for i, part := range strings.Split(plain.Line(line[:from]), "\t") {
		if i > 0 {
			b.WriteByte('\t')
		}
		b.WriteString(strings.Repeat(" ", uniseg.StringWidth(part)))
	}
	width := 1
	if to > from {
		// Tabs inside the mark count as one column: rare, and the start is
		// what matters.
		width = max(1, uniseg.StringWidth(plain.Line(line[from:to]))+strings.Count(line[from:to], "\t"))
	}
	return b.String() + t.paint(red, strings.Repeat("^", width))
}

func (t *Text) lines(file string) []string {
	if lines, ok := t.sources[file]; ok {
		return lines
	}
	read := t.ReadFile
	if read == nil {
		read = readSource
	}
	var lines []string
	if data, err := read(file); err == nil {
		lines = strings.Split(string(data), "\n")
		for i := range lines {
			lines[i] = strings.TrimSuffix(lines[i], "\r")
		}
	}
	if t.sources == nil {
		t.sources = make(map[string][]string)
	}
	t.sources[file] = lines
	return lines
}

func lowerFirst(s string) string {
	if len(s) > 1 && 'A' <= s[0] && s[0] <= 'Z' && 'a' <= s[1] && s[1] <= 'z' {
		return string(s[0]+'a'-'A') + s[1:]
	}
	return s
}

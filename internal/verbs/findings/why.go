package findings

import (
	"cmp"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/sqlvet/sqlvet/analyzers"
	"github.com/sqlvet/sqlvet/internal/cli"
	"github.com/sqlvet/sqlvet/internal/gocmd"
	"github.com/sqlvet/sqlvet/internal/passes/inventory"
	"github.com/sqlvet/sqlvet/internal/passes/suppress"
	"github.com/sqlvet/sqlvet/internal/plain"
	"github.com/sqlvet/sqlvet/internal/report"
	"github.com/sqlvet/sqlvet/internal/run"
	"github.com/sqlvet/sqlvet/internal/vettool"
)

// Why explains one line: the calls seen there, their SQL and how it was put
// together, and what each rule made of it.
func Why(c *cli.Command, args []string) int {
	fs := cli.NewFlagSet()
	build := cli.AddBuildFlags(fs)
	rest, err := cli.ParseFlags(fs, args)
	if errors.Is(err, flag.ErrHelp) {
		return c.VerbHelp("why", fs)
	} else if err != nil {
		return c.Fail("%v", err)
	}
	if len(rest) != 1 {
		return c.Fail("want sqlvet why FILE:LINE")
	}
	at, err := parseLine(rest[0])
	if err != nil {
		return c.Fail("%v", err)
	}
	dir, err := os.Getwd()
	if err != nil {
		return c.Fail("%v", err)
	}
	// The file's folder may belong to another module.
	folder := filepath.Dir(filepath.Join(dir, at.File))
	if filepath.IsAbs(at.File) {
		folder = filepath.Dir(at.File)
	}
	if err := vettool.CheckConfigs(folder, c.Rules); err != nil {
		return c.Fail("%v", err)
	}
	if err := os.Chdir(folder); err != nil {
		return c.Fail("%v", err)
	}
	flags := append([]string{"-" + suppress.WhyFlag + "=true"}, run.Switches(c.Rules, "explain")...)
	g, err := gocmd.New(c.Stderr, append(flags, build()...))
	if err != nil {
		return c.Fail("%v", err)
	}
	col := run.NewCollection(dir, true)
	failures, ok, err := g.Vet([]string{"-json", "-" + vettool.InventoryFlag}, []string{"."}, col.Read)
	if err != nil {
		return c.Fail("%v", err)
	}
	col.Failures = append(col.Failures, failures...)
	if err := os.Chdir(dir); err != nil {
		return c.Fail("%v", err)
	}
	if !ok && len(col.Packages) == 0 {
		run.Failures(c, col.Failures)
		return cli.ExitFailed
	}
	col.Finish()
	e := &explanation{out: plain.Writer(c.Stdout), col: col, at: at, rules: analyzers.Names(c.Rules), spans: []span{{at.File, at.Line, at.Line}}}
	e.print()
	run.Failures(c, col.Failures)
	if len(col.Failures) > 0 {
		return cli.ExitFailed
	}
	return cli.ExitClean
}

// parseLine reads FILE:LINE, or FILE:LINE:COLUMN as other tools print it.
func parseLine(s string) (report.Position, error) {
	pos := report.ParsePosition(s)
	if pos.File == "" || pos.Line == 0 {
		return pos, fmt.Errorf("%s is not FILE:LINE", s)
	}
	if _, err := os.Stat(pos.File); err != nil {
		return pos, err
	}
	if filepath.Ext(pos.File) != ".go" {
		return pos, fmt.Errorf("%s is not a Go file", pos.File)
	}
	return report.Position{File: filepath.Clean(pos.File), Line: pos.Line, Column: 1}, nil
}

// An explanation prints what a collection knows of one line.
type explanation struct {
	out   io.Writer
	col   *run.Collection
	at    report.Position
	rules []string
	// spans are the lines that rules are asked about: the line, and those of
	// the calls that are on it, or whose text is, and of their texts.
	spans []span
}

// A span is some lines of a file, both ends included.
type span struct {
	file     string
	from, to int
}

func (s span) holds(at report.Position) bool { return s.meets(span{at.File, at.Line, at.Line}) }

func (s span) meets(t span) bool {
	return filepath.Clean(s.file) == filepath.Clean(t.file) && s.from <= t.to && t.from <= s.to
}

func (e *explanation) print() {
	where, line := report.Line(e.at)
	if where != "" {
		where = " in " + where
	}
	fmt.Fprintf(e.out, "%s:%d%s\n\t%s\n\n", e.at.File, e.at.Line, where, shorten(line, 300))
	settings := e.col.Settings(e.at.File).Path()
	if settings != "" {
		settings = report.Position{File: settings}.Relative(e.col.Dir).File
	}
	fmt.Fprintf(e.out, "settings: %s\n\n", cmp.Or(settings, "none"))
	asked := false
	for _, s := range e.sites() {
		spans := e.spansOf(s)
		if slices.ContainsFunc(spans, func(s span) bool { return s.holds(e.at) }) {
			asked = true
			e.site(s, !spans[0].holds(e.at))
			// What is said of any part of the call or its text is said of it.
			e.spans = append(e.spans, spans...)
		}
	}
	if !asked {
		fmt.Fprintln(e.out, "no call on this line hands over SQL itself, as far as sqlvet knows")
		var near []string
		for _, s := range e.sites() {
			if from := e.col.Position(s.From); filepath.Clean(from.File) == e.at.File {
				near = append(near, fmt.Sprint(from.Line))
			}
		}
		if near = slices.Compact(near); len(near) > 0 {
			fmt.Fprintf(e.out, "calls in this file that do: lines %s\n", strings.Join(near, ", "))
		}
		fmt.Fprintln(e.out)
	}
	e.decisions()
}

// sites returns the calls of the package.
func (e *explanation) sites() []inventory.Site {
	var list []inventory.Site
	seen := make(map[string]bool) // a file is part of a package and of its tests
	for _, s := range e.col.Sites {
		if !seen[s.Posn] {
			seen[s.Posn] = true
			list = append(list, s)
		}
	}
	return list
}

// spansOf returns the lines of a call, then those of the parts of its texts.
func (e *explanation) spansOf(s inventory.Site) []span {
	from, to, arg := e.col.Position(s.From), e.col.Position(s.To), e.col.Position(s.Posn)
	list := []span{{from.File, from.Line, max(to.Line, arg.Line)}}
	for _, t := range s.Texts {
		for _, p := range t.Pieces {
			if p.Posn == "" || p.Hole != "" {
				continue
			}
			at := e.col.Position(p.Posn)
			last := at.Line
			for i, text := range strings.Split(p.Text, "\n") {
				// In an interpreted literal an end of line is no new line.
				if _, line := report.Line(report.Position{File: at.File, Line: at.Line + i}); text != "" && strings.Contains(line, strings.Join(strings.Fields(text), " ")) {
					last = at.Line + i
				}
			}
			list = append(list, span{at.File, at.Line, last})
		}
	}
	return list
}

// site prints one call and its texts, and where the call is if that is not on
// the line.
func (e *explanation) site(s inventory.Site, elsewhere bool) {
	where := ""
	if elsewhere {
		where = " at " + e.place(s.From)
	}
	fmt.Fprintf(e.out, "call of %s%s (%s)\n", s.Call, where, cmp.Or(s.Role, "unknown role"))
	fmt.Fprintf(e.out, "\tknown by %s\n", s.Known)
	what := "the text"
	if s.Clause {
		what = "a clause"
	}
	if s.Passes {
		fmt.Fprintf(e.out, "\tthe function around it passes a parameter on: the text is known where that function is called\n\n")
		return
	}
	if len(s.Texts) == 0 {
		fmt.Fprintf(e.out, "\t%s is not known (%s): rules say nothing of it\n\n", what, report.ReasonWords(string(s.Reason)))
		return
	}
	for i, t := range s.Texts {
		head := what
		if len(s.Texts) > 1 {
			head = fmt.Sprintf("alternative %d of %d", i+1, len(s.Texts))
		}
		e.text(head, t)
	}
	fmt.Fprintln(e.out)
}

func (e *explanation) text(head string, t inventory.Text) {
	known := "known in part"
	if t.Full {
		known = "known to the last byte"
	}
	parsed := "parsed"
	switch {
	case t.Error != "":
		parsed = "not parsed: " + t.Error
	case !t.Parsed:
		parsed = "not parsed"
	}
	fmt.Fprintf(e.out, "\t%s: %s; dialect %s; %s", head, known, cmp.Or(t.Dialect, "unknown"), parsed)
	if len(t.Tables) > 0 {
		fmt.Fprintf(e.out, "; tables %s", strings.Join(t.Tables, ", "))
	}
	fmt.Fprintln(e.out)
	shown := &report.SQL{Text: t.Text}
	for line := range strings.SplitSeq(shown.Dedented(), "\n") {
		fmt.Fprintf(e.out, "\t\t%s\n", line)
	}
	if len(t.Pieces) == 1 && t.Full {
		fmt.Fprintf(e.out, "\tone piece, from %s\n", e.place(t.Pieces[0].Posn))
		return
	}
	fmt.Fprintf(e.out, "\tput together from\n")
	for _, p := range t.Pieces {
		if p.Hole != "" {
			fmt.Fprintf(e.out, "\t\t%s: {%s}, not known: %s\n", e.place(p.Posn), p.Hole, report.ReasonWords(string(p.Why)))
			continue
		}
		made := ""
		if p.Made {
			made = ", by the library"
		}
		fmt.Fprintf(e.out, "\t\t%s: %q%s\n", e.place(p.Posn), shorten(p.Text, 60), made)
	}
}

func (e *explanation) place(posn string) string {
	if posn == "" {
		return "somewhere else"
	}
	return e.col.Position(posn).String()
}

// decisions prints what each rule made of the line.
func (e *explanation) decisions() {
	said := make(map[string][]string)
	say := func(rule, text string) {
		if !slices.Contains(said[rule], text) {
			said[rule] = append(said[rule], text)
		}
	}
	on := func(from, to report.Position) bool {
		at := span{from.File, from.Line, max(from.Line, to.Line)}
		return slices.ContainsFunc(e.spans, at.meets)
	}
	reported := make(map[string]bool)
	for _, f := range e.col.Findings {
		if on(f.Pos, f.End) {
			reported[f.Rule] = true
			say(f.Rule, fmt.Sprintf("reported (%s, %s): %s", f.Severity, f.Confidence, f.Message))
		}
	}
	for _, f := range e.col.Verdicts {
		if on(f.Pos, f.End) {
			say(f.Rule, f.Message)
		}
	}
	for _, s := range e.col.Silences {
		if strings.HasPrefix(s.Reason, "silent: ") && reported[s.Rule] {
			continue // about something else on the line
		}
		if on(e.col.Position(s.Posn), e.col.Position(s.End)) {
			say(s.Rule, s.Reason)
		}
	}
	rules := slices.Clone(e.rules)
	if said[analyzers.IgnoresName] != nil {
		rules = append(rules, analyzers.IgnoresName)
	}
	for _, rule := range rules {
		for _, text := range said[rule] {
			fmt.Fprintf(e.out, "%s: %s\n", rule, text)
		}
		switch {
		case len(said[rule]) > 0:
		case !e.col.Settings(e.at.File).Enabled(rule):
			fmt.Fprintf(e.out, "%s: off in the settings\n", rule)
		default:
			fmt.Fprintf(e.out, "%s: nothing on this line is its business\n", rule)
		}
	}
}

// shorten cuts a text to n runes.
func shorten(s string, n int) string {
	if r := []rune(s); len(r) > n {
		return string(r[:n-1]) + "…"
	}
	return s
}

package shell

import (
	"fmt"
	"runtime/debug"
	"strings"

	"github.com/sqlvet/sqlvet/internal/cli"
	"github.com/sqlvet/sqlvet/internal/config"
	"github.com/sqlvet/sqlvet/internal/run"
)

// Man prints the manual page, as troff.
func Man(c *cli.Command, args []string) int {
	if len(args) > 0 {
		return c.Fail("man takes no arguments")
	}
	var b strings.Builder
	section := func(name string) { fmt.Fprintf(&b, ".SH %s\n", name) }
	item := func(term, text string) { fmt.Fprintf(&b, ".TP\n.B %s\n%s", troff(term), paragraph(text)) }
	fmt.Fprintf(&b, ".TH SQLVET 1 %q %q\n", buildDate(), troff("sqlvet "+cli.BuildVersion()))
	section("NAME")
	b.WriteString("sqlvet \\- find slow database code in Go programs\n")
	section("SYNOPSIS")
	b.WriteString(".B sqlvet\n[flags] [packages]\n")
	for _, v := range c.Verbs {
		fmt.Fprintf(&b, ".br\n.B sqlvet %s\n", v.Name)
		if v.Usage != "" {
			fmt.Fprintln(&b, troff(v.Usage))
		}
	}
	b.WriteString(".br\n.B go vet \\-vettool=$(which sqlvet) ./...\n")
	section("DESCRIPTION")
	b.WriteString(paragraph("sqlvet reads Go programs as go vet does, finds the SQL in them, parses it with PostgreSQL's own parser, and " +
		"says where a query costs more than it looks, why, and what to write instead. Packages are ./... if none is named."))
	section("COMMANDS")
	for _, v := range c.Verbs {
		item(strings.TrimSpace(v.Name+" "+v.Usage), v.About)
	}
	section("FLAGS")
	for _, d := range cli.FlagDocs() {
		item(d.Form, d.About)
	}
	section("RULES")
	for _, r := range c.Rules {
		title, _, _ := strings.Cut(r.Doc, "\n")
		item(r.Name, title)
	}
	section("FILES")
	item(config.Name, "settings, found upwards from each package; sqlvet init writes one")
	item(run.BaselineFile, "the findings that sqlvet baseline write has put aside")
	section("EXIT STATUS")
	item("0", "nothing found, or findings of severity info and hint only")
	item("1", "findings; with -diff, changes")
	item("2", "something could not be analysed, or the call was wrong")
	section("SEE ALSO")
	b.WriteString(paragraph("go(1), https://github.com/sqlvet/sqlvet"))
	if _, err := c.Stdout.Write([]byte(b.String())); err != nil {
		return c.Fail("%v", err)
	}
	return cli.ExitClean
}

// buildDate returns the day of the commit that this binary was built from; ""
// if the build does not say.
func buildDate() string {
	at := cli.StampedTime
	if info, ok := debug.ReadBuildInfo(); ok && at == "" {
		for _, s := range info.Settings {
			if s.Key == "vcs.time" {
				at = s.Value
			}
		}
	}
	day, _, _ := strings.Cut(at, "T")
	return day
}

// paragraph escapes a text and breaks it into lines of at most 72 bytes, for
// those who read the source.
func paragraph(s string) string {
	var b strings.Builder
	line := ""
	for _, word := range strings.Fields(s) {
		if line != "" && len(line)+1+len(word) > 72 {
			b.WriteString(troff(line) + "\n")
			line = ""
		}
		line = strings.TrimSpace(line + " " + word)
	}
	return b.String() + troff(line) + "\n"
}

// troff escapes a text: what starts a request at the start of a line, and
// dashes that are to be copied.
func troff(s string) string {
	s = strings.NewReplacer(`\`, `\e`, "-", `\-`).Replace(s)
	if strings.HasPrefix(s, ".") || strings.HasPrefix(s, "'") {
		s = `\&` + s
	}
	return s
}

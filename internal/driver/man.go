package driver

import (
	"fmt"
	"strings"

	"github.com/sqlvet/sqlvet/internal/config"
)

// man prints the manual page, as troff.
func (c *command) man(args []string) int {
	if len(args) > 0 {
		return c.fail("man takes no arguments")
	}
	var b strings.Builder
	section := func(name string) { fmt.Fprintf(&b, ".SH %s\n", name) }
	item := func(term, text string) { fmt.Fprintf(&b, ".TP\n.B %s\n%s\n", troff(term), troff(text)) }
	fmt.Fprintf(&b, ".TH SQLVET 1 \"\" %q\n", troff("sqlvet "+buildVersion()))
	section("NAME")
	b.WriteString("sqlvet \\- find slow database code in Go programs\n")
	section("SYNOPSIS")
	b.WriteString(".B sqlvet\n[flags] [packages]\n")
	for _, v := range verbs() {
		fmt.Fprintf(&b, ".br\n.B sqlvet %s\n", v.name)
		if v.usage != "" {
			fmt.Fprintln(&b, troff(v.usage))
		}
	}
	b.WriteString(".br\n.B go vet \\-vettool=$(which sqlvet) ./...\n")
	section("DESCRIPTION")
	b.WriteString(troff("sqlvet reads Go programs as go vet does, finds the SQL in them, parses it with PostgreSQL's own parser, and "+
		"says where a query costs more than it looks, why, and what to write instead. Without packages it analyses ./....") + "\n")
	section("COMMANDS")
	for _, v := range verbs() {
		item(strings.TrimSpace(v.name+" "+v.usage), v.about)
	}
	section("FLAGS")
	for _, d := range flagDocs() {
		item(d.form, d.about)
	}
	section("RULES")
	for _, r := range c.rules {
		title, _, _ := strings.Cut(r.Doc, "\n")
		item(r.Name, title)
	}
	section("FILES")
	item(config.Name, "settings, found upwards from each package; sqlvet init writes one")
	item(baselineFile, "the findings that sqlvet baseline write has put aside")
	section("EXIT STATUS")
	item("0", "nothing found, or findings of severity info and hint only")
	item("1", "findings; with -diff, changes")
	item("2", "something could not be analysed, or the call was wrong")
	section("SEE ALSO")
	b.WriteString(troff("go(1), https://github.com/sqlvet/sqlvet") + "\n")
	if _, err := c.stdout.Write([]byte(b.String())); err != nil {
		return c.fail("%v", err)
	}
	return exitClean
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

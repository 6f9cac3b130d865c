package driver

import (
	"flag"
	"fmt"
	"strings"

	"github.com/sqlvet/sqlvet/analyzers"
	"github.com/sqlvet/sqlvet/internal/config"
	"github.com/sqlvet/sqlvet/internal/docs"
)

const usage = `sqlvet finds slow database code in Go programs.

Usage:

%s	go vet -vettool=$(which sqlvet) ./...

Flags may stand before or after the packages:

%s
Settings of a project stand in %s, found upwards from each package.
A finding is suppressed by //sqlvet:ignore RULE reason, on its line or above.

Exit codes: 0 nothing found; 1 findings (with -diff: changes), unless all are of
severity info or hint; 2 something could not be analysed, or the call was wrong.

Rules:

`

func (c *command) help(args []string) int {
	switch len(args) {
	case 0:
		fmt.Fprintf(c.stdout, usage, synopsis(), flagLines(), config.Name)
		for _, r := range c.rules {
			title, _, _ := strings.Cut(r.Doc, "\n")
			fmt.Fprintf(c.stdout, "\t%-14s %s\n", r.Name, title)
		}
		return exitClean
	case 1:
		if args[0] == "-h" || args[0] == "-help" || args[0] == "--help" {
			return c.help(nil)
		}
		for _, r := range c.rules {
			if r.Name == args[0] {
				fmt.Fprintf(c.stdout, "%s: %s\n%s\n", r.Name, docs.Text(r.Doc), docs.URL(r.Name))
				return exitClean
			}
		}
		if _, ok := findVerb(args); ok {
			return c.verbHelp(args[0], nil)
		}
		names := analyzers.Names(c.rules)
		return c.fail("no rule %q%s; rules are %s", args[0], config.Hint(args[0], names), strings.Join(names, ", "))
	}
	return c.fail("help takes one rule")
}

// verbHelp prints a verb's line and what its own flags, if fs has any, are for.
func (c *command) verbHelp(name string, fs *flag.FlagSet) int {
	v, ok := findVerb([]string{name})
	if !ok {
		return c.help(nil)
	}
	fmt.Fprintf(c.stdout, "sqlvet %s: %s\n", strings.TrimSpace(v.name+" "+v.usage), v.about)
	if fs == nil {
		return exitClean
	}
	fs.VisitAll(func(f *flag.Flag) {
		value, about := flag.UnquoteUsage(f)
		fmt.Fprintf(c.stdout, "\t%-20s %s\n", strings.TrimSpace("-"+f.Name+" "+value), about)
	})
	return exitClean
}

// synopsis lists the ways to call sqlvet, one a line.
func synopsis() string {
	var b strings.Builder
	line := func(call, about string) { fmt.Fprintf(&b, "\t%-48s %s\n", strings.TrimSpace("sqlvet "+call), about) }
	line("[flags] [packages]", "analyse packages (default ./...)")
	for _, v := range verbs() {
		line(v.name+" "+v.usage, v.about)
	}
	return b.String()
}

func flagLines() string {
	var b strings.Builder
	for _, d := range flagDocs() {
		fmt.Fprintf(&b, "\t%-20s %s\n", d.form, d.about)
	}
	return b.String()
}

package cli

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

// Help prints what sqlvet can do, or the page of a rule.
func (c *Command) Help(args []string) int {
	switch len(args) {
	case 0:
		fmt.Fprintf(c.Stdout, usage, c.synopsis(), flagLines(), config.Name)
		for _, r := range c.Rules {
			title, _, _ := strings.Cut(r.Doc, "\n")
			fmt.Fprintf(c.Stdout, "\t%-14s %s\n", r.Name, title)
		}
		return ExitClean
	case 1:
		if args[0] == "-h" || args[0] == "-help" || args[0] == "--help" {
			return c.Help(nil)
		}
		for _, r := range c.Rules {
			if r.Name == args[0] {
				fmt.Fprintf(c.Stdout, "%s: %s\n%s\n", r.Name, docs.Text(r.Doc), docs.URL(r.Name))
				return ExitClean
			}
		}
		if _, ok := c.FindVerb(args); ok {
			return c.VerbHelp(args[0], nil)
		}
		names := analyzers.Names(c.Rules)
		return c.Fail("no rule %q%s; rules are %s", args[0], config.Hint(args[0], names), strings.Join(names, ", "))
	}
	return c.Fail("help takes one rule")
}

// VerbHelp prints a verb's line and what its own flags, if fs has any, are for.
func (c *Command) VerbHelp(name string, fs *flag.FlagSet) int {
	v, ok := c.FindVerb([]string{name})
	if !ok {
		return c.Help(nil)
	}
	fmt.Fprintf(c.Stdout, "sqlvet %s: %s\n", strings.TrimSpace(v.Name+" "+v.Usage), v.About)
	if fs == nil {
		return ExitClean
	}
	fs.VisitAll(func(f *flag.Flag) {
		value, about := flag.UnquoteUsage(f)
		fmt.Fprintf(c.Stdout, "\t%-20s %s\n", strings.TrimSpace("-"+f.Name+" "+value), about)
	})
	return ExitClean
}

// synopsis lists the ways to call sqlvet, one a line.
func (c *Command) synopsis() string {
	var b strings.Builder
	line := func(call, about string) { fmt.Fprintf(&b, "\t%-48s %s\n", strings.TrimSpace("sqlvet "+call), about) }
	line("[flags] [packages]", "analyse packages (default ./...)")
	for _, v := range c.Verbs {
		line(v.Name+" "+v.Usage, v.About)
	}
	return b.String()
}

func flagLines() string {
	var b strings.Builder
	for _, d := range FlagDocs() {
		fmt.Fprintf(&b, "\t%-20s %s\n", d.Form, d.About)
	}
	return b.String()
}

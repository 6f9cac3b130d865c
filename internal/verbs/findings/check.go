// Package findings is the default of sqlvet, to report what the rules find, and
// what tells more or less of it: queries, baseline, why.
package findings

import (
	"bytes"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/sqlvet/sqlvet/internal/cli"
	"github.com/sqlvet/sqlvet/internal/gocmd"
	"github.com/sqlvet/sqlvet/internal/run"
	"github.com/sqlvet/sqlvet/internal/vettool"
)

// verbOf returns the verb that asks for a mode; "" for the default.
func verbOf(m run.Mode) string {
	switch m {
	case run.ModeQueries:
		return "queries"
	case run.ModeBaseline, run.ModeSinceBaseline:
		return "baseline"
	}
	return ""
}

// Check analyses the packages and prints what the mode asks for.
func Check(c *cli.Command, m run.Mode, args []string) int {
	opts, toolFlags, err := run.Parse(c, m, args)
	if errors.Is(err, flag.ErrHelp) {
		return c.VerbHelp(verbOf(m), nil)
	} else if err != nil {
		return c.Fail("%v", err)
	}
	dir, err := os.Getwd()
	if err != nil {
		return c.Fail("%v", err)
	}
	// The vet tool checks them as well; here the message stands alone.
	if err := vettool.CheckConfigs(dir, c.Rules); err != nil {
		return c.Fail("%v", err)
	}
	g, err := gocmd.New(c.Stderr, append(toolFlags, opts.Build...))
	if err != nil {
		return c.Fail("%v", err)
	}
	if opts.Diff {
		return diff(c, g, opts)
	}
	if opts.Fix {
		// What cannot be analysed is reported below.
		if _, _, err := g.Vet([]string{"-fix"}, opts.Patterns, discard); err != nil {
			return c.Fail("%v", err)
		}
	}
	col := run.NewCollection(dir, opts.Tests)
	if !run.Everything(dir, opts.Patterns) {
		if col.WantedPackages, err = g.List(opts.Build, opts.Patterns); err != nil {
			return c.Fail("%v", err)
		}
	}
	if err := run.Collect(c, g, opts, col); err != nil {
		return c.Fail("%v", err)
	}
	col.Link(c.Rules)
	if m != run.ModeQueries && opts.Migrations {
		if err := col.AddRisks(); err != nil {
			return c.Fail("%v", err)
		}
	}
	col.Finish()
	if m == run.ModeBaseline {
		return writeBaseline(c, opts, col)
	}
	if err := hideOld(c, opts, col); err != nil {
		return c.Fail("%v", err)
	}
	defer run.SayOld(c, dir)
	return run.Print(c, opts, col)
}

// diff prints the fixes as a diff.
func diff(c *cli.Command, g *gocmd.Command, opts *run.Options) int {
	dir, err := os.Getwd()
	if err != nil {
		return c.Fail("%v", err)
	}
	var out bytes.Buffer
	failures, ok, err := g.Vet([]string{"-fix", "-diff"}, opts.Patterns, func(r io.Reader) error {
		_, err := out.ReadFrom(r)
		return err
	})
	if err != nil {
		return c.Fail("%v", err)
	}
	for line := range strings.Lines(out.String()) {
		io.WriteString(c.Stdout, relativeHeader(line, dir))
	}
	run.Failures(c, failures)
	switch {
	case len(failures) > 0:
		return cli.ExitFailed
	case out.Len() > 0:
		return cli.ExitFinding
	case !ok:
		return c.Fail("go vet failed without saying why")
	}
	fmt.Fprintln(c.Stderr, "sqlvet: no finding here has a fix to suggest")
	return cli.ExitClean
}

// relativeHeader makes the file name of a diff's header line relative to dir.
// Other lines that look like one name no file below dir.
func relativeHeader(line, dir string) string {
	for _, mark := range []string{"--- ", "+++ "} {
		if rest, ok := strings.CutPrefix(line, mark+dir+string(os.PathSeparator)); ok {
			return mark + rest
		}
	}
	return line
}

func discard(r io.Reader) error {
	_, err := io.Copy(io.Discard, r)
	return err
}

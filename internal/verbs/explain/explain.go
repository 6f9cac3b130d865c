//go:build unix

// Package explain is the verb that has PostgreSQL plan each query.
package explain

import (
	"cmp"
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"slices"
	"strings"
	"syscall"

	"github.com/sqlvet/sqlvet/analyzers"
	"github.com/sqlvet/sqlvet/internal/cli"
	"github.com/sqlvet/sqlvet/internal/planned"
	"github.com/sqlvet/sqlvet/internal/report"
	"github.com/sqlvet/sqlvet/internal/run"
)

const (
	planTitle = "report bad plans of PostgreSQL's"
	planPage  = "sqlvet explain has a private PostgreSQL plan each query, on tables that look as big as production's: what reads a whole " +
		"table to find a few rows, sorts on disk, or reads a table again for each row of another one is reported with the index that would change it."
)

// Run has PostgreSQL plan every query, and reports bad plans.
func Run(c *cli.Command, args []string) int {
	fs := cli.NewFlagSet()
	opts := &run.Options{Mode: run.ModeCheck}
	var ef planned.ExplainFlags
	ef.Add(fs)
	fs.StringVar(&ef.DSN, "dsn", "", "plan on this database instead of a private one: nothing is written to it")
	fs.BoolVar(&ef.Analyze, "analyze", false, "with -dsn, run the queries that change nothing, each for five seconds at most, to compare estimates with what they find")
	fs.StringVar(&ef.Schema, "schema", "", "read the schema from this SQL `file` or directory of migrations")
	diff := fs.String("diff", "", "git `revision`: report only plans that cost more than there")
	record := fs.Bool("record", false, "write the plans into the file of -plans, for later runs to compare with")
	plansPath := fs.String("plans", "", "the `file` of plans (default "+planned.PlansFile+", if it is there)")
	fs.BoolVar(&opts.JSON, "json", false, "as -format json")
	fs.StringVar(&opts.Format, "format", "", "how to print: "+strings.Join(cli.KnownFormats(), ", "))
	fs.IntVar(&opts.Context, "c", 0, "lines of context; below 0 shows no plans")
	fs.BoolVar(&opts.Tests, "tests", false, "include _test.go files")
	opts.BuildFlags = cli.AddBuildFlags(fs)
	patterns, err := cli.ParseFlags(fs, args)
	switch {
	case errors.Is(err, flag.ErrHelp):
		return c.VerbHelp("explain", fs)
	case err != nil:
		return c.Fail("explain: %v", err)
	}
	if opts.JSON {
		opts.Format = cmp.Or(opts.Format, "json")
	}
	opts.Format = cmp.Or(opts.Format, "text")
	if err := opts.Conflict(); err != nil {
		return c.Fail("explain: %v", err)
	}
	if ef.Analyze && ef.DSN == "" {
		return c.Fail("explain: -analyze needs -dsn: a private server has no rows")
	}
	if *record && *diff != "" {
		return c.Fail("explain: -record and -diff cannot be used together")
	}
	if opts.Patterns = patterns; len(patterns) == 0 {
		opts.Patterns = []string{"./..."}
	}
	opts.Build = opts.BuildFlags()
	opts.Ran = []report.Rule{{Name: analyzers.Plan, Title: planTitle, Page: planPage, URL: planned.URL}}

	// An interrupt ends what is asked of the server; the server itself ends
	// with this process in any case.
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	dir, err := os.Getwd()
	if err != nil {
		return c.Fail("explain: %v", err)
	}
	var old *planned.PlanFile
	when := "at " + *diff
	switch {
	case *record:
	case *diff != "":
		old, err = planned.PlansAt(dir, *diff, slices.Concat(ef.PassOn(dir), opts.Build, []string{fmt.Sprintf("-tests=%t", opts.Tests)}, opts.Patterns))
	default:
		when = "before"
		if old, err = planned.ReadPlans(cmp.Or(*plansPath, planned.PlansFile)); *plansPath == "" && errors.Is(err, os.ErrNotExist) {
			old, err = nil, nil
		}
	}
	if err != nil {
		return c.Fail("explain: %v", err)
	}
	col, list, err := planned.ExplainAll(c, ctx, dir, opts, ef)
	if err != nil {
		return c.Fail("explain: %v", err)
	}
	if *diff != "" {
		col.Findings = nil // what was bad before is no fault of the change
	}
	if old != nil {
		planned.Compare(list, old, when)
	}
	if *record {
		path := cmp.Or(*plansPath, planned.PlansFile)
		if err := planned.Entries(list).Write(path); err != nil {
			return c.Fail("explain: %v", err)
		}
		col.Notes = append(col.Notes, "wrote "+path)
	}
	col.Findings = report.Sort(col.Findings)
	report.Fingerprints(col.Findings)
	return run.Print(c, opts, col)
}

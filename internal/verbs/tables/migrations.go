package tables

import (
	"errors"
	"flag"
	"fmt"
	"os"

	"github.com/sqlvet/sqlvet/internal/cli"
	"github.com/sqlvet/sqlvet/internal/config"
	"github.com/sqlvet/sqlvet/internal/report"
	"github.com/sqlvet/sqlvet/internal/run"
)

// Migrations prints what the migrations of a directory risk.
func Migrations(c *cli.Command, args []string) int {
	fs := cli.NewFlagSet()
	asJSON := fs.Bool("json", false, "print JSON")
	newest := fs.Bool("newest", false, "judge the last migration only")
	dir, err := cli.OneDir(fs, args)
	if errors.Is(err, flag.ErrHelp) {
		return c.VerbHelp("migrations", fs)
	} else if err != nil {
		return c.Fail("migrations: %v", err)
	}
	wd, err := os.Getwd()
	if err != nil {
		return c.Fail("%v", err)
	}
	findings, where, err := run.RiskFindings(dir, wd, *newest)
	if err != nil {
		return c.Fail("%v", err)
	}
	if where == "" {
		return c.Fail("no folder of migrations found for %s: set it in %s (sqlvet schema prints what there is)", dir, config.Name)
	}
	if *asJSON {
		err = report.WriteJSON(c.Stdout, report.Document{Version: 1, Findings: run.OrEmpty(findings), Failures: []report.Failure{}})
		if err != nil {
			return c.Fail("%v", err)
		}
	} else {
		text := &report.Text{Out: c.Stdout, Color: cli.Colored(c.Stdout)}
		for _, f := range findings {
			text.Finding(f)
		}
		fmt.Fprintf(c.Stderr, "sqlvet: %s in %s\n", report.Count(len(findings), "finding"), where)
	}
	if len(findings) > 0 {
		return cli.ExitFinding
	}
	return cli.ExitClean
}

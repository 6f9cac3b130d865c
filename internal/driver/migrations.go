package driver

import (
	"errors"
	"flag"
	"fmt"
	"os"

	"github.com/sqlvet/sqlvet/analyzers"
	"github.com/sqlvet/sqlvet/internal/config"
	"github.com/sqlvet/sqlvet/internal/report"
	"github.com/sqlvet/sqlvet/internal/schema"
)

// migrationsRule is the name of the findings in migrations. It is no
// analyzer: what it reports does not stand in Go files.
const migrationsRule = analyzers.Migrations

const (
	migrationsTitle = "report what a migration does to a database in use"
	migrationsPage  = "An index that is built without CONCURRENTLY blocks the writes of its table; with it, it cannot run in a " +
		"transaction. A foreign key whose columns no index begins with makes each delete in the other table read all of this one."
)

// migrationsURL is its page.
const migrationsURL = "https://github.com/sqlvet/sqlvet/blob/main/docs/schema.md#migrations"

// migrations prints what the migrations of a directory risk.
func (c *command) migrations(args []string) int {
	fs := newFlagSet()
	asJSON := fs.Bool("json", false, "print JSON")
	newest := fs.Bool("newest", false, "judge the last migration only")
	dir, err := oneDir(fs, args)
	if errors.Is(err, flag.ErrHelp) {
		return c.verbHelp("migrations", fs)
	} else if err != nil {
		return c.fail("migrations: %v", err)
	}
	wd, err := os.Getwd()
	if err != nil {
		return c.fail("%v", err)
	}
	findings, where, err := riskFindings(dir, wd, *newest)
	if err != nil {
		return c.fail("%v", err)
	}
	if where == "" {
		return c.fail("no folder of migrations found for %s: set it in %s (sqlvet schema prints what there is)", dir, config.Name)
	}
	if *asJSON {
		err = report.WriteJSON(c.stdout, report.Document{Version: 1, Findings: orEmpty(findings), Failures: []report.Failure{}})
		if err != nil {
			return c.fail("%v", err)
		}
	} else {
		text := &report.Text{Out: c.stdout, Color: colored(c.stdout)}
		for _, f := range findings {
			text.Finding(f)
		}
		fmt.Fprintf(c.stderr, "sqlvet: %s in %s\n", report.Count(len(findings), "finding"), where)
	}
	if len(findings) > 0 {
		return exitFinding
	}
	return exitClean
}

// riskFindings returns what the migrations of a directory's packages risk, in
// files named from base, and what was judged; "" if there are none.
func riskFindings(dir, base string, newest bool) (out []report.Finding, where string, err error) {
	dir, cfg, opts, err := schemaSettings(dir)
	if err != nil {
		return nil, "", err
	}
	risks, where, err := schema.Risks(dir, opts, newest)
	if err != nil {
		return nil, "", err
	}
	for _, r := range risks {
		if !cfg.Covers(migrationsRule, r.Path) || config.Has(cfg.Tables.Small, r.Table) {
			continue
		}
		at := report.Position{File: r.Path, Line: r.Line, Column: 1}.Relative(base)
		f := report.Finding{
			Rule: migrationsRule, Category: r.Category, Message: r.Message, URL: migrationsURL, Pos: at, End: at,
			Severity: cfg.Severity(migrationsRule), Confidence: config.Certain,
		}
		if r.Table != "" {
			f.Tables = []string{r.Table}
		}
		f.Shown()
		out = append(out, f)
	}
	return out, where, nil
}

// addRisks adds what the newest migration risks: those before it have run.
func (col *collection) addRisks() error {
	if col.wantedPackages != nil {
		return nil // only a part of the module was asked for
	}
	found, _, err := riskFindings(col.dir, col.dir, true)
	col.findings = append(col.findings, found...)
	return err
}

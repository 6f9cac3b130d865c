package driver

import (
	"errors"
	"flag"

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
		return c.help(nil)
	} else if err != nil {
		return c.fail("migrations: %v", err)
	}
	findings, err := riskFindings(dir, *newest)
	if err != nil {
		return c.fail("%v", err)
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
	}
	if len(findings) > 0 {
		return exitFinding
	}
	return exitClean
}

// riskFindings returns what the migrations of a directory's packages risk.
func riskFindings(dir string, newest bool) ([]report.Finding, error) {
	dir, cfg, opts, err := schemaSettings(dir)
	if err != nil {
		return nil, err
	}
	risks, err := schema.Risks(dir, opts, newest)
	if err != nil {
		return nil, err
	}
	var out []report.Finding
	for _, r := range risks {
		if !cfg.Covers(migrationsRule, r.Path) || config.Has(cfg.Tables.Small, r.Table) {
			continue
		}
		at := report.Position{File: r.Path, Line: r.Line, Column: 1}.Relative(dir)
		f := report.Finding{
			Rule: migrationsRule, Category: r.Category, Message: r.Message, URL: migrationsURL, Pos: at, End: at,
			Severity: cfg.Severity(migrationsRule), Confidence: config.Certain,
		}
		if r.Table != "" {
			f.Tables = []string{r.Table}
		}
		out = append(out, f)
	}
	return out, nil
}

// addRisks adds what the newest migration risks: those before it have run.
func (col *collection) addRisks() error {
	if col.wantedPackages != nil {
		return nil // only a part of the module was asked for
	}
	found, err := riskFindings(col.dir, true)
	col.findings = append(col.findings, found...)
	return err
}

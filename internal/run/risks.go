package run

import (
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

// RiskFindings returns what the migrations of a directory's packages risk, in
// files named from base, and what was judged; "" if there are none.
func RiskFindings(dir, base string, newest bool) (out []report.Finding, where string, err error) {
	dir, cfg, opts, err := SchemaSettings(dir)
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

// AddRisks adds what the newest migration risks: those before it have run.
func (col *Collection) AddRisks() error {
	if col.WantedPackages != nil {
		return nil // only a part of the module was asked for
	}
	found, _, err := RiskFindings(col.Dir, col.Dir, true)
	col.Findings = append(col.Findings, found...)
	return err
}

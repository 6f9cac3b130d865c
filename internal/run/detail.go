package run

import (
	"cmp"
	"path/filepath"

	"github.com/sqlvet/sqlvet/internal/config"
	"github.com/sqlvet/sqlvet/internal/plain"
	"github.com/sqlvet/sqlvet/internal/report"
)

// A findingID joins a diagnostic with what the inventory says of it.
type findingID struct {
	pos           report.Position
	rule, message string
}

// Finish sorts the findings and adds what no diagnostic says of them.
func (c *Collection) Finish() {
	c.Findings = report.Sort(c.Findings)
	c.oneOfRivals()
	c.placeSent()
	for i := range c.Findings {
		f := &c.Findings[i]
		d := c.details[findingID{f.Pos, f.Rule, f.Message}]
		f.Confidence = cmp.Or(f.Confidence, d.Confidence, config.Certain)
		f.Severity = c.Settings(f.Pos.File).Severity(f.Rule)
		if d.Severity != "" && f.Severity.Fails() {
			f.Severity = d.Severity
		}
		f.Sent = cmp.Or(f.Sent, d.Sent)
		if d.Tables != nil {
			f.Tables = d.Tables
		}
		if d.SQL != nil {
			f.SQL = &report.SQL{Text: d.SQL.Text, Start: d.SQL.Start, End: d.SQL.End}
		}
		f.Shown()
	}
	report.Fingerprints(c.Findings)
	for i := range c.Failures {
		c.Failures[i].Message = plain.Lines(c.Failures[i].Message)
	}
}

// Settings returns the configuration of a file's directory.
func (c *Collection) Settings(file string) *config.Config {
	dir := filepath.Dir(c.Absolute(file))
	if cfg, ok := c.configs[dir]; ok {
		return cfg
	}
	cfg, _, err := config.Find(dir)
	if err != nil {
		cfg = new(config.Config) // a faulty one has ended the run before
	}
	c.configs[dir] = cfg
	return cfg
}

// Absolute returns the path of a file as findings name it.
func (c *Collection) Absolute(file string) string {
	if filepath.IsAbs(file) {
		return file
	}
	return filepath.Join(c.Dir, file)
}

package driver

import (
	"github.com/sqlvet/sqlvet/analyzers"
	"github.com/sqlvet/sqlvet/internal/config"
	"github.com/sqlvet/sqlvet/internal/docs"
	"github.com/sqlvet/sqlvet/internal/link"
	"github.com/sqlvet/sqlvet/internal/report"
)

// link adds what only all packages together show.
func (c *collection) link(rules []analyzers.Rule) error {
	program := link.New(c.linked)
	for _, r := range rules {
		if r.Link == nil {
			continue
		}
		for _, f := range r.Link(program) {
			if err := c.addLinked(r.Name, f); err != nil {
				return err
			}
		}
	}
	return nil
}

func (c *collection) addLinked(rule string, l link.Finding) error {
	if c.wantedPackages != nil && !c.wantedPackages[l.Package] {
		return nil
	}
	f := report.Finding{
		Rule: rule, Category: l.Category, Message: l.Message, URL: docs.URL(rule),
		Package: l.Package, Confidence: config.Likely,
	}
	var err error
	if f.Pos, err = c.position(l.Posn); err != nil {
		return err
	}
	if l.Verdict != "" && c.wanted(f.Pos) {
		c.verdicts = append(c.verdicts, report.Finding{Rule: rule, Pos: f.Pos, Message: l.Verdict})
	}
	if l.Silent {
		return nil
	}
	if f.End, err = c.position(l.End); err != nil {
		return err
	}
	if at, err := c.position(l.From); err == nil {
		f.Related = append(f.Related, report.Related{Pos: at, Message: l.Why})
	}
	if c.wanted(f.Pos) && c.settings(f.Pos.File).Wants(rule, c.absolute(f.Pos.File), f.Confidence) {
		c.findings = append(c.findings, f)
	}
	return nil
}

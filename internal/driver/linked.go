package driver

import (
	"github.com/sqlvet/sqlvet/analyzers"
	"github.com/sqlvet/sqlvet/internal/config"
	"github.com/sqlvet/sqlvet/internal/docs"
	"github.com/sqlvet/sqlvet/internal/link"
	"github.com/sqlvet/sqlvet/internal/passes/inventory"
	"github.com/sqlvet/sqlvet/internal/report"
)

// linkPart keeps what a package gives to the link step. As part of its tests it
// gives the same again.
func (c *collection) linkPart(path, text string) error {
	id := path + " " + text
	if c.linkedTexts[id] {
		return nil
	}
	c.linkedTexts[id] = true
	p, err := link.Decode(text)
	if err != nil {
		return err
	}
	p.In(path)
	c.linked = append(c.linked, p)
	return nil
}

// link adds what only all packages together show.
func (c *collection) link(rules []analyzers.Rule) {
	program := link.New(c.linked)
	for _, r := range rules {
		if r.Link == nil {
			continue
		}
		for _, f := range r.Link(program) {
			c.addLinked(r.Name, f)
		}
	}
}

func (c *collection) addLinked(rule string, l link.Finding) {
	if c.wantedPackages != nil && !c.wantedPackages[l.Package] {
		return
	}
	if l.Callers && (c.wantedPackages != nil || c.partial) {
		return
	}
	if l.Lowers {
		c.lower(rule, l)
		return
	}
	f := report.Finding{
		Rule: rule, Category: l.Category, Message: l.Message, URL: docs.URL(rule),
		Package: l.Package, Confidence: config.Likely, Sent: l.Sent,
	}
	f.Pos = c.position(l.Posn)
	if l.Verdict != "" && c.wanted(f.Pos) {
		c.verdicts = append(c.verdicts, report.Finding{Rule: rule, Pos: f.Pos, Message: l.Verdict})
	}
	if l.Silent {
		return
	}
	f.End = c.position(l.End)
	if at := c.position(l.From); at != (report.Position{}) {
		f.Related = append(f.Related, report.Related{Pos: at, Message: l.Why})
	}
	if l.Severity != "" {
		c.details[findingID{f.Pos, rule, f.Message}] = inventory.Detail{Severity: l.Severity}
	}
	if c.wanted(f.Pos) && c.settings(f.Pos.File).Wants(rule, c.absolute(f.Pos.File), f.Confidence) {
		c.findings = append(c.findings, f)
	}
}

// lower gives a finding that is there already a lower severity. Only a run over
// all packages knows what leads to a function: one that is not analysed may.
func (c *collection) lower(rule string, l link.Finding) {
	if c.wantedPackages != nil {
		return
	}
	pos := c.position(l.Posn)
	for i := range c.findings {
		f := &c.findings[i]
		if f.Rule != rule || f.Pos != pos {
			continue
		}
		d := c.details[findingID{f.Pos, f.Rule, f.Message}]
		d.Severity = l.Severity
		f.Message += l.Message
		c.details[findingID{f.Pos, f.Rule, f.Message}] = d
	}
}

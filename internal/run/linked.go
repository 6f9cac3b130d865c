package run

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
func (c *Collection) linkPart(path, text string) error {
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

// Link adds what only all packages together show.
func (c *Collection) Link(rules []analyzers.Rule) {
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

func (c *Collection) addLinked(rule string, l link.Finding) {
	if c.WantedPackages != nil && !c.WantedPackages[l.Package] {
		return
	}
	if l.Callers && (c.WantedPackages != nil || c.partial) {
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
	f.Pos = c.Position(l.Posn)
	if l.Verdict != "" && c.wanted(f.Pos) {
		c.Verdicts = append(c.Verdicts, report.Finding{Rule: rule, Pos: f.Pos, Message: l.Verdict})
	}
	if l.Silent {
		return
	}
	f.End = c.Position(l.End)
	if at := c.Position(l.From); at != (report.Position{}) {
		f.Related = append(f.Related, report.Related{Pos: at, Message: l.Why})
	}
	if l.Severity != "" {
		c.details[findingID{f.Pos, rule, f.Message}] = inventory.Detail{Severity: l.Severity}
	}
	if c.wanted(f.Pos) && c.Settings(f.Pos.File).Wants(rule, c.Absolute(f.Pos.File), f.Confidence) {
		c.Findings = append(c.Findings, f)
	}
}

// lower gives a finding that is there already a lower severity. Only a run over
// all packages knows what leads to a function: one that is not analysed may.
func (c *Collection) lower(rule string, l link.Finding) {
	if c.WantedPackages != nil {
		return
	}
	pos := c.Position(l.Posn)
	for i := range c.Findings {
		f := &c.Findings[i]
		if f.Rule != rule || f.Pos != pos {
			continue
		}
		d := c.details[findingID{f.Pos, f.Rule, f.Message}]
		d.Severity = l.Severity
		f.Message += l.Message
		c.details[findingID{f.Pos, f.Rule, f.Message}] = d
	}
}

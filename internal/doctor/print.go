package doctor

import (
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"github.com/sqlvet/sqlvet/internal/config"
	"github.com/sqlvet/sqlvet/internal/plain"
	"github.com/sqlvet/sqlvet/internal/report"
)

// maxPlaces bounds how many places of the code are listed for a finding.
const maxPlaces = 3

// Failed reports whether anything is graver than a hint.
func (d *Document) Failed() bool {
	for _, f := range d.Findings {
		if f.Severity.Fails() {
			return true
		}
	}
	return false
}

// Summary says what was looked at and how much was found.
func (d *Document) Summary() string {
	count := make(map[config.Severity]int)
	for _, f := range d.Findings {
		count[f.Severity]++
	}
	var parts []string
	for _, s := range severities {
		if n := count[s]; n > 0 {
			parts = append(parts, fmt.Sprintf("%s %d", s, n))
		}
	}
	found := report.Count(len(d.Findings), "finding")
	if len(parts) > 0 {
		found += " (" + strings.Join(parts, ", ") + ")"
	}
	standby := ""
	if d.Standby {
		standby = ", a standby"
	}
	return fmt.Sprintf("%s in the database %s of PostgreSQL %s%s; %s, counters since %s", found, d.Database, d.Server, standby, report.Count(d.Checks, "check"), d.Since.Format(time.DateOnly))
}

// WriteText writes the document for people.
func (d *Document) WriteText(w io.Writer) error {
	var b strings.Builder
	for _, f := range d.Findings {
		fmt.Fprintf(&b, "%s: %s [%s]\n", f.Severity, plain.Text(f.Message), f.Check)
		for i, p := range f.Places {
			if i == maxPlaces {
				fmt.Fprintf(&b, "    and %d more\n", len(f.Places)-maxPlaces)
				break
			}
			fmt.Fprintf(&b, "    at %s\n", p)
		}
		for line := range strings.SplitSeq(f.Remedy, "\n") {
			fmt.Fprintf(&b, "    %s\n", plain.Text(line))
		}
		fmt.Fprintf(&b, "    cost: %s\n    %s\n\n", plain.Text(f.Cost), f.Page)
	}
	for _, s := range d.Silent {
		fmt.Fprintf(&b, "%s: cannot tell: %s\n", s.Check, plain.Text(s.Reason))
	}
	b.WriteString(plain.Text(d.Summary()) + "\n")
	_, err := io.WriteString(w, b.String())
	return err
}

// Report is the document as a report of findings that have no place, for the
// page.
func (d *Document) Report(version string) *report.Report {
	r := &report.Report{Version: version, About: d.Summary()}
	rules := make(map[string]report.Rule)
	var all []Check
	all = append(all, Checks...)
	for _, c := range codeChecks {
		all = append(all, c.Check)
	}
	for _, c := range all {
		rules[c.Name] = report.Rule{Name: c.Name, Title: c.Title}
	}
	for _, f := range d.Findings {
		out := report.Finding{
			Rule: f.Check, Category: f.Check, Message: f.Message, URL: f.Page, Severity: f.Severity, Confidence: config.Certain,
			SQL: &report.SQL{Text: f.Remedy + "\n-- cost: " + f.Cost},
		}
		if slices.ContainsFunc(tableChecks, func(c Check) bool { return c.Name == f.Check }) {
			out.Tables = []string{f.Object}
		}
		if len(f.Places) > 0 {
			out.Pos = f.Places[0]
		}
		out.Shown()
		r.Findings = append(r.Findings, out)
		rule := rules[f.Check]
		if rule.URL == "" {
			rule.URL = f.Page
			rule.Page = rule.Title
			rules[f.Check] = rule
			r.Rules = append(r.Rules, rule)
		}
	}
	for _, s := range d.Silent {
		r.Failures = append(r.Failures, report.Failure{Rule: s.Check, Message: s.Check + " cannot tell: " + s.Reason})
	}
	report.Fingerprints(r.Findings)
	return r
}

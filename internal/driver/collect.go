package driver

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"

	"github.com/sqlvet/sqlvet/analyzers"
	"github.com/sqlvet/sqlvet/analyzers/nplusone"
	"github.com/sqlvet/sqlvet/analyzers/txsideeffect"
	"github.com/sqlvet/sqlvet/internal/config"
	"github.com/sqlvet/sqlvet/internal/docs"
	"github.com/sqlvet/sqlvet/internal/link"
	"github.com/sqlvet/sqlvet/internal/passes/inventory"
	"github.com/sqlvet/sqlvet/internal/report"
)

// A collection gathers what the vet tool said of all packages.
type collection struct {
	dir   string // paths are shown relative to it
	tests bool   // keep what stands in _test.go files
	// wantedPackages are those that were asked for; nil if all are. Of others
	// only what the link step needs is kept.
	wantedPackages map[string]bool
	packages       map[string]bool
	findings       []report.Finding
	failures       []report.Failure
	queries        []report.Query
	linked         []*link.Package  // what the packages give to the link step
	verdicts       []report.Finding // of -explain
	sites          []inventory.Site
	silences       []inventory.Silence
	hidden         int      // findings that hideOld left out
	notes          []string // for standard error
	stats          report.Stats
	seen           map[siteID]bool
	details        map[findingID]inventory.Detail
	configs        map[string]*config.Config // by directory
	done           func(pkg string)          // called after each package; may be nil
}

// A siteID is what makes two calls one: a file is analysed a second time as
// part of a package's tests.
type siteID struct {
	pos  report.Position
	call string
}

func newCollection(dir string, tests bool) *collection {
	return &collection{
		dir:      dir,
		tests:    tests,
		packages: make(map[string]bool),
		seen:     make(map[siteID]bool),
		details:  make(map[findingID]inventory.Detail),
		configs:  make(map[string]*config.Config),
	}
}

// read takes the output of go vet -json.
func (c *collection) read(r io.Reader) error {
	d := json.NewDecoder(r)
	for {
		var t tree
		if err := d.Decode(&t); errors.Is(err, io.EOF) {
			return nil
		} else if err != nil {
			return err
		}
		for _, id := range slices.Sorted(maps.Keys(t)) {
			if err := c.pkg(packagePath(id), t[id]); err != nil {
				return fmt.Errorf("package %s: %v", id, err)
			}
		}
	}
}

// packagePath returns the package that a package ID belongs to: of
// "p [p.test]", "p_test [p.test]" and "p_test" that is p.
func packagePath(id string) string {
	if _, variant, ok := strings.Cut(id, " ["); ok {
		return strings.TrimSuffix(variant, ".test]")
	}
	return strings.TrimSuffix(id, "_test")
}

func (c *collection) pkg(path string, results map[string]json.RawMessage) error {
	asked := c.wantedPackages == nil || c.wantedPackages[path]
	if asked {
		c.packages[path] = true
		c.stats.Packages = len(c.packages)
	}
	var failed []report.Failure
	for _, name := range slices.Sorted(maps.Keys(results)) {
		if bytes.HasPrefix(results[name], []byte("{")) {
			var e jsonError
			if err := json.Unmarshal(results[name], &e); err != nil {
				return err
			}
			failed = append(failed, report.Failure{Package: path, Rule: name, Message: e.Error})
			continue
		}
		var diagnostics []jsonDiagnostic
		if err := json.Unmarshal(results[name], &diagnostics); err != nil {
			return err
		}
		for _, d := range diagnostics {
			if !asked && d.Category != link.Category {
				continue
			}
			if err := c.diagnostic(path, name, d); err != nil {
				return err
			}
		}
	}
	c.failures = append(c.failures, causes(failed)...)
	if c.done != nil && asked {
		c.done(path)
	}
	return nil
}

// causes leaves out the failures of analyzers that only lacked the result of
// another that failed.
func causes(failed []report.Failure) []report.Failure {
	own := slices.DeleteFunc(slices.Clone(failed), func(f report.Failure) bool {
		return strings.HasPrefix(f.Message, "failed prerequisites: ")
	})
	if len(own) == 0 {
		return failed
	}
	return own
}

func (c *collection) diagnostic(path, rule string, d jsonDiagnostic) error {
	if rule == inventory.Name {
		return c.inventory(path, d.Message)
	}
	if d.Category == link.Category {
		p, err := link.Decode(d.Message)
		if err != nil {
			return err
		}
		for i := range p.Loops {
			p.Loops[i].Package = path
		}
		for i := range p.Calls {
			p.Calls[i].Package = path
		}
		c.linked = append(c.linked, p)
		return nil
	}
	message := strings.TrimSuffix(d.Message, " ["+rule+"]")
	if d.Category == report.InternalError {
		c.failures = append(c.failures, report.Failure{Package: path, Rule: rule, Message: message})
		return nil
	}
	f := report.Finding{Rule: rule, Category: d.Category, Message: message, URL: pageOf(rule), Package: path}
	var err error
	if f.Pos, err = c.position(d.Posn); err != nil {
		return err
	}
	if f.End, err = c.position(d.End); err != nil {
		return err
	}
	for _, r := range d.Related {
		pos, err := c.position(r.Posn)
		if err != nil {
			continue // a place in a package whose files are not at hand
		}
		f.Related = append(f.Related, report.Related{Pos: pos, Message: r.Message})
	}
	for _, fix := range d.Fixes {
		f.Fixes = append(f.Fixes, report.Fix{Message: fix.Message})
		last := &f.Fixes[len(f.Fixes)-1]
		for _, e := range fix.Edits {
			file := report.Position{File: e.Filename}.Relative(c.dir).File
			last.Edits = append(last.Edits, report.Edit{File: file, Start: e.Start, End: e.End, New: e.New})
		}
	}
	switch {
	case !c.wanted(f.Pos):
	case d.Category == nplusone.ExplainCategory:
		c.verdicts = append(c.verdicts, f)
	default:
		c.findings = append(c.findings, f)
	}
	return nil
}

// pageOf returns the address of what is to be read about a finding of rule.
func pageOf(rule string) string {
	if rule == analyzers.IgnoresName {
		return strings.TrimSuffix(docs.Base, "/") + "#Ignores"
	}
	return docs.URL(rule)
}

// link adds the findings that only all packages together show: loops, and calls
// inside transactions.
func (c *collection) link() error {
	for _, found := range link.Resolve(c.linked) {
		category, message, ok := nplusone.LinkFinding(found)
		err := c.addLinked(linked{
			pkg: found.Package, posn: found.Posn, end: found.End, from: found.LoopPosn, why: "the loop: " + found.Why,
			rule: nplusone.Analyzer.Name, category: category, message: message, ok: ok, verdict: nplusone.LinkVerdict(found),
		})
		if err != nil {
			return err
		}
	}
	for _, found := range link.ResolveCalls(c.linked, txsideeffect.Unwanted) {
		category, message, ok := txsideeffect.LinkFinding(found)
		err := c.addLinked(linked{
			pkg: found.Package, posn: found.Posn, end: found.End, from: found.TxPosn, why: "the transaction: " + found.TxName,
			rule: txsideeffect.Analyzer.Name, category: category, message: message, ok: ok,
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// linked is what a rule makes of a place that the link step resolved.
type linked struct {
	pkg, posn, end string
	from, why      string // the related place, and what it is
	rule           string
	category       string
	message        string
	ok             bool   // the rule's flags let it through
	verdict        string // for -explain; "" if the rule has none
}

func (c *collection) addLinked(l linked) error {
	if c.wantedPackages != nil && !c.wantedPackages[l.pkg] {
		return nil
	}
	f := report.Finding{
		Rule: l.rule, Category: l.category, Message: l.message, URL: docs.URL(l.rule),
		Package: l.pkg, Confidence: config.Likely,
	}
	var err error
	if f.Pos, err = c.position(l.posn); err != nil {
		return err
	}
	if l.verdict != "" && c.wanted(f.Pos) {
		c.verdicts = append(c.verdicts, report.Finding{Rule: l.rule, Pos: f.Pos, Message: l.verdict})
	}
	if !l.ok {
		return nil
	}
	if f.End, err = c.position(l.end); err != nil {
		return err
	}
	if at, err := c.position(l.from); err == nil {
		f.Related = append(f.Related, report.Related{Pos: at, Message: l.why})
	}
	if c.wanted(f.Pos) && c.settings(f.Pos.File).Wants(l.rule, c.absolute(f.Pos.File), f.Confidence) {
		c.findings = append(c.findings, f)
	}
	return nil
}

func (c *collection) inventory(path, message string) error {
	inv, err := inventory.Decode(message)
	if err != nil {
		return err
	}
	c.sites = append(c.sites, inv.Sites...)
	c.silences = append(c.silences, inv.Silences...)
	for _, d := range inv.Details {
		if err := c.detail(d); err != nil {
			return err
		}
	}
	for _, site := range inv.Sites {
		at, err := c.position(site.Posn)
		if err != nil {
			return err
		}
		id := siteID{at, site.Call}
		if !c.wanted(at) || c.seen[id] || site.Passes {
			continue
		}
		c.seen[id] = true
		c.count(site)
		query := report.Query{
			Pos: at, CallPos: at, Call: site.Call, Package: path,
			Clause: site.Clause, Knowledge: string(inventory.Unknown), Place: site.Place,
		}
		if len(site.Texts) == 0 {
			c.queries = append(c.queries, query)
		}
		for _, t := range site.Texts {
			q := query
			if q.Pos, err = c.position(t.Posn); err != nil {
				return err
			}
			q.Knowledge = string(inventory.Holes)
			if t.Full {
				q.Knowledge = string(inventory.Known)
			}
			q.Text, q.Dialect, q.Parsed, q.Error = t.Text, t.Dialect, t.Parsed, t.Error
			q.Normalized, q.Fingerprint, q.SQL = t.Normalized, t.Fingerprint, t.SQL
			q.Bound, q.AnyTable, q.AnyColumn = t.Bound, t.AnyTable, t.AnyColumn
			c.queries = append(c.queries, q)
		}
	}
	return nil
}

func (c *collection) count(site inventory.Site) {
	if site.Clause {
		c.stats.Clauses++
		return
	}
	c.stats.Calls++
	switch site.Knowledge {
	case inventory.Known:
		c.stats.Known++
	case inventory.Holes:
		c.stats.Holes++
	case inventory.Unknown:
		c.stats.Unknown++
	}
	if slices.ContainsFunc(site.Texts, func(t inventory.Text) bool { return t.Parsed }) {
		c.stats.Parsed++
	}
}

func (c *collection) wanted(pos report.Position) bool {
	return c.tests || !strings.HasSuffix(pos.File, "_test.go")
}

func (c *collection) position(s string) (report.Position, error) {
	pos, err := report.ParsePosition(s)
	return pos.Relative(c.dir), err
}

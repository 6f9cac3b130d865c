package run

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"regexp"
	"slices"
	"strings"

	"github.com/sqlvet/sqlvet/analyzers"
	"github.com/sqlvet/sqlvet/internal/config"
	"github.com/sqlvet/sqlvet/internal/docs"
	"github.com/sqlvet/sqlvet/internal/link"
	"github.com/sqlvet/sqlvet/internal/passes/dbschema"
	"github.com/sqlvet/sqlvet/internal/passes/inventory"
	"github.com/sqlvet/sqlvet/internal/passes/suppress"
	"github.com/sqlvet/sqlvet/internal/report"
	"github.com/sqlvet/sqlvet/internal/schema"
)

// A Collection gathers what the vet tool said of all packages.
type Collection struct {
	Dir   string // paths are shown relative to it
	tests bool   // keep what stands in _test.go files
	// wantedPackages are those that were asked for; nil if all are. Of others
	// only what the link step needs is kept.
	WantedPackages map[string]bool
	Packages       map[string]bool
	Findings       []report.Finding
	Failures       []report.Failure
	partial        bool // a package was not analysed
	Queries        []report.Query
	linked         []*link.Package  // what the packages give to the link step
	linkedTexts    map[string]bool  // as they came
	Verdicts       []report.Finding // of -explain
	Sites          []inventory.Site
	Silences       []inventory.Silence
	models         map[string]dbschema.Model // by library and table
	Hidden         int                       // findings that hideOld left out
	Notes          []string                  // for standard error
	Stats          report.Stats
	seen           map[siteID]bool
	senders        map[string]report.Position         // by the names of inventory.Sender
	handed         map[int]string                     // of queries that another call sends, the sender's name
	assumed        map[report.Position]inventory.Site // what senders are known to send without their callers
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

// NewCollection returns one without anything in it.
func NewCollection(dir string, tests bool) *Collection {
	return &Collection{
		Dir:      dir,
		tests:    tests,
		Packages: make(map[string]bool),
		seen:     make(map[siteID]bool),
		senders:  make(map[string]report.Position),
		handed:   make(map[int]string),
		assumed:  make(map[report.Position]inventory.Site),

		linkedTexts: make(map[string]bool),
		details:     make(map[findingID]inventory.Detail),
		models:      make(map[string]dbschema.Model),
		configs:     make(map[string]*config.Config),
	}
}

// Read takes the output of go vet -json: an object for each package. What
// cannot be read of one is a failure, and costs the others nothing.
func (c *Collection) Read(r io.Reader) error {
	d := json.NewDecoder(r)
	for {
		var t tree
		err := d.Decode(&t)
		if err == io.EOF {
			return nil
		}
		for _, id := range slices.Sorted(maps.Keys(t)) {
			c.pkg(packagePath(id), t[id])
		}
		if err == nil {
			continue
		}
		c.partial = true
		c.Failures = append(c.Failures, report.Failure{Message: fmt.Sprintf("go vet printed what cannot be read: %v", err)})
		switch err.(type) {
		case *json.UnmarshalTypeError: // the next object follows
		case *json.SyntaxError:
			if r, err = nextObject(io.MultiReader(d.Buffered(), r)); err != nil {
				return err
			}
			d = json.NewDecoder(r)
		default:
			if err == io.ErrUnexpectedEOF {
				return nil // the tool was ended
			}
			return err
		}
	}
}

// nextObject skips the first line of r and all that follow up to one that
// begins an object.
func nextObject(r io.Reader) (io.Reader, error) {
	in := bufio.NewReader(r)
	for {
		_, err := in.ReadSlice('\n')
		for err == bufio.ErrBufferFull {
			_, err = in.ReadSlice('\n')
		}
		if err == io.EOF {
			return in, nil
		} else if err != nil {
			return nil, err
		}
		if next, _ := in.Peek(1); string(next) == "{" {
			return in, nil
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

func (c *Collection) pkg(path string, results map[string]json.RawMessage) {
	asked := c.WantedPackages == nil || c.WantedPackages[path]
	if asked {
		c.Packages[path] = true
		c.Stats.Packages = len(c.Packages)
	}
	var failed []report.Failure
	for _, name := range slices.Sorted(maps.Keys(results)) {
		fail := func(format string, args ...any) {
			failed = append(failed, report.Failure{Package: path, Rule: name, Message: fmt.Sprintf(format, args...)})
		}
		var e jsonError
		if json.Unmarshal(results[name], &e) == nil {
			fail("%s", e.Error)
			continue
		}
		var diagnostics []jsonDiagnostic
		if err := json.Unmarshal(results[name], &diagnostics); err != nil {
			fail("what go vet printed of %s cannot be read: %v", name, err)
			continue
		}
		for _, d := range diagnostics {
			if !asked && d.Category != link.Category {
				continue
			}
			if err := c.diagnostic(path, name, d); err != nil {
				fail("what go vet printed of %s cannot be read: %v", name, err)
			}
		}
	}
	c.Failures, c.partial = append(c.Failures, causes(failed)...), c.partial || len(failed) > 0
	if c.done != nil && asked {
		c.done(path)
	}
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

// diagnostic takes what a rule says, or one of the messages that travel as a
// diagnostic: those alone can be unreadable.
func (c *Collection) diagnostic(path, rule string, d jsonDiagnostic) error {
	if rule == inventory.Name {
		return c.inventory(path, d.Message)
	}
	if d.Category == link.Category {
		return c.linkPart(path, d.Message)
	}
	message := strings.TrimSuffix(d.Message, " ["+rule+"]")
	if d.Category == report.InternalError {
		c.partial = true
		c.Failures = append(c.Failures, report.Failure{Package: path, Rule: rule, Message: message})
		return nil
	}
	f := report.Finding{
		Rule: rule, Category: d.Category, Message: message, URL: pageOf(rule), Package: path,
		Pos: c.Position(d.Posn), End: c.Position(d.End),
	}
	for _, r := range d.Related {
		pos := c.Position(r.Posn)
		if pos == (report.Position{}) {
			continue // a place in a package whose files are not at hand
		}
		f.Related = append(f.Related, report.Related{Pos: pos, Message: r.Message})
	}
	for _, fix := range d.Fixes {
		f.Fixes = append(f.Fixes, report.Fix{Message: fix.Message})
		last := &f.Fixes[len(f.Fixes)-1]
		for _, e := range fix.Edits {
			file := report.Position{File: e.Filename}.Relative(c.Dir).File
			last.Edits = append(last.Edits, report.Edit{File: file, Start: e.Start, End: e.End, New: e.New})
		}
	}
	switch {
	case !c.wanted(f.Pos):
	case d.Category == suppress.VerdictCategory:
		c.Verdicts = append(c.Verdicts, f)
	default:
		c.Findings = append(c.Findings, f)
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

func (c *Collection) inventory(path, message string) error {
	inv, err := inventory.Decode(message)
	if err != nil {
		return err
	}
	c.Sites = append(c.Sites, inv.Sites...)
	c.Silences = append(c.Silences, inv.Silences...)
	for _, m := range inv.Models {
		c.models[m.Library+" "+m.Table] = m
	}
	for _, d := range inv.Details {
		c.details[findingID{c.Position(d.Posn), d.Rule, d.Message}] = d
	}
	for _, s := range inv.Senders {
		c.senders[s.Name] = c.Position(s.Posn)
	}
	for _, site := range inv.Sites {
		at := c.Position(site.Posn)
		id := siteID{at, site.Call}
		if !c.wanted(at) || c.seen[id] || site.Passes {
			continue
		}
		c.seen[id] = true
		c.count(site, 1)
		if len(site.Texts) > 0 && !slices.ContainsFunc(site.Texts, func(t inventory.Text) bool { return !t.Assumed }) {
			c.assumed[at] = site
		}
		query := report.Query{
			Pos: at, CallPos: at, Call: site.Call, Package: path,
			Clause: site.Clause, Knowledge: string(inventory.Unknown), Reason: string(site.Reason), Place: site.Place,
		}
		if len(site.Texts) == 0 {
			c.Queries = append(c.Queries, query)
		}
		for _, t := range site.Texts {
			q := query
			q.Pos = c.Position(t.Posn)
			q.Knowledge, q.Reason = string(inventory.Holes), string(t.Reason)
			if t.Full {
				q.Knowledge = string(inventory.Known)
			}
			q.Text, q.Dialect, q.Parsed, q.Error, q.Refused = t.Text, t.Dialect, t.Parsed, t.Error, t.Refused
			if t.Refused {
				c.Stats.Refused++
			}
			q.Normalized, q.Fingerprint, q.SQL, q.Pattern = t.Normalized, t.Fingerprint, t.SQL, t.Pattern
			q.Bound, q.AnyTable, q.AnyColumn = t.Bound, t.AnyTable, t.AnyColumn
			if t.Sender != "" {
				c.handed[len(c.Queries)] = t.Sender
			}
			c.Queries = append(c.Queries, q)
		}
	}
	return nil
}

// placeSent gives the statements that a call hands to a function of another
// package the place of the call that sends them, and drops what was assumed
// there without them.
func (c *Collection) placeSent() {
	known := make(map[report.Position]bool)
	for i, name := range c.handed {
		if at, ok := c.senders[name]; ok && c.Queries[i].Knowledge != string(inventory.Unknown) {
			c.Queries[i].CallPos, known[at] = at, true
		}
	}
	handed := c.handed
	c.handed = nil
	i := -1
	c.Queries = slices.DeleteFunc(c.Queries, func(q report.Query) bool {
		i++
		site, ok := c.assumed[q.CallPos]
		if ok = ok && known[q.CallPos] && handed[i] == ""; ok && site.Posn != "" {
			c.count(site, -1)
			c.assumed[q.CallPos] = inventory.Site{} // Have: it may have several texts.
		}
		return ok
	})
}

// count adds a site to what is counted, or takes it away for n = -1.
func (c *Collection) count(site inventory.Site, n int) {
	if site.Clause {
		c.Stats.Clauses += n
		return
	}
	c.Stats.Calls += n
	if site.Knowledge != inventory.Known && site.Reason != "" {
		if c.Stats.Reasons == nil {
			c.Stats.Reasons = make(map[string]int)
		}
		c.Stats.Reasons[string(site.Reason)] += n
	}
	switch site.Knowledge {
	case inventory.Known:
		c.Stats.Known += n
	case inventory.Holes:
		c.Stats.Holes += n
	case inventory.Unknown:
		c.Stats.Unknown += n
	}
	if slices.ContainsFunc(site.Texts, func(t inventory.Text) bool { return t.Parsed }) {
		c.Stats.Parsed += n
	}
}

func (c *Collection) wanted(pos report.Position) bool {
	return c.tests || !strings.HasSuffix(pos.File, "_test.go")
}

// Position reads a position as go vet prints it.
func (c *Collection) Position(s string) report.Position {
	return report.ParsePosition(s).Relative(c.Dir)
}

// FromModels returns the schema that the models of all packages make; nil if
// there is none.
func (c *Collection) FromModels() *schema.Schema {
	var list []dbschema.Model
	for _, key := range slices.Sorted(maps.Keys(c.models)) {
		list = append(list, c.models[key])
	}
	if len(list) == 0 {
		return nil
	}
	// Have: what the program itself adds to the tables stands behind them.
	for _, q := range c.Queries {
		if definesIndex.MatchString(q.SQL) {
			list = append(list, dbschema.Model{Library: "statements", DDL: []string{q.SQL}, File: q.Pos.File, Line: q.Pos.Line, Indexed: true})
		}
	}
	return dbschema.FromModels(list)
}

// definesIndex matches the statements that change which indexes a table has.
var definesIndex = regexp.MustCompile(`(?is)^\s*(create\s+(unique\s+)?index|drop\s+index|alter\s+table)\b`)

// A tree is what the vet tool prints of one package: package ID to analyzer
// to diagnostics or error.
type tree map[string]map[string]json.RawMessage

type jsonError struct {
	Error string `json:"error"`
}

type jsonDiagnostic struct {
	Category string `json:"category"`
	Posn     string `json:"posn"`
	End      string `json:"end"`
	Message  string `json:"message"`
	Fixes    []struct {
		Message string `json:"message"`
		Edits   []struct {
			Filename string `json:"filename"`
			Start    int    `json:"start"`
			End      int    `json:"end"`
			New      string `json:"new"`
		} `json:"edits"`
	} `json:"suggested_fixes"`
	Related []struct {
		Posn    string `json:"posn"`
		Message string `json:"message"`
	} `json:"related"`
}

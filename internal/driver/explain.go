//go:build unix

package driver

import (
	"cmp"
	"context"
	"errors"
	"flag"
	"fmt"
	"maps"
	"os"
	"os/signal"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"time"

	"github.com/sqlvet/sqlvet/analyzers"
	"github.com/sqlvet/sqlvet/internal/config"
	"github.com/sqlvet/sqlvet/internal/passes/suppress"
	"github.com/sqlvet/sqlvet/internal/planner"
	"github.com/sqlvet/sqlvet/internal/plans"
	"github.com/sqlvet/sqlvet/internal/report"
	"github.com/sqlvet/sqlvet/internal/schema"
	"github.com/sqlvet/sqlvet/internal/sqlmodel"
	"github.com/sqlvet/sqlvet/internal/stats"
)

// planRule is the name of the findings in plans. It is no analyzer.
const planRule = analyzers.Plan

const (
	planTitle = "report bad plans of PostgreSQL's"
	planPage  = "sqlvet explain has a private PostgreSQL plan each query, on tables that look as big as production's: what reads a whole " +
		"table to find a few rows, sorts on disk, or reads a table again for each row of another one is reported with the index that would change it."
	planURL = "https://github.com/sqlvet/sqlvet/blob/main/docs/explain.md"
)

// explainPlans has PostgreSQL plan every query, and reports bad plans.
func (c *command) explainPlans(args []string) int {
	fs := newFlagSet()
	opts := &options{mode: modeCheck}
	var ef explainFlags
	ef.add(fs)
	fs.StringVar(&ef.dsn, "dsn", "", "plan on this database instead of a private one: nothing is written to it")
	fs.BoolVar(&ef.analyze, "analyze", false, "with -dsn, run the queries that change nothing, each for five seconds at most, to compare estimates with what they find")
	fs.StringVar(&ef.schema, "schema", "", "read the schema from this SQL `file` or directory of migrations")
	diff := fs.String("diff", "", "git `revision`: report only plans that cost more than there")
	record := fs.Bool("record", false, "write the plans into the file of -plans, for later runs to compare with")
	plansPath := fs.String("plans", "", "the `file` of plans (default "+plansFile+", if it is there)")
	fs.BoolVar(&opts.json, "json", false, "as -format json")
	fs.StringVar(&opts.format, "format", "", "how to print: "+strings.Join(knownFormats(), ", "))
	fs.IntVar(&opts.context, "c", 0, "lines of context; below 0 shows no plans")
	fs.BoolVar(&opts.tests, "tests", false, "include _test.go files")
	opts.buildFlags = addBuildFlags(fs)
	patterns, err := parseFlags(fs, args)
	switch {
	case errors.Is(err, flag.ErrHelp):
		return c.verbHelp("explain", fs)
	case err != nil:
		return c.fail("explain: %v", err)
	}
	if opts.json {
		opts.format = cmp.Or(opts.format, "json")
	}
	opts.format = cmp.Or(opts.format, "text")
	if err := opts.conflict(); err != nil {
		return c.fail("explain: %v", err)
	}
	if ef.analyze && ef.dsn == "" {
		return c.fail("explain: -analyze needs -dsn: a private server has no rows")
	}
	if *record && *diff != "" {
		return c.fail("explain: -record and -diff cannot be used together")
	}
	if opts.patterns = patterns; len(patterns) == 0 {
		opts.patterns = []string{"./..."}
	}
	opts.build = opts.buildFlags()
	opts.ran = []report.Rule{{Name: planRule, Title: planTitle, Page: planPage, URL: planURL}}

	// An interrupt ends what is asked of the server; the server itself ends
	// with this process in any case.
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	dir, err := os.Getwd()
	if err != nil {
		return c.fail("explain: %v", err)
	}
	var old *planFile
	when := "at " + *diff
	switch {
	case *record:
	case *diff != "":
		old, err = plansAt(dir, *diff, slices.Concat(ef.passOn(dir), opts.build, []string{fmt.Sprintf("-tests=%t", opts.tests)}, opts.patterns))
	default:
		when = "before"
		if old, err = readPlans(cmp.Or(*plansPath, plansFile)); *plansPath == "" && errors.Is(err, os.ErrNotExist) {
			old, err = nil, nil
		}
	}
	if err != nil {
		return c.fail("explain: %v", err)
	}
	col, list, err := c.explainAll(ctx, dir, opts, ef)
	if err != nil {
		return c.fail("explain: %v", err)
	}
	if *diff != "" {
		col.findings = nil // what was bad before is no fault of the change
	}
	if old != nil {
		compare(list, old, when)
	}
	if *record {
		path := cmp.Or(*plansPath, plansFile)
		if err := entries(list).write(path); err != nil {
			return c.fail("explain: %v", err)
		}
		col.notes = append(col.notes, "wrote "+path)
	}
	col.findings = report.Sort(col.findings)
	report.Fingerprints(col.findings)
	return c.print(opts, col)
}

// passOn returns the flags for a run in another folder.
func (f *explainFlags) passOn(dir string) (args []string) {
	for name, value := range map[string]string{"pg": f.pg, "stats": f.stats} {
		if value != "" && !filepath.IsAbs(value) {
			value = filepath.Join(dir, value)
		}
		if value != "" {
			args = append(args, "-"+name+"="+value)
		}
	}
	for name, value := range map[string]string{"dsn": f.dsn, "schema": f.schema} {
		if value != "" {
			args = append(args, "-"+name+"="+value)
		}
	}
	return args
}

// explainAll plans the queries of all packages.
func (c *command) explainAll(ctx context.Context, dir string, opts *options, ef explainFlags) (col *collection, list []*explainer, err error) {
	given, err := givenSchema(ef.schema)
	if err != nil {
		return nil, nil, err
	}
	all, err := c.workloads(opts, given)
	if err != nil {
		return nil, nil, err
	}
	col = newCollection(dir, opts.tests)
	col.failures, col.stats = all.failures, all.stats
	if len(all.noSchema) > 0 && ef.dsn == "" {
		col.notes = append(col.notes, fmt.Sprintf("no schema found for %s; see sqlvet schema", some(all.noSchema)))
	}
	for _, w := range all.loads {
		e := &explainer{workload: w, col: col, skipped: make(map[string]int)}
		if err := e.run(ctx, ef); err != nil {
			return nil, nil, err
		}
		list = append(list, e)
	}
	return col, list, nil
}

// An explainer plans the statements of one workload.
type explainer struct {
	*workload
	col     *collection
	server  planner.Server
	assumed bool // the numbers of rows are
	whole   bool // the server has all that the schema should have
	jobs    []*job
	skipped map[string]int // statements that were not planned, by reason
}

// A job is one statement.
type job struct {
	number int // of the statement
	st     *planner.Statement
	plan   *plans.Node
	faults []plans.Fault
}

// run plans the statements of a workload.
func (e *explainer) run(ctx context.Context, ef explainFlags) error {
	start := time.Now()
	if ef.dsn != "" {
		db, err := planner.Dial(ctx, ef.dsn, ef.analyze)
		if err != nil {
			return err
		}
		defer db.Close()
		e.server, e.whole = db, true
		return e.explain(ctx, nil, start)
	}
	box, err := e.openBox(ctx, ef)
	if err != nil {
		return err
	}
	defer box.Close()
	e.server = box
	return e.explain(ctx, box, start)
}

// openBox starts a private server with the tables of the workload.
func (e *explainer) openBox(ctx context.Context, ef explainFlags) (*planner.Box, error) {
	scripts, digest, err := e.scripts(ef.schema)
	if err != nil {
		return nil, err
	}
	box, err := planner.Open(ctx, planner.Options{Bin: ef.pg, Scripts: scripts, Digest: digest})
	if err != nil {
		return nil, err
	}
	e.whole = e.schema.Complete
	for _, n := range box.Notes {
		e.whole = e.whole && n.Harmless
	}
	e.noteSkipped(box)
	known := e.opts.Known
	if ef.stats != "" {
		if known.Stats, err = stats.Load(ef.stats); err != nil {
			return nil, errors.Join(err, box.Close())
		}
	}
	var models []*sqlmodel.Statement
	for _, st := range e.statements {
		models = append(models, st.Model)
	}
	files := []*stats.File{planner.Assumed(e.schema, known, models, time.Now())}
	if e.assumed = known.Stats == nil; !e.assumed {
		files = slices.Insert(files, 0, known.Stats)
	}
	strange, err := box.Apply(ctx, files...)
	if err != nil {
		return nil, errors.Join(err, box.Close())
	}
	if len(strange) > 0 && !e.assumed {
		e.col.notes = append(e.col.notes, fmt.Sprintf("the statistics do not fit the schema: %s", some(strange)))
	}
	return box, nil
}

// noteSkipped says what of the migrations makes plans uncertain.
func (e *explainer) noteSkipped(box *planner.Box) {
	const shown = 3
	n := 0
	for _, note := range box.Notes {
		if note.Harmless {
			continue
		}
		if n++; n <= shown {
			e.col.notes = append(e.col.notes, fmt.Sprintf("%s:%d: %s (plans of %s are uncertain)", note.File, note.Line, note.Message, some(note.Tables)))
		}
	}
	if n > shown {
		e.col.notes = append(e.col.notes, fmt.Sprintf("and %d more of the kind", n-shown))
	}
}

// scripts returns what makes the workload's tables.
func (w *workload) scripts(given string) ([]schema.Script, string, error) {
	if given != "" {
		return scriptsAt(given)
	}
	dir, _, opts, err := schemaSettings(w.dir)
	if err != nil {
		return nil, "", err
	}
	return schema.Scripts(dir, opts)
}

// scriptsAt is scripts for what schemaAt reads.
func scriptsAt(path string) ([]schema.Script, string, error) {
	path, err := filepath.Abs(path)
	if err != nil {
		return nil, "", err
	}
	files, err := config.Schema{Paths: []string{path}}.Files()
	if err != nil {
		return nil, "", err
	}
	scripts, digest, err := schema.Scripts(filepath.Dir(path), schema.Options{Files: files})
	if err != nil || scripts != nil || len(files) != 1 {
		return scripts, digest, err
	}
	text, err := os.ReadFile(files[0])
	if err != nil {
		return nil, "", err
	}
	scripts, digest = schema.ScriptOf(files[0], string(text))
	return scripts, digest, nil
}

// explain plans all statements and reports what is bad about the plans.
func (e *explainer) explain(ctx context.Context, box *planner.Box, start time.Time) error {
	seen := make(map[string]bool)
	for i := range e.statements {
		// A text stands at several places if a helper sends it.
		key := fmt.Sprint(e.queries[i].Pos, e.texts[i], e.statements[i].Bound)
		if seen[key] {
			continue
		}
		seen[key] = true
		if err := e.statement(ctx, i); err != nil {
			return err
		}
	}
	remedies := make(map[*job]*remedy)
	if box != nil {
		var err error
		if remedies, err = e.remedies(ctx, box); err != nil {
			return err
		}
	}
	found := 0
	for _, j := range e.jobs {
		found += e.report(j, remedies[j])
	}
	on := "assumed row counts (sqlvet snapshot writes those of production)"
	switch {
	case box == nil:
		on = "the tables of -dsn"
	case !e.assumed:
		on = "the row counts of " + stats.Name
	}
	note := fmt.Sprintf("%s planned by PostgreSQL %s on %s in %.1f s", report.Count(len(e.jobs), "statement"), e.server.Version(), on, time.Since(start).Seconds())
	for _, why := range slices.Sorted(maps.Keys(e.skipped)) {
		note += fmt.Sprintf("; %d %s", e.skipped[why], why)
	}
	e.col.notes = append(e.col.notes, note)
	return nil
}

// plannable are the kinds of statements that have a plan.
var plannable = []sqlmodel.Kind{sqlmodel.Select, sqlmodel.Values, sqlmodel.Insert, sqlmodel.Update, sqlmodel.Delete, sqlmodel.Merge}

// statement plans one statement.
func (e *explainer) statement(ctx context.Context, i int) error {
	q := e.queries[i]
	switch {
	case !slices.Contains(plannable, e.statements[i].Model.Kind):
		return nil
	case q.Dialect != "" && q.Dialect != "postgres":
		e.skipped["of another database"]++
		return nil
	}
	j := &job{number: i}
	var err error
	if j.st, err = e.server.Prepare(ctx, e.texts[i], e.statements[i].Bound); err == nil {
		j.plan, err = e.server.Explain(ctx, j.st)
	}
	var no *planner.Refusal
	switch {
	case errors.As(err, &no):
		e.refused(j, no)
		return nil
	case err != nil:
		return err
	}
	facts := e.server.Facts()
	if j.faults, err = e.depending(ctx, j, plans.Judge(j.plan, facts)); err != nil {
		return err
	}
	if j.st.Deep != "" {
		deep, err := e.server.ExplainDeep(ctx, j.st)
		if err == nil {
			j.faults = append(j.faults, plans.Deep(j.plan, deep, facts)...)
		} else if !errors.As(err, &no) {
			return err
		}
	}
	e.jobs = append(e.jobs, j)
	return nil
}

// refused reports a statement that the server does not take, if that can be
// no fault of what sqlvet knows of it or of the schema.
func (e *explainer) refused(j *job, no *planner.Refusal) {
	q := e.queries[j.number]
	switch {
	case q.Knowledge != "known":
		e.skipped["not known in full and refused"]++
	case no.Missing() && !e.whole:
		e.skipped["refused, maybe for what was not read of the schema"]++
	default:
		e.add(j.number, plans.Fault{Kind: plans.Refused, Message: "PostgreSQL refuses this statement: " + no.Message}, config.Certain, "")
	}
}

// report adds the findings of a statement and returns their number.
func (e *explainer) report(j *job, r *remedy) (n int) {
	guilty := make(map[*plans.Node]bool)
	for _, f := range j.faults {
		guilty[f.Node] = true
	}
	tree := ""
	if len(j.faults) > 0 {
		tree = plans.Tree(j.plan, guilty)
	}
	said := make(map[string]bool)
	for _, f := range j.faults {
		if said[string(f.Kind)+f.Table] {
			continue
		}
		said[string(f.Kind)+f.Table] = true
		if e.assumed && r == nil && (f.Kind == plans.Sort || f.Kind == plans.Hash || f.Kind == plans.Lossy) {
			continue // sizes of rows are guessed as well
		}
		shown := tree
		if n > 0 {
			shown = "" // once a statement
		}
		if r != nil {
			f.Message += r.String(j.plan.Cost)
		}
		if e.assumed {
			f.Message += "; row counts are assumed"
		}
		confidence := config.Likely
		if r != nil && !e.assumed {
			confidence = config.Certain
		}
		f.Remedied = r != nil
		e.add(j.number, f, confidence, shown)
		n++
	}
	return n
}

// add adds a finding about a statement, unless the settings or a comment say
// not to.
func (e *explainer) add(i int, f plans.Fault, confidence config.Confidence, tree string) {
	q := e.queries[i]
	path := e.col.absolute(q.Pos.File)
	cfg := e.col.settings(q.Pos.File)
	if !cfg.Covers(planRule, path) || f.Table != "" && config.Has(cfg.Tables.Small, f.Table) {
		return
	}
	src, err := os.ReadFile(path)
	if err == nil && strings.HasSuffix(path, ".go") && suppress.Ignored(path, src, q.Pos.Line, planRule) {
		return
	}
	out := report.Finding{
		Rule: planRule, Category: string(f.Kind), Message: f.Message, URL: planURL, Pos: q.Pos, End: q.Pos, Package: q.Package,
		Severity: cfg.Severity(planRule), Confidence: confidence, SQL: &report.SQL{Text: q.Text, End: len(q.Text)}, Plan: tree,
	}
	if !f.Remedied && f.Kind != plans.Refused && out.Severity.Fails() {
		out.Severity = config.SeverityInfo // nobody knows what to do about it yet
	}
	if f.Table != "" {
		out.Tables = []string{f.Table}
	}
	out.Shown()
	e.col.findings = append(e.col.findings, out)
}

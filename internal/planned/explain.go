//go:build unix

package planned

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/sqlvet/sqlvet/analyzers"
	"github.com/sqlvet/sqlvet/internal/cli"
	"github.com/sqlvet/sqlvet/internal/config"
	"github.com/sqlvet/sqlvet/internal/filetree"
	"github.com/sqlvet/sqlvet/internal/passes/suppress"
	"github.com/sqlvet/sqlvet/internal/planner"
	"github.com/sqlvet/sqlvet/internal/plans"
	"github.com/sqlvet/sqlvet/internal/report"
	"github.com/sqlvet/sqlvet/internal/run"
	"github.com/sqlvet/sqlvet/internal/sqlmodel"
	"github.com/sqlvet/sqlvet/internal/stats"
	"github.com/sqlvet/sqlvet/internal/workload"
)

// PassOn returns the flags for a run in another folder.
func (f *ExplainFlags) PassOn(dir string) (args []string) {
	for name, value := range map[string]string{"pg": f.PG, "stats": f.stats} {
		if value != "" && !filepath.IsAbs(value) {
			value = filepath.Join(dir, value)
		}
		if value != "" {
			args = append(args, "-"+name+"="+value)
		}
	}
	for name, value := range map[string]string{"dsn": f.DSN, "schema": f.Schema} {
		if value != "" {
			args = append(args, "-"+name+"="+value)
		}
	}
	return args
}

// URL is the page on the findings.
const URL = "https://github.com/sqlvet/sqlvet/blob/main/docs/explain.md"

// ExplainAll plans the queries of all packages.
func ExplainAll(c *cli.Command, ctx context.Context, dir string, opts *run.Options, ef ExplainFlags) (col *run.Collection, list []*explainer, err error) {
	given, err := run.GivenSchema(ef.Schema)
	if err != nil {
		return nil, nil, err
	}
	all, err := workload.Gather(c, opts, given)
	if err != nil {
		return nil, nil, err
	}
	col = run.NewCollection(dir, opts.Tests)
	col.Failures, col.Stats = all.Failures, all.Stats
	if len(all.NoSchema) > 0 && ef.DSN == "" {
		col.Notes = append(col.Notes, fmt.Sprintf("no schema found for %s; see sqlvet schema", report.Some(all.NoSchema)))
	}
	for _, w := range all.Loads {
		e := &explainer{Workload: w, col: col, skipped: make(map[string]int)}
		if err := e.run(ctx, ef); err != nil {
			return nil, nil, err
		}
		list = append(list, e)
	}
	return col, list, nil
}

// An explainer plans the statements of one workload.
type explainer struct {
	*workload.Workload
	col     *run.Collection
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
func (e *explainer) run(ctx context.Context, ef ExplainFlags) error {
	start := time.Now()
	if ef.DSN != "" {
		db, err := planner.Dial(ctx, ef.DSN, ef.Analyze)
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
func (e *explainer) openBox(ctx context.Context, ef ExplainFlags) (*planner.Box, error) {
	scripts, digest, err := e.Scripts(ef.Schema)
	if err != nil {
		return nil, err
	}
	box, err := planner.Open(ctx, planner.Options{Bin: ef.PG, Scripts: scripts, Digest: digest})
	if err != nil {
		return nil, err
	}
	e.whole = e.Schema.Complete
	for _, n := range box.Notes {
		e.whole = e.whole && n.Harmless
	}
	e.noteSkipped(box)
	known := e.Opts.Known
	if ef.stats != "" {
		if known.Stats, err = stats.Load(ef.stats); err != nil {
			return nil, errors.Join(err, box.Close())
		}
	}
	var models []*sqlmodel.Statement
	for _, st := range e.Statements {
		models = append(models, st.Model)
	}
	files := []*stats.File{planner.Assumed(e.Schema, known, models, time.Now())}
	if e.assumed = known.Stats == nil; !e.assumed {
		files = slices.Insert(files, 0, known.Stats)
	}
	strange, err := box.Apply(ctx, files...)
	if err != nil {
		return nil, errors.Join(err, box.Close())
	}
	if len(strange) > 0 && !e.assumed {
		e.col.Notes = append(e.col.Notes, fmt.Sprintf("the statistics do not fit the schema: %s", report.Some(strange)))
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
			e.col.Notes = append(e.col.Notes, fmt.Sprintf("%s:%d: %s (plans of %s are uncertain)", note.File, note.Line, note.Message, report.Some(note.Tables)))
		}
	}
	if n > shown {
		e.col.Notes = append(e.col.Notes, fmt.Sprintf("and %d more of the kind", n-shown))
	}
}

// explain plans all statements and reports what is bad about the plans.
func (e *explainer) explain(ctx context.Context, box *planner.Box, start time.Time) error {
	seen := make(map[string]bool)
	for i := range e.Statements {
		// A text stands at several places if a helper sends it.
		key := fmt.Sprint(e.Queries[i].Pos, e.Texts[i], e.Statements[i].Bound)
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
	e.col.Notes = append(e.col.Notes, note)
	return nil
}

// plannable are the kinds of statements that have a plan.
var plannable = []sqlmodel.Kind{sqlmodel.Select, sqlmodel.Values, sqlmodel.Insert, sqlmodel.Update, sqlmodel.Delete, sqlmodel.Merge}

// statement plans one statement.
func (e *explainer) statement(ctx context.Context, i int) error {
	q := e.Queries[i]
	switch {
	case !slices.Contains(plannable, e.Statements[i].Model.Kind):
		return nil
	case q.Dialect != "" && q.Dialect != "postgres":
		e.skipped["of another database"]++
		return nil
	}
	j := &job{number: i}
	var err error
	if j.st, err = e.server.Prepare(ctx, e.Texts[i], e.Statements[i].Bound); err == nil {
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
	q := e.Queries[j.number]
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
	q := e.Queries[i]
	path := e.col.Absolute(q.Pos.File)
	cfg := e.col.Settings(q.Pos.File)
	if !cfg.Covers(analyzers.Plan, path) || f.Table != "" && config.Has(cfg.Tables.Small, f.Table) {
		return
	}
	src, err := filetree.Read(filetree.Repository("."), path, filetree.MaxText)
	if err == nil && strings.HasSuffix(path, ".go") && suppress.Ignored(path, src, q.Pos.Line, analyzers.Plan) {
		return
	}
	out := report.Finding{
		Rule: analyzers.Plan, Category: string(f.Kind), Message: f.Message, URL: URL, Pos: q.Pos, End: q.Pos, Package: q.Package,
		Severity: cfg.Severity(analyzers.Plan), Confidence: confidence, SQL: &report.SQL{Text: q.Text, End: len(q.Text)}, Plan: tree,
	}
	if !f.Remedied && f.Kind != plans.Refused && out.Severity.Fails() {
		out.Severity = config.SeverityInfo // nobody knows what to do about it yet
	}
	if f.Table != "" {
		out.Tables = []string{f.Table}
	}
	out.Shown()
	e.col.Findings = append(e.col.Findings, out)
}

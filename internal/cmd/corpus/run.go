package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"path"
	"sync"
	"time"

	"github.com/sqlvet/sqlvet/internal/report"
)

// A runner runs the cases.
type runner struct {
	repos, work string // directories, absolute
	analyzer    *analyzer
	timeout     time.Duration // of a case, with both its commits
	jobs        int           // repositories at a time
	linked      bool          // analyse whole modules always
	keep        bool
	notes       io.Writer
}

// run fills in a result for each case and negative, in their order.
func (r *runner) run(ctx context.Context, cases []Case, negatives []Negative) *Results {
	res := &Results{Cases: make([]CaseResult, len(cases)), Negatives: make([]NegativeResult, len(negatives))}
	// Have: cases of one repository share a work tree, so they run one after
	// the other.
	type group []func(context.Context, *workspace) string
	groups := make(map[string]*group)
	var order []string
	add := func(repo string, f func(context.Context, *workspace) string) {
		if groups[repo] == nil {
			groups[repo] = new(group)
			order = append(order, repo)
		}
		*groups[repo] = append(*groups[repo], f)
	}
	for i, c := range cases {
		add(c.Repo, func(ctx context.Context, w *workspace) string {
			res.Cases[i] = w.runCase(ctx, c)
			return told(c.ID, res.Cases[i].Verdict, res.Cases[i].Reason)
		})
	}
	for i, n := range negatives {
		add(n.Repo, func(ctx context.Context, w *workspace) string {
			res.Negatives[i] = w.runNegative(ctx, n)
			return told(n.ID, res.Negatives[i].Verdict, res.Negatives[i].Reason)
		})
	}
	var (
		wait sync.WaitGroup
		mu   sync.Mutex // of done and notes
		done int
		slot = make(chan struct{}, max(1, r.jobs))
	)
	for _, repo := range order {
		slot <- struct{}{}
		wait.Go(func() {
			defer func() { <-slot }()
			w := r.open(ctx, repo)
			defer w.close()
			for _, f := range *groups[repo] {
				start := time.Now()
				ctx, cancel := context.WithTimeout(ctx, r.timeout)
				said := f(ctx, w)
				cancel()
				mu.Lock()
				done++
				fmt.Fprintf(r.notes, "%d/%d %s (%.0f s)\n", done, len(cases)+len(negatives), said, time.Since(start).Seconds())
				mu.Unlock()
			}
		})
	}
	wait.Wait()
	return res
}

// told is what the progress line says of a case.
func told(id, verdict, reason string) string {
	if reason != "" {
		verdict += " (" + reason + ")"
	}
	return id + ": " + verdict
}

// A workspace is one repository with what is known of it.
type workspace struct {
	*runner
	tree     *checkout
	err      error // there is no tree
	outcomes map[target]outcome
}

func (r *runner) open(ctx context.Context, repo string) *workspace {
	w := &workspace{runner: r, outcomes: make(map[target]outcome)}
	w.tree, w.err = newCheckout(ctx, r.repos, r.work, repo)
	return w
}

func (w *workspace) close() {
	if w.tree == nil || w.keep {
		return
	}
	if err := w.tree.remove(); err != nil {
		fmt.Fprintln(w.notes, err)
	}
}

// analyze returns the findings of a rule in a target, and an error if the
// package of the case was not analysed. Findings that there are stand even so.
func (w *workspace) analyze(ctx context.Context, t target, packageDir, rule string) ([]report.Finding, error) {
	o, ok := w.outcomes[t]
	if !ok {
		if err := w.tree.at(ctx, t.commit); err != nil {
			return nil, err
		}
		o = w.analyzer.run(ctx, w.tree.dir, t)
		w.outcomes[t] = o
	}
	if o.err != nil {
		return nil, o.err
	}
	// Have: failures are few, and go list needs the commit's files.
	if len(o.failures) > 0 {
		if err := w.tree.at(ctx, t.commit); err != nil {
			return nil, err
		}
	}
	return ofRule(o.findings, rule), failed(ctx, w.tree.dir, t, packageDir, o.failures)
}

// ready says why a commit cannot be analysed at all.
func (w *workspace) ready(ctx context.Context, commits ...string) error {
	if w.err != nil {
		return w.err
	}
	for _, commit := range commits {
		if !w.tree.has(ctx, commit) {
			return cmp.Or(ctx.Err(), fmt.Errorf("no such commit: %.12s", commit))
		}
	}
	return nil
}

func (w *workspace) runCase(ctx context.Context, c Case) (r CaseResult) {
	start := time.Now()
	r = CaseResult{ID: c.ID, Repo: c.Repo, Rule: c.Rule, Depth: c.Depth, Interface: c.ThroughInterface, Path: c.Path, Why: c.Why}
	defer func() { r.Seconds = time.Since(start).Seconds() }()
	if err := w.ready(ctx, c.BadCommit, c.FixCommit); err != nil {
		return r.notRun(w.reason(err))
	}
	text, err := w.tree.read(ctx, c.BadCommit, c.LoopFile)
	if err != nil {
		return r.notRun(w.reason(err))
	}
	b, linked, nearby, err := w.bad(ctx, c, newSource(text))
	r.Place, r.Linked = b.where, linked && b.where != ""
	switch {
	case b.where != "":
		r.Verdict, r.Findings = Hit, lines(b.met)
	case err != nil:
		return r.notRun(w.reason(err))
	default:
		r.Verdict, r.Findings = Miss, lines(nearby)
	}
	left, err := w.fixed(ctx, c, b)
	switch {
	case len(left) > 0:
		r.Fix, r.Left = Reported, lines(left)
		if r.Verdict == Hit {
			r.Verdict = Still
		}
	case err != nil:
		r.Fix, r.Reason = NotRun, "after the fix: "+w.reason(err)
	default:
		r.Fix = Silent
	}
	return r
}

// bad judges the commit with the bug: first the package by itself, as go vet
// sees it, then the module where an interface hides the query. nearby are the
// rule's findings in the file. err is set if what was looked at last could not
// be analysed.
func (w *workspace) bad(ctx context.Context, c Case, file *source) (b before, linked bool, nearby []report.Finding, err error) {
	patterns := []string{c.PackageDir}
	if w.linked {
		patterns = []string{everything}
	} else if c.ThroughInterface {
		patterns = append(patterns, everything)
	}
	for _, pattern := range patterns {
		var findings []report.Finding
		findings, err = w.analyze(ctx, target{c.BadCommit, c.ModuleDir, pattern}, c.PackageDir, c.Rule)
		b = judgeBad(c, findings, file)
		linked = pattern == everything
		if b.where != "" {
			return b, linked, nil, nil
		}
		for _, f := range findings {
			if f.Pos.File == c.LoopFile {
				nearby = append(nearby, f)
			}
		}
	}
	return b, linked, nearby, err
}

// fixed returns what is left at the place after the fix.
func (w *workspace) fixed(ctx context.Context, c Case, b before) ([]report.Finding, error) {
	pattern := c.PackageDir
	if w.linked || c.ThroughInterface {
		pattern = everything
	}
	files, err := w.tree.goFiles(ctx, c.FixCommit, path.Dir(c.LoopFile))
	if err != nil {
		return nil, err
	}
	if len(files) == 0 {
		return nil, nil // the fix removed the package
	}
	findings, err := w.analyze(ctx, target{c.FixCommit, c.ModuleDir, pattern}, c.PackageDir, c.Rule)
	return judgeFix(c, b, findings, files), err
}

func (w *workspace) runNegative(ctx context.Context, n Negative) (r NegativeResult) {
	start := time.Now()
	r = NegativeResult{ID: n.ID, Repo: n.Repo, Rule: n.Rule, Kind: n.Kind, Why: n.Why}
	defer func() { r.Seconds = time.Since(start).Seconds() }()
	if err := w.ready(ctx, n.Commit); err != nil {
		return r.notRun(w.reason(err))
	}
	text, err := w.tree.read(ctx, n.Commit, n.File)
	if err != nil {
		return r.notRun(w.reason(err))
	}
	pattern := n.PackageDir
	if w.linked {
		pattern = everything
	}
	findings, err := w.analyze(ctx, target{n.Commit, n.ModuleDir, pattern}, n.PackageDir, n.Rule)
	wrong := judgeNegative(n, findings, newSource(text))
	switch {
	case len(wrong) > 0:
		r.Verdict, r.Findings = Reported, lines(wrong)
	case err != nil:
		return r.notRun(w.reason(err))
	default:
		r.Verdict = Silent
	}
	return r
}

// reason says in words why a case was not run.
func (w *workspace) reason(err error) string {
	switch {
	case errors.Is(err, context.DeadlineExceeded):
		return fmt.Sprintf("timeout after %v", w.timeout)
	case errors.Is(err, context.Canceled):
		return "interrupted"
	}
	return firstLines(err.Error())
}

func lines(findings []report.Finding) []string {
	var list []string
	for _, f := range findings {
		list = append(list, fmt.Sprintf("%s: %s [%s]", f.Pos, f.Message, f.Rule))
	}
	return list
}

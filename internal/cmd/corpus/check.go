package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"maps"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/sqlvet/sqlvet/internal/report"
)

// choice is which projects a command works on, as its flags say.
type choice struct {
	scratch
	third   int
	only    string
	timeout time.Duration
}

func (c *choice) flags(fs *flag.FlagSet) {
	c.scratch.flags(fs)
	fs.IntVar(&c.third, "third", 0, "only the first, second or third third of the projects; all if 0")
	fs.StringVar(&c.only, "only", "", "comma-separated projects, owner/name; all if not given")
	fs.DurationVar(&c.timeout, "timeout", 20*time.Minute, "for a project and a binary")
}

// each analyses every chosen project and hands on what was found; what could
// not be analysed is told in notes.
func (c *choice) each(ctx context.Context, notes io.Writer, exes []string, do func(p Project, root string, runs []outcome)) error {
	var names []string
	if c.only != "" {
		names = strings.Split(c.only, ",")
	}
	list, err := projects(c.third, names)
	if err != nil {
		return err
	}
	w, err := c.open(ctx)
	if err != nil {
		return err
	}
	defer w.close()
	done := 0
	for _, p := range list {
		if ctx.Err() != nil {
			return ctx.Err()
		}
		root, dir, err := w.fetch(ctx, p)
		if err != nil {
			fmt.Fprintf(notes, "%s: not run: %v\n", p.Repo, err)
			continue
		}
		var runs []outcome
		for _, exe := range slices.Concat([]string{w.exe}, exes) {
			o := c.one(ctx, &analyzer{exe: exe}, root, dir)
			if o.err != nil {
				fmt.Fprintf(notes, "%s: not run: %s: %v\n", p.Repo, filepath.Base(exe), o.err)
				break
			}
			runs = append(runs, o)
		}
		if len(runs) == 1+len(exes) {
			do(p, root, runs)
			done++
		}
	}
	if done == 0 {
		return errors.New("no project could be analysed")
	}
	return nil
}

// one analyses a module. Related work is not cut short: a run that takes too
// long is an error, so that no finding counts as gone for it.
func (c *choice) one(ctx context.Context, a *analyzer, root, dir string) outcome {
	ctx, cancel := context.WithTimeout(ctx, c.timeout)
	defer cancel()
	o := a.run(ctx, root, target{moduleDir: dir, pattern: everything})
	o.findings = distinct(o.findings)
	return o
}

// distinct drops findings that a package and its test variant both have.
func distinct(list []report.Finding) []report.Finding {
	seen := make(map[string]bool)
	return slices.DeleteFunc(list, func(f report.Finding) bool {
		known := seen[f.Fingerprint]
		seen[f.Fingerprint] = true
		return known
	})
}

// checkCommand compares this build's findings with a base's and with the labels.
func checkCommand(ctx context.Context, args []string, stdout, notes io.Writer) error {
	var c choice
	fs := flag.NewFlagSet("check", flag.ContinueOnError)
	fs.SetOutput(notes)
	c.flags(fs)
	base := fs.String("base", "", "another sqlvet, whose findings are compared")
	write := fs.Bool("write", false, "note in "+labelFile+" which labelled findings are reported")
	if err := fs.Parse(args); err != nil {
		return err
	}
	if fs.NArg() > 0 {
		return fmt.Errorf("what is %q for?", fs.Arg(0))
	}
	list, err := labels(labelList)
	if err != nil {
		return err
	}
	var exes []string
	if *base != "" {
		exe, err := filepath.Abs(*base)
		if err != nil {
			return err
		}
		exes = append(exes, exe)
	}
	s := &standing{out: stdout, labels: make(map[key]*label)}
	for i := range list {
		s.labels[list[i].key()] = &list[i]
	}
	if err := c.each(ctx, notes, exes, s.project); err != nil {
		return err
	}
	s.total()
	if *write {
		if err := writeLabels(filepath.FromSlash(labelFile), list); err != nil {
			return err
		}
	}
	if s.lost+s.back > 0 {
		return fmt.Errorf("%w: %d useful lost, %d wrong are back", errRegression, s.lost, s.back)
	}
	return nil
}

// A standing is what a check has found so far.
type standing struct {
	out        io.Writer
	labels     map[key]*label
	lost, back int // findings against their labels
	unread     int
	tally      map[string]tally // by rule
}

// project prints what is to say of one project.
func (s *standing) project(p Project, _ string, runs []outcome) {
	now := runs[0]
	fmt.Fprintf(s.out, "%s: %d packages, %d findings, %.1f s CPU\n", p.Repo, now.stats.Packages, len(now.findings), now.cpu.Seconds())
	if n := len(now.failures); n > 0 {
		fmt.Fprintf(s.out, "  not analysed: %d, the first: %s\n", n, firstLines(now.failures[0].Message))
	}
	if len(runs) > 1 {
		s.compare(runs[1], now)
	}
	found := make(map[key]report.Finding)
	for _, f := range now.findings {
		found[key{p.Repo, f.Fingerprint}] = f
	}
	s.judge(p.Repo, found)
}

// compare prints the findings that one run has and the other has not. One that
// is gone and stands elsewhere in the same function for the same rule has moved.
func (s *standing) compare(before, after outcome) {
	gone, added := without(before.findings, after.findings), without(after.findings, before.findings)
	moved := 0
	gone = slices.DeleteFunc(gone, func(f report.Finding) bool {
		i := slices.IndexFunc(added, func(g report.Finding) bool {
			return f.Rule == g.Rule && f.Package == g.Package && f.Func == g.Func
		})
		if i < 0 {
			return false
		}
		fmt.Fprintf(s.out, "  moved %s -> %s\n", line(f), line(added[i]))
		added = slices.Delete(added, i, i+1)
		moved++
		return true
	})
	for _, f := range gone {
		fmt.Fprintf(s.out, "  gone %s\n", line(f))
	}
	for _, f := range added {
		fmt.Fprintf(s.out, "  new %s\n", line(f))
	}
	fmt.Fprintf(s.out, "  base: %d findings, %.1f s CPU; %d new, %d gone, %d moved\n", len(before.findings), before.cpu.Seconds(), len(added), len(gone), moved)
}

// without returns the findings of a that b lacks.
func without(a, b []report.Finding) []report.Finding {
	has := make(map[string]bool)
	for _, f := range b {
		has[f.Fingerprint] = true
	}
	return slices.DeleteFunc(slices.Clone(a), func(f report.Finding) bool { return has[f.Fingerprint] })
}

func line(f report.Finding) string {
	return fmt.Sprintf("%s:%d: %s: %s [%s]", f.Pos.File, f.Pos.Line, f.Severity, f.Message, f.Rule)
}

// judge holds a project's findings against its labels.
func (s *standing) judge(repo string, found map[key]report.Finding) {
	if s.tally == nil {
		s.tally = make(map[string]tally)
	}
	for k, l := range s.labels {
		if l.repo != repo {
			continue
		}
		f, reported := found[k]
		switch was := l.reported; {
		case was && !reported && l.verdict == useful:
			s.lost++
			fmt.Fprintf(s.out, "  lost, though useful: %s [%s]\n", l.place, l.rule)
		case !was && reported && l.verdict == wrong:
			s.back++
			fmt.Fprintf(s.out, "  back, though wrong (%s): %s\n", l.reason, line(f))
		}
		l.reported = reported
		if reported {
			l.severity = string(f.Severity)
		}
	}
	for _, k := range sortedKeys(found) {
		rule := found[k].Rule
		if s.tally[rule] == nil {
			s.tally[rule] = make(tally)
		}
		if l := s.labels[k]; l != nil {
			s.tally[rule][l.verdict]++
		} else {
			s.unread++
		}
	}
}

// total prints the precision over all projects of the run.
func (s *standing) total() {
	fmt.Fprintf(s.out, "\nof what is reported and was read:\n")
	for _, rule := range sorted(s.tally) {
		t := s.tally[rule]
		rightShare, usefulShare := t.shares()
		fmt.Fprintf(s.out, "  %-14s %4d useful %4d little use %4d wrong %4d unsure: %s right, %s useful\n", rule, t[useful], t[little], t[wrong], t[unsure], rightShare, usefulShare)
	}
	fmt.Fprintf(s.out, "not read yet: %d\n", s.unread)
}

func sorted[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }

func sortedKeys[V any](m map[key]V) []key {
	return slices.SortedFunc(maps.Keys(m), func(a, b key) int { return strings.Compare(a.repo+a.fingerprint, b.repo+b.fingerprint) })
}

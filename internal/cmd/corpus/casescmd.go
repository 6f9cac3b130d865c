package main

import (
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"os/exec"
	"slices"
	"strings"
	"time"
)

type options struct {
	scratch
	cases, negatives, rule, ids string
	verbose, json, linked       bool
	jobs                        int
	timeout                     time.Duration
	extra                       []string // flags of sqlvet
}

func parseCases(args []string, notes io.Writer) (*options, error) {
	o := new(options)
	fs := flag.NewFlagSet("cases", flag.ContinueOnError)
	fs.SetOutput(notes)
	fs.StringVar(&o.cases, "cases", "", "list of bugs, JSON values one a line")
	fs.StringVar(&o.negatives, "negatives", "", "list of places that are right, likewise")
	fs.StringVar(&o.rule, "rule", defaultRule, "the rule whose cases are run, or all")
	fs.StringVar(&o.ids, "id", "", "comma-separated cases and negatives to run; all if not given")
	fs.BoolVar(&o.verbose, "v", false, "tell each case's findings")
	fs.BoolVar(&o.json, "json", false, "print JSON")
	o.scratch.flags(fs)
	fs.BoolVar(&o.linked, "linked", false, "analyse the whole module for each case, not only where an interface hides the query")
	fs.IntVar(&o.jobs, "j", 1, "repositories to work on at a time")
	fs.DurationVar(&o.timeout, "timeout", 10*time.Minute, "for a case")
	if err := fs.Parse(args); err != nil {
		return nil, err
	}
	o.extra = fs.Args()
	if o.cases == "" && o.negatives == "" || o.repos == "" {
		return nil, errors.New("-repos and one of -cases and -negatives are needed")
	}
	return o, nil
}

// casesCommand answers how many bugs that people found and mended sqlvet finds,
// and how often it speaks of places that are right. It runs a sqlvet binary over
// two lists: commits that removed a bug, before and after, and places without
// one. A commit is checked out without its tests. A case whose package does not
// build, or that takes too long, is "not-run": neither for nor against. Findings
// in other places are not judged: read those.
func casesCommand(ctx context.Context, args []string, stdout, notes io.Writer) error {
	o, err := parseCases(args, notes)
	if err != nil {
		return err
	}
	cases, negatives, err := o.read()
	if err != nil {
		return err
	}
	w, err := o.open(ctx)
	if err != nil {
		return err
	}
	defer w.close()
	r := &runner{
		repos: w.repos, work: w.dir, timeout: o.timeout, jobs: o.jobs, linked: o.linked, keep: o.keep, notes: notes,
		analyzer: &analyzer{w.exe, append(ruleFlags(ctx, w.exe, rules(cases, negatives), notes), o.extra...)},
	}
	res := r.run(ctx, cases, negatives)
	res.sum()
	if o.json {
		e := json.NewEncoder(stdout)
		e.SetEscapeHTML(false)
		e.SetIndent("", "\t")
		return e.Encode(res)
	}
	res.print(stdout, o.verbose)
	return nil
}

// read returns the cases and negatives that the flags choose.
func (o *options) read() (cases []Case, negatives []Negative, err error) {
	if o.cases != "" {
		if cases, err = readCases(o.cases); err != nil {
			return nil, nil, err
		}
	}
	if o.negatives != "" {
		if negatives, err = readNegatives(o.negatives); err != nil {
			return nil, nil, err
		}
	}
	var ids []string
	if o.ids != "" {
		ids = strings.Split(o.ids, ",")
	}
	seen := make(map[string]bool)
	chosen := func(id, rule string) bool {
		seen[id] = true
		return (o.rule == "all" || rule == o.rule) && (ids == nil || slices.Contains(ids, id))
	}
	cases = slices.DeleteFunc(cases, func(c Case) bool { return !chosen(c.ID, c.Rule) })
	negatives = slices.DeleteFunc(negatives, func(n Negative) bool { return !chosen(n.ID, n.Rule) })
	for _, id := range ids {
		if !seen[id] {
			return nil, nil, fmt.Errorf("no case %q", id)
		}
	}
	if len(cases)+len(negatives) == 0 {
		return nil, nil, fmt.Errorf("no case of rule %q is chosen", o.rule)
	}
	return cases, negatives, nil
}

// rules returns the rules that the cases are about.
func rules(cases []Case, negatives []Negative) []string {
	var list []string
	for _, c := range cases {
		list = append(list, c.Rule)
	}
	for _, n := range negatives {
		list = append(list, n.Rule)
	}
	slices.Sort(list)
	return slices.Compact(list)
}

// ruleFlags returns the flags that enable the given rules alone. Of a rule that
// the binary does not have, every case is a miss.
func ruleFlags(ctx context.Context, exe string, rules []string, notes io.Writer) []string {
	var flags []string
	for _, rule := range rules {
		if err := exec.CommandContext(ctx, exe, "help", rule).Run(); err != nil {
			fmt.Fprintf(notes, "cases: this sqlvet has no rule %s: its cases will be misses\n", rule)
			continue
		}
		flags = append(flags, "-"+rule)
	}
	return flags
}

// Command cases answers how many bugs that people found and mended sqlvet
// finds, and how often it speaks of places that are right. It runs a sqlvet
// binary over two lists: commits that removed a bug, before and after, and
// places without one.
//
//	go run ./internal/cmd/cases -cases FILE [-negatives FILE] -repos DIR [flags] [-- flags of sqlvet]
//
// Repositories are found below -repos as owner+name/repo, owner+name or
// owner/name; they are read, never written. A commit is checked out into a
// scratch work tree without its tests, and its modules come from the module
// proxy. A case whose
// package does not build, or that takes too long, is "not-run": neither for
// nor against.
//
// It does not judge findings in other places: read those.
//
// The exit code is 0 if it could run, whatever the result, and 2 if not.
package main

import (
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"slices"
	"strings"
	"time"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if err := command(ctx, os.Args[1:], os.Stdout, os.Stderr); err != nil {
		if !errors.Is(err, flag.ErrHelp) {
			fmt.Fprintln(os.Stderr, "cases:", err)
		}
		os.Exit(2)
	}
}

type options struct {
	cases, negatives, repos, rule, sqlvet, work, ids string
	verbose, json, keep, linked                      bool
	jobs                                             int
	timeout                                          time.Duration
	extra                                            []string // flags of sqlvet
}

func parse(args []string, notes io.Writer) (*options, error) {
	o := new(options)
	fs := flag.NewFlagSet("cases", flag.ContinueOnError)
	fs.SetOutput(notes)
	fs.StringVar(&o.cases, "cases", "", "list of bugs, JSON values one a line")
	fs.StringVar(&o.negatives, "negatives", "", "list of places that are right, likewise")
	fs.StringVar(&o.repos, "repos", "", "directory of the repositories")
	fs.StringVar(&o.rule, "rule", defaultRule, "the rule whose cases are run, or all")
	fs.StringVar(&o.sqlvet, "sqlvet", "", "the binary; built from the working directory's module if not given")
	fs.StringVar(&o.work, "work", "", "directory for scratch work trees; a temporary one if not given")
	fs.StringVar(&o.ids, "id", "", "comma-separated cases and negatives to run; all if not given")
	fs.BoolVar(&o.verbose, "v", false, "tell each case's findings")
	fs.BoolVar(&o.json, "json", false, "print JSON")
	fs.BoolVar(&o.keep, "keep", false, "leave the scratch work trees for the next run")
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

func command(ctx context.Context, args []string, stdout, notes io.Writer) error {
	o, err := parse(args, notes)
	if err != nil {
		return err
	}
	cases, negatives, err := o.read()
	if err != nil {
		return err
	}
	repos, err := filepath.Abs(o.repos)
	if err != nil {
		return err
	}
	work, cleanup, err := o.workDir()
	if err != nil {
		return err
	}
	defer cleanup()
	unlock, err := o.claim(work)
	if err != nil {
		return err
	}
	defer unlock()
	exe, err := o.binary(ctx, work)
	if err != nil {
		return err
	}
	if o.sqlvet == "" && !o.keep {
		defer os.Remove(exe)
	}
	r := &runner{
		repos: repos, work: work, timeout: o.timeout, jobs: o.jobs, linked: o.linked, keep: o.keep, notes: notes,
		analyzer: &analyzer{exe, append(ruleFlags(ctx, exe, rules(cases, negatives), notes), o.extra...)},
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

// workDir returns the directory of scratch work trees, and what removes it if
// it is temporary.
func (o *options) workDir() (dir string, cleanup func(), err error) {
	cleanup = func() {}
	if o.work == "" {
		if dir, err = os.MkdirTemp("", "sqlvet-cases-"); err != nil {
			return "", nil, err
		}
		if !o.keep {
			temp := dir
			cleanup = func() { os.RemoveAll(temp) }
		}
	} else if err := os.MkdirAll(o.work, 0o777); err != nil {
		return "", nil, err
	} else if dir, err = filepath.Abs(o.work); err != nil {
		return "", nil, err
	}
	// The go command names files by their real path.
	dir, err = filepath.EvalSymlinks(dir)
	return dir, cleanup, err
}

// claim keeps other runs out of the directory: each would check out its own
// commits under the other's analysis.
func (o *options) claim(work string) (unlock func(), err error) {
	f, err := os.Create(filepath.Join(work, ".lock"))
	if err != nil {
		return nil, err
	}
	if err := lock(f); err != nil {
		f.Close()
		return nil, fmt.Errorf("another run works in %s", work)
	}
	return func() {
		if !o.keep {
			os.Remove(f.Name())
		}
		f.Close()
	}, nil
}

// binary returns the sqlvet to run.
func (o *options) binary(ctx context.Context, work string) (string, error) {
	if o.sqlvet != "" {
		exe, err := exec.LookPath(o.sqlvet)
		if err != nil {
			return "", err
		}
		return filepath.Abs(exe)
	}
	exe := filepath.Join(work, "sqlvet.bin")
	out, err := exec.CommandContext(ctx, "go", "build", "-o", exe, "github.com/sqlvet/sqlvet/cmd/sqlvet").CombinedOutput()
	if err != nil {
		return "", fmt.Errorf("building sqlvet: %v\n%s", err, out)
	}
	return exe, nil
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

package main

import (
	"context"
	"flag"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/sqlvet/sqlvet/internal/report"
)

// readCommand prints findings without a label, ready to be judged: a line of
// labels.tsv with an open verdict, and below it what a reader needs.
func readCommand(ctx context.Context, args []string, stdout, notes io.Writer) error {
	var c choice
	fs := flag.NewFlagSet("read", flag.ContinueOnError)
	fs.SetOutput(notes)
	c.flags(fs)
	rule := fs.String("rule", "", "only findings of this rule")
	most := fs.Int("n", 60, "at most so many of a rule in a project, drawn by chance but the same each time; all if 0")
	around := fs.Int("around", 12, "lines of source before and after a finding")
	if err := fs.Parse(args); err != nil {
		return err
	}
	known, err := labels(labelList)
	if err != nil {
		return err
	}
	labelled := make(map[key]bool)
	for _, l := range known {
		labelled[l.key()] = true
	}
	fmt.Fprintln(stdout, labelHeader)
	return c.each(ctx, notes, nil, func(p Project, root string, runs []outcome) {
		open := slices.DeleteFunc(runs[0].findings, func(f report.Finding) bool {
			return labelled[key{p.Repo, f.Fingerprint}] || *rule != "" && f.Rule != *rule
		})
		for _, f := range sample(open, *most) {
			printOpen(stdout, p, root, f, *around)
		}
	})
}

// sample draws at most n findings of each rule, in the order of their places.
func sample(list []report.Finding, n int) []report.Finding {
	if n <= 0 {
		return list
	}
	order := rand.New(rand.NewPCG(1, 2)).Perm(len(list))
	of := make(map[string]int)
	var drawn []int
	for _, i := range order {
		if rule := list[i].Rule; of[rule] < n {
			of[rule]++
			drawn = append(drawn, i)
		}
	}
	slices.Sort(drawn)
	chosen := make([]report.Finding, len(drawn))
	for i, j := range drawn {
		chosen[i] = list[j]
	}
	return chosen
}

// printOpen prints one finding to be judged.
func printOpen(w io.Writer, p Project, root string, f report.Finding, around int) {
	l := label{
		repo: p.Repo, fingerprint: f.Fingerprint, rule: f.Rule, severity: string(f.Severity),
		verdict: "?", first: !p.Tuned, reported: true, place: f.Pos.File + ":" + f.Func,
	}
	fmt.Fprintf(w, "\n%s\n# %s\n", l, line(f))
	for _, r := range f.Related {
		fmt.Fprintf(w, "#   %s:%d: %s\n", r.Pos.File, r.Pos.Line, r.Message)
	}
	if f.SQL != nil {
		fmt.Fprintf(w, "#   SQL: %s\n", strings.Join(strings.Fields(f.SQL.Text), " "))
	}
	data, err := os.ReadFile(filepath.Join(root, filepath.FromSlash(f.Pos.File)))
	if err != nil {
		return
	}
	lines := strings.Split(string(data), "\n")
	for n := max(1, f.Pos.Line-around); n <= min(len(lines), f.Pos.Line+around); n++ {
		mark := " "
		if n == f.Pos.Line {
			mark = ">"
		}
		fmt.Fprintf(w, "#%s %5d  %s\n", mark, n, lines[n-1])
	}
}

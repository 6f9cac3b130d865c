package main

import (
	"cmp"
	"context"
	_ "embed"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
)

// labelFile is the list of labels, relative to the module's root.
const labelFile = "internal/cmd/corpus/labels.tsv"

//go:embed labels.tsv
var labelList []byte

// A verdict is what a reader of the source thinks of a finding.
type verdict string

const (
	useful verdict = "useful" // right, and somebody should act on it
	little verdict = "little" // right, but nobody should care
	wrong  verdict = "wrong"  // not so, or the way shown is not the one
	unsure verdict = "unsure" // cannot be told from the source
)

var verdicts = []verdict{useful, little, wrong, unsure}

// A label is one line of labels.tsv: what somebody who read the source thinks
// of a finding.
type label struct {
	repo, fingerprint, rule string
	severity                string // as it was reported
	verdict                 verdict
	first                   bool   // given before anything was mended on this project
	reported                bool   // by the build that last wrote the file
	place                   string // file:function, for people
	reason                  string
}

// labelHeader names the columns.
const labelHeader = "repo\tfingerprint\trule\tseverity\tverdict\tfirst\treported\tplace\treason"

// key is a finding of the corpus.
type key struct{ repo, fingerprint string }

func (l label) key() key { return key{l.repo, l.fingerprint} }

func (l label) String() string {
	yes := map[bool]string{true: "yes", false: "no"}
	return strings.Join([]string{l.repo, l.fingerprint, l.rule, l.severity, string(l.verdict), yes[l.first], yes[l.reported], l.place, l.reason}, "\t")
}

// parseLabel reads a line of labels.tsv.
func parseLabel(line string) (l label, err error) {
	f := strings.Split(line, "\t")
	if len(f) != strings.Count(labelHeader, "\t")+1 {
		return l, fmt.Errorf("%d columns", len(f))
	}
	l = label{repo: f[0], fingerprint: f[1], rule: f[2], severity: f[3], verdict: verdict(f[4]), place: f[7], reason: f[8]}
	if !slices.Contains(verdicts, l.verdict) {
		return l, fmt.Errorf("verdict %q is none of %v", l.verdict, verdicts)
	}
	for i, to := range map[int]*bool{5: &l.first, 6: &l.reported} {
		if f[i] != "yes" && f[i] != "no" {
			return l, fmt.Errorf("%q is neither yes nor no", f[i])
		}
		*to = f[i] == "yes"
	}
	if l.repo == "" || l.fingerprint == "" || l.rule == "" {
		return l, errors.New("repo, fingerprint and rule are needed")
	}
	return l, nil
}

// labels reads labels.tsv; each finding has one.
func labels(data []byte) ([]label, error) {
	var list []label
	seen := make(map[key]bool)
	for i, line := range strings.Split(strings.TrimRight(string(data), "\n"), "\n") {
		if i == 0 {
			if line != labelHeader {
				return nil, fmt.Errorf("labels.tsv: the columns are not %q", labelHeader)
			}
			continue
		}
		l, err := parseLabel(line)
		if err == nil && seen[l.key()] {
			err = errors.New("a second label of one finding")
		}
		if err != nil {
			return nil, fmt.Errorf("labels.tsv:%d: %v", i+1, err)
		}
		seen[l.key()] = true
		list = append(list, l)
	}
	return list, nil
}

// writeLabels writes labels.tsv in its order: by project, rule and place.
func writeLabels(name string, list []label) error {
	slices.SortStableFunc(list, func(a, b label) int {
		return cmp.Or(cmp.Compare(a.repo, b.repo), cmp.Compare(a.rule, b.rule), cmp.Compare(a.place, b.place), cmp.Compare(a.fingerprint, b.fingerprint))
	})
	var b strings.Builder
	fmt.Fprintln(&b, labelHeader)
	for _, l := range list {
		fmt.Fprintln(&b, l)
	}
	return os.WriteFile(name, []byte(b.String()), 0o666)
}

// A tally counts the verdicts on a rule's findings.
type tally map[verdict]int

// shares returns "right" and "useful" in percent of what was decided, "–" if
// nothing was.
func (t tally) shares() (rightShare, usefulShare string) {
	decided := t[useful] + t[little] + t[wrong]
	if decided == 0 {
		return "–", "–"
	}
	percent := func(n int) string { return fmt.Sprintf("%.0f %%", 100*float64(n)/float64(decided)) }
	return percent(t[useful] + t[little]), percent(t[useful])
}

// tableCommand prints the precision of each rule as Markdown.
func tableCommand(_ context.Context, args []string, stdout, _ io.Writer) error {
	if len(args) > 0 {
		return errors.New("table takes no arguments")
	}
	list, err := labels(labelList)
	if err != nil {
		return err
	}
	printTable(stdout, list)
	return nil
}

// printTable prints first readings, what is reported today, and of today's what
// is shown as a warning or an error.
func printTable(w io.Writer, list []label) {
	views := []struct {
		title string
		of    func(label) bool
	}{
		{"first reading", func(l label) bool { return l.first }},
		{"reported today", func(l label) bool { return l.reported }},
		{"of these, not as info", func(l label) bool { return l.reported && l.severity != "info" }},
	}
	rules := make(map[string]bool)
	for _, l := range list {
		rules[l.rule] = true
	}
	fmt.Fprintln(w, "| rule | | useful | little use | wrong | unsure | right | useful |")
	fmt.Fprintln(w, "|---|---|---:|---:|---:|---:|---:|---:|")
	for _, rule := range sorted(rules) {
		name := "`" + rule + "`"
		for _, v := range views {
			t := make(tally)
			for _, l := range list {
				if l.rule == rule && v.of(l) {
					t[l.verdict]++
				}
			}
			rightShare, usefulShare := t.shares()
			fmt.Fprintf(w, "| %s | %s | %d | %d | %d | %d | %s | %s |\n", name, v.title, t[useful], t[little], t[wrong], t[unsure], rightShare, usefulShare)
			name = ""
		}
	}
}

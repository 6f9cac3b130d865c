package main

import (
	"fmt"
	"io"
	"strings"
	"text/tabwriter"
)

// Verdicts.
const (
	Hit      = "hit"                      // reported in the commit with the bug
	Still    = "still-reported-after-fix" // a hit whose finding stays
	Miss     = "miss"
	Silent   = "silent"
	Reported = "reported"
	NotRun   = "not-run" // neither for nor against
)

// Results are what -json prints.
type Results struct {
	Cases     []CaseResult     `json:"cases"`
	Negatives []NegativeResult `json:"negatives"`
	Totals    Totals           `json:"totals"`
}

// A CaseResult says how a case went.
type CaseResult struct {
	ID        string   `json:"id"`
	Repo      string   `json:"repo"`
	Rule      string   `json:"rule"`
	Verdict   string   `json:"verdict"`          // hit, still-reported-after-fix, miss or not-run
	Place     string   `json:"place,omitempty"`  // of a hit: call, loop or related
	Linked    bool     `json:"linked"`           // a hit only when the whole module is analysed
	Fix       string   `json:"fix,omitempty"`    // after the fix: silent, reported or not-run
	Reason    string   `json:"reason,omitempty"` // of a not-run
	Depth     int      `json:"depth"`
	Interface bool     `json:"through_interface"`
	Seconds   float64  `json:"seconds"`            // wall time; cases share what they have in common
	Findings  []string `json:"findings,omitempty"` // of a hit those at the place, of a miss those in its file
	Left      []string `json:"left,omitempty"`     // after the fix
	Path      string   `json:"path,omitempty"`
	Why       string   `json:"why,omitempty"`
}

func (r CaseResult) notRun(reason string) CaseResult {
	r.Verdict, r.Reason = NotRun, reason
	return r
}

// A NegativeResult says how a negative went.
type NegativeResult struct {
	ID       string   `json:"id"`
	Repo     string   `json:"repo"`
	Rule     string   `json:"rule"`
	Kind     string   `json:"kind"`
	Verdict  string   `json:"verdict"` // silent, reported or not-run
	Reason   string   `json:"reason,omitempty"`
	Seconds  float64  `json:"seconds"`
	Findings []string `json:"findings,omitempty"` // those that should not be there
	Why      string   `json:"why,omitempty"`
}

func (r NegativeResult) notRun(reason string) NegativeResult {
	r.Verdict, r.Reason = NotRun, reason
	return r
}

// A Share is a part of a whole.
type Share struct {
	Part    int     `json:"part"`
	Of      int     `json:"of"`
	Percent float64 `json:"percent"` // 0 if Of is
}

func (s *Share) count(in bool) {
	s.Of++
	if in {
		s.Part++
	}
	s.Percent = 100 * float64(s.Part) / float64(s.Of)
}

func (s Share) String() string {
	if s.Of == 0 {
		return "none"
	}
	return fmt.Sprintf("%d of %d (%.1f %%)", s.Part, s.Of, s.Percent)
}

// Totals leave out what was not run, but for its own number.
type Totals struct {
	Reported        Share `json:"reported"` // of all bugs
	Direct          Share `json:"direct"`   // of the bugs not hidden by an interface
	Interface       Share `json:"interface"`
	SilentAfterFix  Share `json:"silent_after_fix"` // of the bugs reported
	SilentNegatives Share `json:"silent_negatives"`
	NotRun          int   `json:"not_run"` // cases, negatives and fixes
}

func (r *Results) sum() {
	t := Totals{}
	for _, c := range r.Cases {
		if c.Verdict == NotRun {
			t.NotRun++
			continue
		}
		hit := c.Verdict != Miss
		t.Reported.count(hit)
		if c.Interface {
			t.Interface.count(hit)
		} else {
			t.Direct.count(hit)
		}
		switch {
		case c.Fix == NotRun:
			t.NotRun++
		case hit:
			t.SilentAfterFix.count(c.Fix == Silent)
		}
	}
	for _, n := range r.Negatives {
		if n.Verdict == NotRun {
			t.NotRun++
			continue
		}
		t.SilentNegatives.count(n.Verdict == Silent)
	}
	r.Totals = t
}

// print writes the table, what is to be said of single cases, and the totals.
func (r *Results) print(w io.Writer, verbose bool) {
	table := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	if len(r.Cases) > 0 {
		fmt.Fprintln(table, "case\trepository\tverdict\tat\tdepth\tinterface\tseconds")
	}
	for _, c := range r.Cases {
		place := c.Place
		if c.Linked {
			place += ", linked"
		}
		fmt.Fprintf(table, "%s\t%s\t%s\t%s\t%d\t%s\t%.0f\n", c.ID, c.Repo, c.Verdict, place, c.Depth, yes(c.Interface), c.Seconds)
	}
	table.Flush()
	if len(r.Cases) > 0 && len(r.Negatives) > 0 {
		fmt.Fprintln(w)
	}
	if len(r.Negatives) > 0 {
		fmt.Fprintln(table, "negative\trepository\tverdict\tkind\tseconds")
	}
	for _, n := range r.Negatives {
		fmt.Fprintf(table, "%s\t%s\t%s\t%s\t%.0f\n", n.ID, n.Repo, n.Verdict, n.Kind, n.Seconds)
	}
	table.Flush()
	fmt.Fprintln(w)
	r.details(w, verbose)
	r.printTotals(w)
}

// details says more of the cases that went wrong, or of all.
func (r *Results) details(w io.Writer, verbose bool) {
	said := false
	section := func(head string, parts ...[]string) {
		fmt.Fprintln(w, head)
		for _, part := range parts {
			for _, line := range part {
				fmt.Fprintln(w, "\t"+line)
			}
		}
		said = true
	}
	for _, c := range r.Cases {
		var about []string
		if verbose {
			about = nonEmpty(c.Why, c.Path)
		}
		left := prefixed("after the fix: ", c.Left)
		switch {
		case verbose && c.Verdict == Miss:
			section(c.ID+": "+c.Verdict, about, nonEmpty(c.Reason), prefixed("in the file: ", c.Findings), left)
		case verbose:
			section(c.ID+": "+c.Verdict, about, nonEmpty(c.Reason), c.Findings, left)
		case c.Reason != "" || len(left) > 0:
			section(c.ID+": "+c.Verdict, nonEmpty(c.Reason), left)
		}
	}
	for _, n := range r.Negatives {
		var about []string
		if verbose {
			about = nonEmpty(n.Why)
		}
		if verbose || n.Verdict != Silent {
			section(n.ID+": "+n.Verdict, about, nonEmpty(n.Reason), n.Findings)
		}
	}
	if said {
		fmt.Fprintln(w)
	}
}

func (r *Results) printTotals(w io.Writer) {
	t := r.Totals
	if len(r.Cases) > 0 {
		fmt.Fprintf(w, "reported in the commit with the bug: %v\n", t.Reported)
		fmt.Fprintf(w, "  directly: %v; through an interface: %v\n", t.Direct, t.Interface)
		fmt.Fprintf(w, "of these, silent after the fix: %v\n", t.SilentAfterFix)
	}
	if len(r.Negatives) > 0 {
		fmt.Fprintf(w, "negatives silent: %v\n", t.SilentNegatives)
	}
	fmt.Fprintf(w, "not run: %d\n", t.NotRun)
}

func yes(b bool) string {
	if b {
		return "yes"
	}
	return ""
}

func nonEmpty(list ...string) []string {
	var out []string
	for _, s := range list {
		if strings.TrimSpace(s) != "" {
			out = append(out, s)
		}
	}
	return out
}

func prefixed(prefix string, list []string) []string {
	var out []string
	for _, s := range list {
		out = append(out, prefix+s)
	}
	return out
}

package score

import (
	"fmt"
	"io"
	"slices"
)

// Recovered says how many of the maintainers' indexes a tool suggests: the
// same, or one that covers it, or one that at least begins with its column.
type Recovered struct{ Exact, Covered, Led int }

// Recover compares a tool's indexes with the maintainers' ones that matter.
func Recover(m *Measurement, human []Suggestion) Recovered {
	var r Recovered
	for _, h := range human {
		best := Apart
		for _, b := range m.Built {
			best = max(best, Compare(b.Suggestion, h))
		}
		if best >= Exact {
			r.Exact++
		}
		if best >= Covers {
			r.Covered++
		}
		if best >= Leads {
			r.Led++
		}
	}
	return r
}

// Known returns the maintainers' indexes that are in a plan of the workload:
// what a tool could find. m measures them.
func Known(m *Measurement) []Suggestion {
	var out []Suggestion
	for _, b := range m.Built {
		if len(b.UsedBy) > 0 {
			out = append(out, b.Suggestion)
		}
	}
	return out
}

// WriteRecovered prints which of the maintainers' indexes come back.
func (t *Table) WriteRecovered(w io.Writer, all int, known []Suggestion) {
	fmt.Fprintf(w, "%d indexes of the maintainers; %d are in a plan of the workload\n\n", all, len(known))
	fmt.Fprintln(w, "| tool | suggested | found exactly | or covered | or same first column |")
	fmt.Fprintln(w, "|---|---:|---:|---:|---:|")
	for _, m := range t.Tools {
		if m.Tool == "human" {
			continue
		}
		r, n := Recover(m, known), float64(len(known))
		fmt.Fprintf(w, "| %s | %d | %s | %s | %s |\n", m.Tool, len(m.Built),
			percent(float64(r.Exact)/n), percent(float64(r.Covered)/n), percent(float64(r.Led)/n))
	}
	fmt.Fprintln(w)
}

// TopK returns the first k suggestions.
func TopK(list []Suggestion, k int) []Suggestion {
	return slices.Clone(list[:min(k, len(list))])
}

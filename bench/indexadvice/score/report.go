package score

import (
	"cmp"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/sqlvet/sqlvet/bench/indexadvice/planner"
)

// Write prints the table in Markdown.
func (t *Table) Write(w io.Writer, human []Suggestion) {
	fmt.Fprintf(w, "## %s: %d queries (%d not plannable), %d improvable by an index, tables %d MB\n\n",
		t.Workload, len(t.Queries), len(t.Unplanned), len(t.Improvable), t.MB)
	fmt.Fprintln(w, "| tool | indexes | unused | refused | size MB | workload cost | RCR | Q-score | >=90% of gain | cost ratio (geo) | precision |")
	fmt.Fprintln(w, "|---|---:|---:|---:|---:|---:|---:|---:|---:|---:|---:|")
	for _, m := range append([]*Measurement{t.None}, t.Tools...) {
		f := t.Figures(m, human)
		fmt.Fprintf(w, "| %s | %d | %d | %d | %.1f | %.4g | %s | %s | %s | %.3f | %s |\n", m.Tool, f.Indexes, f.Unused, f.Refused, f.MB, f.Sum,
			percent(f.RCR), percent(f.Q), percent(f.Good), f.Geo, percent(f.Precision))
	}
	fmt.Fprintln(w)
}

func percent(share float64) string {
	if share != share {
		return "–"
	}
	return fmt.Sprintf("%.1f%%", 100*share)
}

// WriteDetails prints what a tool lost and wasted: the queries furthest from
// their lowest cost with the indexes that the reference tool has on their
// tables, and the indexes that nothing uses. origin says which queries an
// index was suggested for, by its definition.
func (t *Table) WriteDetails(w io.Writer, m, reference *Measurement, human []Suggestion, origin map[string][]string, most int) {
	type loss struct {
		q    *planner.Query
		lost float64
	}
	var losses []loss
	for _, q := range t.Improvable {
		if share := t.Share(m, q); share < goodShare {
			losses = append(losses, loss{q, q.Weight * (1 - share)})
		}
	}
	slices.SortStableFunc(losses, func(a, b loss) int { return cmp.Compare(b.lost, a.lost) })
	fmt.Fprintf(w, "### %s on %s: %d of %d improvable queries below 90%% of their gain\n\n", m.Tool, t.Workload, len(losses), len(t.Improvable))
	for _, l := range losses[:min(most, len(losses))] {
		n := l.q.Name
		fmt.Fprintf(w, "- **%s**: lost %.2f; cost without %.0f, with %s %.0f, lowest %.0f, %s %.0f\n", n, l.lost, t.None.Cost[n], m.Tool, m.Cost[n], t.Ideal[n],
			reference.Tool, reference.Cost[n])
		fmt.Fprintf(w, "    - `%s`\n", oneLine(l.q.SQL))
		if l.q.Text != l.q.SQL && !l.q.Implied {
			fmt.Fprintf(w, "    - bound: `%s`\n", tail(oneLine(l.q.Text)))
		}
		fmt.Fprintf(w, "    - %s: %s\n    - %s: %s\n", m.Tool, m.onTables(l.q), reference.Tool, reference.using(n))
	}
	fmt.Fprintf(w, "\nin no plan (%d of %d):\n\n", len(m.Unused()), len(m.Built))
	for _, b := range m.Unused() {
		fmt.Fprintf(w, "- `%s` for %s\n", b.Def, strings.Join(origin[b.Def], ", "))
	}
	fmt.Fprint(w, "\nused but imprecise (saves less than 20 % of every query, and no maintainer has it):\n\n")
	for _, b := range m.Built {
		if len(b.UsedBy) > 0 && !t.useful(m, b, human) {
			fmt.Fprintf(w, "- `%s` for %s; in the plans of %s\n", b.Def, strings.Join(origin[b.Def], ", "), strings.Join(b.UsedBy, ", "))
		}
	}
	for _, r := range m.Refused {
		fmt.Fprintf(w, "- refused: %s\n", r)
	}
	fmt.Fprintln(w)
}

func oneLine(sql string) string { return strings.Join(strings.Fields(sql), " ") }

// tail keeps the end of a long text: conditions stand there.
func tail(s string) string {
	const most = 400
	if len(s) > most {
		return "…" + s[len(s)-most:]
	}
	return s
}

// onTables lists a tool's indexes on the tables of a query.
func (m *Measurement) onTables(q *planner.Query) string {
	var out []string
	for _, b := range m.Built {
		if q.Info.Tables[b.Table] {
			mark := ""
			if slices.Contains(b.UsedBy, q.Name) {
				mark = " (used)"
			}
			out = append(out, "`"+b.Def+"`"+mark)
		}
	}
	return strings.Join(out, "; ")
}

// using lists the tool's indexes in the plan of a query.
func (m *Measurement) using(query string) string {
	var out []string
	for _, b := range m.Built {
		if slices.Contains(b.UsedBy, query) {
			out = append(out, "`"+b.Def+"`")
		}
	}
	return strings.Join(out, "; ")
}

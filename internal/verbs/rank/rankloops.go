package rank

import (
	"slices"

	"github.com/sqlvet/sqlvet/analyzers/nplusone"
	"github.com/sqlvet/sqlvet/internal/observed"
	"github.com/sqlvet/sqlvet/internal/report"
)

const (
	confirms = 2.0 // calls for each of the outer query, from which a loop is one
	refutes  = 1.5 // below which it is none, if the outer query ran often
	often    = 10  // times
	seenRuns = 5.0 // calls in a row that are told where no rule has found a loop
)

// loops measures the loops around the queries of a row: those that findings
// are about, or one that was seen only.
func (r *ranking) loops(row int, findings []report.Finding) (out []report.RankLoop) {
	found := false
	for _, f := range findings {
		if f.Rule != nplusone.Analyzer.Name || len(f.Related) == 0 {
			continue
		}
		found = true
		l, ok := r.between(row, r.outer(f))
		if !ok {
			l, ok = r.seen(row)
		}
		if !ok {
			continue
		}
		l.Pos, l.Verdict = f.Pos, "confirmed"
		switch {
		case l.Factor < refutes:
			l.Verdict = "refuted"
		case l.Factor < confirms:
			continue
		}
		out = append(out, l)
	}
	if found {
		return out
	}
	if l, ok := r.seen(row); ok && l.Factor >= seenRuns {
		l.Pos, l.Verdict = r.queries[r.rows[row].Queries[0]].CallPos, "seen"
		out = append(out, l)
	}
	return out
}

// outer returns the query that feeds the loop of a finding: the nearest one
// before the loop, in the same declaration. -1 if there is none.
func (r *ranking) outer(f report.Finding) int {
	loop := f.Related[0].Pos
	declaration, _ := report.Line(loop)
	best := -1
	for i, q := range r.queries {
		if q.CallPos.File != loop.File || q.CallPos.Line > loop.Line || len(r.rowsOf[i]) == 0 {
			continue
		}
		if d, _ := report.Line(q.CallPos); d != declaration {
			continue
		}
		if best < 0 || r.queries[best].CallPos.Line < q.CallPos.Line {
			best = i
		}
	}
	return best
}

// between measures how often the statements of a row run for each run of an
// outer query: in its sessions, where the log tells them apart, else by the counters.
func (r *ranking) between(row, outer int) (report.RankLoop, bool) {
	if outer < 0 || slices.Contains(r.rowsOf[outer], row) {
		return report.RankLoop{}, false
	}
	var outerCalls, followed, calls int64
	for _, n := range r.rowsOf[outer] {
		outerCalls += r.rows[n].Calls
	}
	for _, s := range r.rows[row].Statements {
		calls += s.Calls
		for _, n := range r.rowsOf[outer] {
			for _, o := range r.rows[n].Statements {
				f, _ := s.After(o.Statement)
				followed += f.Calls
			}
		}
	}
	l := report.RankLoop{By: "counters", Outer: &r.queries[outer].CallPos, OuterSQL: r.queries[outer].Normalized}
	switch {
	case 2*followed > calls:
		l.By, calls = "log", followed
	case len(r.rows[row].Queries) > 1:
		return l, false // other places have a part in the calls
	}
	// Have: a pool gives each query another session, so that the log shows
	// no row of them.
	if outerCalls == 0 {
		return l, false
	}
	l.Factor = float64(calls) / float64(outerCalls)
	if l.Factor < refutes && outerCalls < often {
		return l, false
	}
	l.Share = r.rows[row].Total / max(r.doc.Time, 1e-9) * float64(calls) / float64(max(r.rows[row].Calls, 1))
	return l, true
}

// seen returns the loop that the log shows: what the statements of a row follow most, again
// and again in one session.
func (r *ranking) seen(row int) (report.RankLoop, bool) {
	var best observed.Follow
	for _, s := range r.rows[row].Statements {
		for _, f := range s.Follows {
			if f.Calls > best.Calls && f.Of != s.Statement {
				best = f
			}
		}
	}
	if best.Runs < often {
		return report.RankLoop{}, false
	}
	l := report.RankLoop{By: "log", Factor: float64(best.Calls) / float64(best.Runs)}
	l.Share = r.rows[row].Total / max(r.doc.Time, 1e-9) * float64(best.Calls) / float64(max(r.rows[row].Calls, 1))
	return l, true
}

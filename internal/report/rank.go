package report

import (
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/sqlvet/sqlvet/internal/observed"
	"github.com/sqlvet/sqlvet/internal/plain"
	"github.com/sqlvet/sqlvet/internal/plans"
)

// A RankDocument is what sqlvet rank prints. Times are in milliseconds.
type RankDocument struct {
	Version int        `json:"version"` // 1
	Source  string     `json:"source"`  // what was read: "pg_stat_statements", a file's name
	From    *time.Time `json:"from,omitempty"`
	Until   *time.Time `json:"until,omitempty"`
	Calls   int64      `json:"calls"`
	Time    float64    `json:"time"`
	// JoinedCalls and JoinedTime are those of statements with a place in the
	// program.
	JoinedCalls int64       `json:"joined_calls"`
	JoinedTime  float64     `json:"joined_time"`
	Rows        []RankRow   `json:"rows"`   // with a place, the most expensive first
	Others      []RankRow   `json:"others"` // without one
	Tables      []RankTable `json:"tables"`
	Notes       []string    `json:"notes,omitempty"`
	Failures    []Failure   `json:"failures,omitempty"`
}

// A RankRow is what the statements of a place cost together.
type RankRow struct {
	Time       float64 `json:"time"`
	Share      float64 `json:"share"` // of all time, 0 to 1
	Calls      int64   `json:"calls"`
	Mean       float64 `json:"mean"`
	P95        float64 `json:"p95,omitempty"` // 0 if not known
	Max        float64 `json:"max,omitempty"` // 0 if not known
	Rows       *int64  `json:"rows,omitempty"`
	SQL        string  `json:"sql"`              // without literals; of the most expensive statement
	Sample     string  `json:"sample,omitempty"` // as it was sent, with -values
	Statements int     `json:"statements"`       // that differ in more than values
	Joined     string  `json:"joined,omitempty"` // by: comment, fingerprint, text, pattern
	// Places are all that send the statements.
	Places       []RankPlace      `json:"places,omitempty"`
	Tables       []string         `json:"tables,omitempty"`
	Findings     []Finding        `json:"findings,omitempty"` // at these places
	Loops        []RankLoop       `json:"loops,omitempty"`
	Indexes      []RankIndex      `json:"indexes,omitempty"`
	Plan         string           `json:"plan,omitempty"` // of the slowest call, from the log
	Applications []observed.Count `json:"applications,omitempty"`
	Routes       []observed.Count `json:"routes,omitempty"`
}

// A RankPlace is one that sends a statement.
type RankPlace struct {
	Pos  Position `json:"pos"`
	End  Position `json:"-"`              // the last line of the text, if it stands there
	Call string   `json:"call"`           // the function called
	Func string   `json:"func,omitempty"` // the declaration around
}

// A RankLoop is a loop around a query, measured.
type RankLoop struct {
	Pos      Position  `json:"pos"`             // of the finding, or of the query if there is none
	Factor   float64   `json:"factor"`          // calls for each of the outer query
	Outer    *Position `json:"outer,omitempty"` // of the outer query
	OuterSQL string    `json:"outer_sql,omitempty"`
	By       string    `json:"by"`      // log: seen in the sessions; counters: by the numbers of calls
	Verdict  string    `json:"verdict"` // confirmed, refuted, or seen where nothing was reported
	Share    float64   `json:"share"`   // of all time
}

// String says what was measured.
func (l RankLoop) String() string {
	what := "calls in a row in a session"
	if l.Outer != nil {
		what = "calls for each of the outer query (" + l.Outer.String() + ")"
	}
	s := fmt.Sprintf("%s %s, %s of all database time", plans.Number(l.Factor), what, share(l.Share))
	switch l.Verdict {
	case "refuted":
		return "no N+1 in what was seen: " + s
	case "seen":
		return "N+1 seen: " + s
	}
	return "N+1 measured: " + s
}

// A RankIndex is an index that would help.
type RankIndex struct {
	SQL   string  `json:"sql"`
	Saves float64 `json:"saves"` // share of the query's cost
	// Before and After are the planner's costs, 0 if none was asked.
	Before  float64 `json:"before,omitempty"`
	After   float64 `json:"after,omitempty"`
	Planner string  `json:"planner,omitempty"` // its version
}

// String is what the text says of an index.
func (x RankIndex) String() string {
	if x.Before > 0 {
		return fmt.Sprintf("%s; -- cost %s → %s by PostgreSQL %s", x.SQL, plans.Cost(x.Before), plans.Cost(x.After), x.Planner)
	}
	return fmt.Sprintf("%s; -- saves some %.0f %% of its cost, assumed", x.SQL, 100*x.Saves)
}

// A RankTable is the time of the statements that name a table: of several,
// each has all of it.
type RankTable struct {
	Name  string  `json:"name"`
	Time  float64 `json:"time"`
	Share float64 `json:"share"`
	Calls int64   `json:"calls"`
}

// share writes a part of a whole: 0 and 100 % are said of nothing and all alone.
func share(f float64) string {
	switch {
	case f <= 0:
		return "0 %"
	case f < 0.001:
		return "< 0.1 %"
	case f > 0.9995 && f < 1:
		return "> 99.9 %"
	case f < 0.1, f > 0.995 && f < 1:
		return fmt.Sprintf("%.1f %%", 100*f)
	}
	return fmt.Sprintf("%.0f %%", 100*f)
}

// Milliseconds writes a time for people.
func Milliseconds(ms float64) string {
	switch {
	case ms <= 0:
		return "0"
	case ms < 0.1:
		return fmt.Sprintf("%.0f µs", 1000*ms)
	case ms < 10:
		return fmt.Sprintf("%.2f ms", ms)
	case ms < 1000:
		return fmt.Sprintf("%.0f ms", ms)
	case ms < 100_000:
		return fmt.Sprintf("%.1f s", ms/1000)
	case ms < 3*3600_000:
		return fmt.Sprintf("%.0f min", ms/60_000)
	}
	return fmt.Sprintf("%.0f h", ms/3600_000)
}

// WriteText writes the document for people: so many rows at most.
func (d RankDocument) WriteText(w io.Writer, top int) error {
	var b strings.Builder
	fmt.Fprintf(&b, "%s\n", d.heading())
	shown := d.Rows[:min(len(d.Rows), top)]
	for i, r := range shown {
		if i == 0 {
			fmt.Fprintf(&b, "\n%4s %9s %8s %11s %9s %9s\n", "#", "time", "share", "calls", "mean", "p95")
		}
		r.line(&b, fmt.Sprint(i+1))
		for n, p := range r.Places {
			if n == maxServed && len(r.Places) > maxServed+1 {
				fmt.Fprintf(&b, "\tand %d more places\n", len(r.Places)-n)
				break
			}
			fmt.Fprintf(&b, "\t%s%s\n", p.Pos, in(p.Func))
		}
		r.details(&b)
	}
	if n := len(d.Rows) - len(shown); n > 0 {
		fmt.Fprintf(&b, "and %s (-top)\n", Count(n, "more line"))
	}
	if len(d.Others) > 0 {
		left := d.Time - d.JoinedTime
		fmt.Fprintf(&b, "\nno line of the program explains %s, %s of the time:\n", Count(len(d.Others), "statement"), share(left/max(d.Time, 1e-9)))
		for _, r := range d.Others[:min(len(d.Others), max(top/2, 1))] {
			r.line(&b, "-")
			if len(r.Applications) > 0 {
				fmt.Fprintf(&b, "\tsent by %s\n", names(r.Applications))
			}
			r.details(&b)
		}
	}
	_, err := io.WriteString(w, plain.Lines(b.String()))
	return err
}

func (d RankDocument) heading() string {
	span := ""
	if d.From != nil && d.Until != nil {
		span = fmt.Sprintf(", %s to %s", d.From.Format("2006-01-02 15:04"), d.Until.Format("2006-01-02 15:04"))
	}
	return fmt.Sprintf("%s of database time in %s calls (%s%s); %s of the calls, %s of the time come from a line of the program",
		Milliseconds(d.Time), plans.Number(float64(d.Calls)), d.Source, span,
		share(float64(d.JoinedCalls)/max(float64(d.Calls), 1)), share(d.JoinedTime/max(d.Time, 1e-9)))
}

func in(declaration string) string {
	if declaration == "" {
		return ""
	}
	return " in " + declaration
}

func (r RankRow) line(b *strings.Builder, number string) {
	p95 := "-"
	if r.P95 > 0 {
		p95 = Milliseconds(r.P95)
	}
	fmt.Fprintf(b, "%4s %9s %8s %11s %9s %9s\n", number, Milliseconds(r.Time), share(r.Share), plans.Number(float64(r.Calls)), Milliseconds(r.Mean), p95)
}

// details writes what stands below a row.
func (r RankRow) details(b *strings.Builder) {
	more := ""
	if r.Statements > 1 {
		more = fmt.Sprintf(" (and %d variants)", r.Statements-1)
	}
	fmt.Fprintf(b, "\t%s%s\n", cutText(r.SQL), more)
	if r.Sample != "" {
		fmt.Fprintf(b, "\tas sent: %s\n", cutText(strings.Join(strings.Fields(r.Sample), " ")))
	}
	for _, l := range r.Loops {
		fmt.Fprintf(b, "\t%s\n", l)
	}
	for _, f := range r.Findings {
		fmt.Fprintf(b, "\t%s: %s [%s]\n", f.Pos, f.Message, f.Rule)
	}
	for _, x := range r.Indexes {
		fmt.Fprintf(b, "\t%s\n", x)
	}
}

func cutText(s string) string {
	if len(s) > longLine {
		return strings.ToValidUTF8(s[:longLine], "") + "…"
	}
	return s
}

func names(list []observed.Count) string {
	var out []string
	for _, c := range list[:min(len(list), 3)] {
		out = append(out, c.Name)
	}
	return strings.Join(out, ", ")
}

// Package observed answers what a database was seen to run: the statements
// that its log or its counters name, how often each ran and for how long. Who
// reads which source is for others to know (packages pglog and
// statstatements); what line of Go a statement comes from, for package rank.
//
// No text here holds a literal of a statement, but for Sample.
package observed

import (
	"cmp"
	"slices"
	"time"

	"github.com/sqlvet/sqlvet/internal/pgquery"
	"github.com/sqlvet/sqlvet/internal/sqlscan"
)

// A Load is what one or more sources have seen.
type Load struct {
	Statements []*Statement
	// From and Until are the time that the sources span; zero if they do not
	// say.
	From, Until time.Time
	// Each is set if each call was seen, with its time and its text: in a log.
	// Then statements have Times and Max, and Follows where the sessions are told apart.
	Each bool
	// Notes say in a line each what is missing.
	Notes []string
}

// A Statement is one of which calls were seen that differ in values only.
type Statement struct {
	// Text is the statement without its literals; on one line if it comes
	// from a log.
	Text string
	// Sample is the text of a call as it was sent. It is not to leave the
	// process unless values were asked for.
	Sample string
	// Fingerprint is that of pg_query; "" if the text is no SQL, or was cut.
	Fingerprint string
	// Name is that of the comment "-- name: Name :kind" which sqlc writes, Place the
	// "file.go:12" of a comment in the way of sqlcommenter; "" if not every
	// call has it.
	Name, Place string

	Calls int64
	Total float64 // milliseconds
	Max   float64 // milliseconds, 0 if not known
	// Times are those of the calls, in milliseconds; nil if not known.
	Times *Histogram
	Rows  int64 // -1 if not known
	// Applications are the values of application_name, or of the role where the source does not
	// have it, by calls.
	Applications []Count
	Routes       []Count // of comments in the way of sqlcommenter
	Plan         string  // of the slowest call, as text; "" if the log has none
	Follows      []Follow
}

// A Count is a name and how many calls have it.
type Count struct {
	Name  string `json:"name"`
	Calls int64  `json:"calls"`
}

// A Follow says how often a statement was run in a row in a session after
// another one.
type Follow struct {
	Of    *Statement // the other one
	Runs  int64      // times that it was followed
	Calls int64      // of the statement, in all of these runs
}

// Mean is the mean time of a call in milliseconds.
func (s *Statement) Mean() float64 { return s.Total / float64(max(s.Calls, 1)) }

// After returns how a statement follows another one.
func (s *Statement) After(other *Statement) (Follow, bool) {
	i := slices.IndexFunc(s.Follows, func(f Follow) bool { return f.Of == other })
	if i < 0 {
		return Follow{}, false
	}
	return s.Follows[i], true
}

// New returns a statement of which sample was sent, or is what a server
// shows.
func New(sample string) *Statement {
	s := &Statement{Sample: sample, Rows: -1}
	s.Text = string(sqlscan.AppendShape(nil, []byte(sample)))
	if print, err := pgquery.Fingerprint(sample); err == nil {
		s.Fingerprint = print
	}
	return s
}

// Sort orders statements by their time.
func (l *Load) Sort() {
	slices.SortFunc(l.Statements, func(a, b *Statement) int {
		return cmp.Or(cmp.Compare(b.Total, a.Total), cmp.Compare(b.Calls, a.Calls), cmp.Compare(a.Text, b.Text))
	})
}

// Sorted returns the counts of a map, the highest first.
func Sorted(m map[string]int64) []Count {
	var out []Count
	for name, n := range m {
		out = append(out, Count{name, n})
	}
	slices.SortFunc(out, func(a, b Count) int { return cmp.Or(cmp.Compare(b.Calls, a.Calls), cmp.Compare(a.Name, b.Name)) })
	return out
}

// Package rank answers which places of a program a statement that a database
// has run comes from: Join. The places are told by comments in the statement, by
// the fingerprint, or by a text of which parts are not known; a statement may
// have several places, and one that fits none has none.
//
// It reads no source and no server: what the program sends and what was seen is
// handed in.
package rank

import (
	"cmp"
	"fmt"
	"path"
	"slices"
	"strings"

	"github.com/sqlvet/sqlvet/internal/observed"
	"github.com/sqlvet/sqlvet/internal/pgquery"
	"github.com/sqlvet/sqlvet/internal/sqlscan"
)

// A Query is a text that a program sends.
type Query struct {
	// SQL is the text as the database gets it; "" if parts of it are not known. It may be several
	// statements.
	SQL string
	// Pattern is the text with a mark of package sqlscan where a part is not
	// known; "" if nothing worth the name is.
	Pattern string
	// Call tells the calls apart: texts of one are alternatives.
	Call string
	// Text is as the program writes it, with its comments.
	Text string
	File string // slash-separated
	Line int
}

// How says by what a statement was joined to its places.
type How string

// The values of How, the strongest first.
const (
	ByComment     How = "comment"     // that names the file and line, or sqlc's name
	ByFingerprint How = "fingerprint" // of pg_query
	ByText        How = "text"        // token by token
	ByPattern     How = "pattern"     // a text of which parts are not known
)

// A Joined is a statement with the queries that it comes from.
type Joined struct {
	*observed.Statement
	Queries []int // into those given to Join, sorted; none if no query fits
	How     How
}

// Join finds the queries of each statement.
func Join(queries []Query, statements []*observed.Statement) []Joined {
	x := newIndex(queries)
	out := make([]Joined, len(statements))
	for i, s := range statements {
		out[i] = x.join(s)
	}
	return out
}

// An index finds queries.
type index struct {
	queries  []Query
	byPrint  map[string][]int
	byTokens map[string][]int
	byName   map[string][]int
	patterns []pattern
	shared   []sharing
	bare     map[string][]int
}

func newIndex(queries []Query) *index {
	x := &index{queries: queries, byPrint: make(map[string][]int), byTokens: make(map[string][]int), byName: make(map[string][]int), bare: make(map[string][]int)}
	add := func(m map[string][]int, key string, i int) {
		if key != "" && !slices.Contains(m[key], i) {
			m[key] = append(m[key], i)
		}
	}
	for i, q := range queries {
		if name := observed.Name(q.Text); name != "" {
			add(x.byName, name, i)
		}
		if q.SQL != "" {
			for _, sql := range statementsOf(q.SQL) {
				print, _ := pgquery.Fingerprint(sql) // "" if it is none
				add(x.byPrint, print, i)
				add(x.byTokens, key(tokens(sql)), i)
			}
		}
		if q.Pattern != "" {
			for _, sql := range statementsOf(q.Pattern) {
				if p := newPattern(tokens(sql), i); p.strong() {
					x.patterns = append(x.patterns, p)
				}
			}
		}
	}
	x.addShared()
	return x
}

// addShared adds, for each call with alternatives, the beginning and the end that all of
// them share, if no other call's text begins so: a builder makes more texts
// than are told.
func (x *index) addShared() {
	type alternatives struct {
		query       int
		texts       int
		front, back []string
	}
	var calls []string
	of := make(map[string]*alternatives)
	texts := make([][]string, len(x.queries))
	for i, q := range x.queries {
		sql := cmp.Or(q.Pattern, q.SQL)
		if q.Call == "" || sql == "" {
			continue
		}
		toks := known(tokens(sql))
		texts[i] = toks
		if a := of[q.Call]; a != nil {
			a.texts++
			a.front, a.back = prefixOf(a.front, toks), suffixOf(a.back, toks)
			continue
		}
		calls = append(calls, q.Call)
		of[q.Call] = &alternatives{i, 1, toks, toks}
	}
	for _, c := range calls {
		a := of[c]
		p := newPattern(a.front, a.query)
		if a.texts > 1 && p.strong() {
			// Have: the text without all that is added to it now and then.
			bare := key(withoutClause(a.front))
			x.bare[bare] = append(x.bare[bare], a.query)
		}
		if a.texts < 2 || !p.telling() {
			continue
		}
		other := false
		for i, q := range x.queries {
			other = other || q.Call != c && len(prefixOf(a.front, texts[i])) == len(a.front)
		}
		if !other {
			x.shared = append(x.shared, sharing{p, a.back})
		}
	}
}

// statementsOf returns a text, and if it is of several statements each of
// these: a server counts one by one what was sent together.
func statementsOf(sql string) []string {
	var parts []string
	from := 0
	for t, ok := sqlscan.Next(sql, 0); ok; t, ok = sqlscan.Next(sql, t.End) {
		if t.Kind == sqlscan.Punct && sql[t.Start] == ';' {
			parts = append(parts, sql[from:t.Start])
			from = t.End
		}
	}
	parts = append(parts, sql[from:])
	parts = slices.DeleteFunc(parts, func(s string) bool { return strings.TrimSpace(s) == "" })
	if len(parts) > 1 {
		parts = append(parts, sql)
	}
	return parts
}

func (x *index) join(s *observed.Statement) Joined {
	j := Joined{Statement: s}
	if s.Place != "" {
		if j.Queries = x.at(s.Place); len(j.Queries) > 0 {
			j.How = ByComment
			return j
		}
	}
	toks := tokens(s.Text)
	text := key(toks)
	switch {
	case len(x.byPrint[s.Fingerprint]) > 0:
		j.Queries, j.How = x.byPrint[s.Fingerprint], ByFingerprint
	case len(x.byTokens[text]) > 0:
		j.Queries, j.How = x.byTokens[text], ByText
	default:
		if j.Queries = x.fitting(toks); len(j.Queries) == 0 {
			j.Queries = x.bare[text]
		}
		if len(j.Queries) == 0 {
			j.Queries = x.sharing(toks)
		}
		j.How = ByPattern
	}
	if named := x.byName[s.Name]; s.Name != "" && len(named) > 0 {
		if both := intersection(j.Queries, named); len(both) > 0 {
			j.Queries = both
		} else if len(j.Queries) == 0 && len(named) == 1 {
			j.Queries, j.How = named, ByComment
		}
	}
	if len(j.Queries) == 0 {
		j.How = ""
	}
	return j
}

// at returns the queries in a line of a file that a comment names by the end
// of its path.
func (x *index) at(place string) (out []int) {
	file, line := cutLine(place)
	for i, q := range x.queries {
		if q.Line == line && (q.File == file || strings.HasSuffix(q.File, "/"+file) || strings.HasSuffix(file, "/"+q.File)) {
			out = append(out, i)
		}
	}
	return out
}

// cutLine takes the line off "file.go:12".
func cutLine(place string) (file string, line int) {
	i := strings.LastIndexByte(place, ':')
	for _, c := range place[i+1:] {
		if c < '0' || c > '9' || line > 1<<24 {
			return place, -1
		}
		line = 10*line + int(c-'0')
	}
	return path.Clean(place[:max(i, 0)]), line
}

func intersection(a, b []int) (out []int) {
	for _, n := range a {
		if slices.Contains(b, n) {
			out = append(out, n)
		}
	}
	return out
}

// fitting returns the queries whose patterns fit and know most of the
// statement.
func (x *index) fitting(toks []string) (out []int) {
	have := make(map[string]bool, len(toks))
	for _, t := range toks {
		have[fold(t)] = true
	}
	best := 0
	for _, p := range x.patterns {
		if p.fixed < best || !p.fits(toks, have) {
			continue
		}
		if p.fixed > best {
			best, out = p.fixed, nil
		}
		if !slices.Contains(out, p.query) {
			out = append(out, p.query)
		}
	}
	slices.Sort(out)
	return out
}

// sharing returns the query whose call's texts begin and end as a statement
// does.
func (x *index) sharing(toks []string) (out []int) {
	for _, s := range x.shared {
		if s.fits(toks) {
			out = append(out, s.query)
		}
	}
	if len(out) > 1 {
		return nil // the longer of two beginnings is no better evidence
	}
	return out
}

// A Row is what statements that come from the same places cost together.
type Row struct {
	Queries    []int // as in Joined; none for a statement without a place
	Statements []Joined
	Calls      int64
	Total, Max float64 // milliseconds
	P95        float64 // milliseconds; 0 if not known
	Rows       int64   // -1 if not known
}

// Rows groups statements by their places, the most expensive first. A
// statement without a place is a row of its own.
func Rows(joined []Joined) []Row {
	var rows []*Row
	byPlaces := make(map[string]*Row)
	for _, j := range joined {
		var r *Row
		id := ""
		if len(j.Queries) > 0 {
			id = fmt.Sprint(j.Queries)
			r = byPlaces[id]
		}
		if r == nil {
			r = &Row{Queries: j.Queries}
			rows = append(rows, r)
			if id != "" {
				byPlaces[id] = r
			}
		}
		r.Statements = append(r.Statements, j)
	}
	out := make([]Row, len(rows))
	for i, r := range rows {
		r.sum()
		out[i] = *r
	}
	slices.SortStableFunc(out, func(a, b Row) int { return cmp.Or(cmp.Compare(b.Total, a.Total), cmp.Compare(b.Calls, a.Calls)) })
	return out
}

func (r *Row) sum() {
	var times observed.Histogram
	timed := true
	for _, s := range r.Statements {
		r.Calls += s.Calls
		r.Total += s.Total
		r.Max = max(r.Max, s.Max)
		switch {
		case s.Rows < 0:
			r.Rows = -1
		case r.Rows >= 0:
			r.Rows += s.Rows
		}
		if s.Times == nil {
			timed = false
		} else {
			times.Merge(s.Times)
		}
	}
	if timed {
		r.P95 = min(times.Quantile(0.95), r.Max)
	}
	slices.SortStableFunc(r.Statements, func(a, b Joined) int { return cmp.Compare(b.Total, a.Total) })
}

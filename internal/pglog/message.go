package pglog

import "bytes"

// An entry is one of a log, as far as it matters. Its slices are valid while
// it is at hand.
type entry struct {
	session uint64 // 0 if the log does not say
	app     []byte
	message []byte
}

var (
	wordDuration  = []byte("duration: ")
	wordStatement = []byte("statement: ")
	wordExecute   = []byte("execute ")
	wordFetch     = []byte("fetch from ")
	wordParse     = []byte("parse ")
	wordBind      = []byte("bind ")
	wordPlan      = []byte("plan:\n")
	colonSpace    = []byte(": ")
)

// handle takes an entry whose severity is LOG.
func (r *reader) handle(e *entry) {
	rest, timed := bytes.CutPrefix(e.message, wordDuration)
	if !timed {
		if sql, _, ok := executed(e.message); ok {
			r.sessions.of(e).pending = r.table.statement(sql)
		}
		return
	}
	end := bytes.Index(rest[:min(len(rest), 40)], []byte(" ms"))
	if end < 0 {
		return
	}
	ms, ok := milliseconds(rest[:end])
	if !ok {
		return
	}
	rest = bytes.TrimLeft(rest[end+len(" ms"):], " ")
	x := r.sessions.of(e)
	if len(rest) == 0 {
		if x.pending == nil {
			r.lost++
			return
		}
		r.ran(x, x.pending, ms, e)
		x.pending = nil
		return
	}
	if plan, ok := bytes.CutPrefix(rest, wordPlan); ok {
		r.explained(x, plan, ms, e)
		return
	}
	if sql, again, ok := executed(rest); ok {
		s := r.table.statement(sql)
		if again {
			s.total += ms // more rows of a call that was counted
			r.timed++
			return
		}
		r.ran(x, s, ms, e)
		return
	}
	// The time to parse and to bind is the statement's, but no call of it.
	for _, word := range [][]byte{wordParse, wordBind} {
		if name, ok := bytes.CutPrefix(rest, word); ok {
			if i := bytes.Index(name, colonSpace); i >= 0 {
				r.table.statement(name[i+len(colonSpace):]).total += ms
			}
		}
	}
}

// executed returns the statement that a message says was executed, and whether it
// was begun before and only more of its rows were fetched.
func executed(message []byte) (sql []byte, again, ok bool) {
	if sql, ok := bytes.CutPrefix(message, wordStatement); ok {
		return sql, false, true
	}
	name, ok := bytes.CutPrefix(message, wordExecute)
	if !ok {
		return nil, false, false
	}
	_, again = bytes.CutPrefix(name, wordFetch)
	i := bytes.Index(name, colonSpace)
	if i < 0 {
		return nil, false, false
	}
	return name[i+len(colonSpace):], again, true
}

// ran counts a call that the slow log tells of.
func (r *reader) ran(x *session, s *statement, ms float64, e *entry) {
	r.timed++
	if x.told(s, byPlan, ms, byLog) {
		s.total += max(ms-x.took, 0)
		return
	}
	s.call(ms, e.app)
	x.ran(s)
}

// explained counts a call of which auto_explain has logged the plan.
func (r *reader) explained(x *session, plan []byte, ms float64, e *entry) {
	p := readPlan(plan)
	if len(p.sql) == 0 {
		return
	}
	r.timed++
	s := r.table.statement(p.sql)
	if !x.told(s, byLog, ms, byPlan) {
		s.call(ms, e.app)
		x.ran(s)
	}
	if p.rows >= 0 {
		s.rows = max(s.rows, 0) + p.rows
		s.planned++
	}
	if ms > s.planTime || s.plan == "" {
		s.plan, s.planTime = p.text(), ms
	}
}

// milliseconds reads digits with a point. It is what a log has most of.
func milliseconds(b []byte) (float64, bool) {
	var n int64
	scale, point := 1.0, false
	for _, c := range b {
		switch {
		case c == '.' && !point:
			point = true
			continue
		case c < '0' || c > '9' || n > 1e15:
			return 0, false
		case point:
			scale *= 10
		}
		n = n*10 + int64(c-'0')
	}
	return float64(n) / scale, len(b) > 0
}

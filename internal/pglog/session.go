package pglog

// A session is what is remembered of one: what was logged without a duration,
// and what ran last.
type session struct {
	// pending is a statement that was logged before its duration, which
	// follows in a line of its own.
	pending *statement
	// last is the statement whose call was counted last, by whom, with its
	// time: the next line may tell of the same call, before or after which
	// auto_explain writes.
	last   *statement
	by     teller
	took   float64 // milliseconds
	recent [window]ran
	at     int
}

// A teller is who has logged a call.
type teller uint8

const (
	byNone teller = iota
	byLog         // log_min_duration_statement, log_duration
	byPlan        // auto_explain
)

// told reports whether a call was counted already, when by told of it. Have:
// the executor's time, which auto_explain tells, is within the other one.
func (x *session) told(s *statement, by teller, ms float64, now teller) bool {
	same := x.last == s && x.by == by && (by == byPlan && x.took <= ms || by == byLog && ms <= x.took)
	if same {
		x.by = byNone
		return true
	}
	x.last, x.by, x.took = s, now, ms
	return false
}

// window is how many statements a run may be interrupted by: the others of the
// same iteration.
const window = 8

// A ran is a statement that ran, and those before the run that it is in.
type ran struct {
	s      *statement
	before [nearest]*statement
}

// nearest is how many of the statements before a run are told.
const nearest = 3

// sessions are those of a file.
type sessions struct {
	table *table
	byID  map[uint64]*session
	only  session // of entries that do not say which
}

// maxSessions bounds those that are remembered: of old ones, nothing is
// expected.
const maxSessions = 20_000

// of returns the session of an entry.
func (s *sessions) of(e *entry) *session {
	if e.session == 0 {
		return &s.only
	}
	if x := s.byID[e.session]; x != nil {
		return x
	}
	if len(s.byID) >= maxSessions {
		clear(s.byID)
	}
	x := new(session)
	s.byID[e.session] = x
	return x
}

// ran notes that a statement ran in a session.
func (x *session) ran(s *statement) {
	var r ran
	for i := 1; i <= window; i++ {
		if old := &x.recent[(x.at-i+window)%window]; old.s == s {
			r = *old
			break
		}
	}
	if r.s == nil {
		r.s = s
		n := 0
		for i := 1; i <= window && n < nearest; i++ {
			old := x.recent[(x.at-i+window)%window].s
			if old == nil || old == s || n > 0 && r.before[n-1] == old || n > 1 && r.before[n-2] == old {
				continue
			}
			r.before[n] = old
			n++
		}
		for _, b := range r.before[:n] {
			s.follow(b, 1, 0)
		}
	}
	for _, b := range r.before {
		if b != nil {
			s.follow(b, 0, 1)
		}
	}
	x.recent[x.at] = r
	x.at = (x.at + 1) % window
}

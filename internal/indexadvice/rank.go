package indexadvice

import "slices"

// An entry is a suggestion that waits for its place.
type entry struct {
	*Suggestion
	index *index
	users []user
	gain  float64
	stale bool // the gain is from before something was placed
	// apart is what is lost without it: all that is known of an index that
	// helps only together with another one, as those for the arms of OR.
	apart float64
}

// A user is a query that could use an index, with what it costs more if that
// index alone is missing.
type user struct {
	*query
	lost float64
}

// together is what such an index counts, since the other one may be placed
// long after it.
const together = 0.5

// ranked returns the suggestions in an order of which every beginning is good
// by itself: who creates only the first ten should have most of what ten can
// give. Each is the one that brings the statements nearest to what all reach
// together, at their final costs; each statement counts the same, however
// dear, since how often it runs is not known.
func ranked(waiting []*entry, final map[*query]float64) []*Suggestion {
	r := &placing{final: final, now: make(map[*query]float64), placed: worldOf(nil)}
	for q := range final {
		r.now[q] = q.base
	}
	for _, e := range waiting {
		for _, u := range e.users {
			e.apart += together * r.share(u.query, u.lost)
		}
		e.gain = max(r.gain(e), e.apart)
	}
	out := make([]*Suggestion, 0, len(waiting))
	for len(waiting) > 0 {
		best := 0
		for i, e := range waiting {
			if e.gain > waiting[best].gain {
				best = i
			}
		}
		e := waiting[best]
		if e.stale {
			// What was placed since has most likely taken from its gain.
			e.gain, e.stale = max(r.gain(e), e.apart), false
			continue
		}
		waiting = slices.Delete(waiting, best, best+1)
		out = append(out, e.Suggestion)
		changed := r.place(e)
		for _, w := range waiting {
			w.stale = w.stale || changed[w.index.table]
		}
	}
	return out
}

// A placing knows what the statements cost with what is placed.
type placing struct {
	final  map[*query]float64 // with all suggestions
	now    map[*query]float64 // with those placed so far
	placed world
}

// share is the part of what q can save, 0 to 1, times its weight.
func (r *placing) share(q *query, saved float64) float64 {
	reach := q.base - r.final[q]
	if reach <= 0 {
		return 0
	}
	return q.weight * saved / reach
}

// gain is what e adds to what is placed.
func (r *placing) gain(e *entry) float64 {
	w := r.placed
	w.extra = []*index{e.index}
	sum := 0.0
	for _, u := range e.users {
		sum += r.share(u.query, r.now[u.query]-u.analysis.cost(w))
	}
	return sum
}

// place takes e and returns the tables whose indexes may now gain more or
// less: those read together with its own.
func (r *placing) place(e *entry) map[*table]bool {
	t := e.index.table
	r.placed.all[t] = append(r.placed.all[t], e.index)
	changed := make(map[*table]bool)
	for _, u := range e.users {
		r.now[u.query] = u.analysis.cost(r.placed)
		for t := range u.tables() {
			changed[t] = true
		}
	}
	return changed
}

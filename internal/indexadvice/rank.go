package indexadvice

import "slices"

// A ranking puts suggestions in an order of which every beginning is good by
// itself: who creates only the first ten should have most of what ten can
// give.
type ranking []*entry

// An entry is a suggestion that waits for its place.
type entry struct {
	*Suggestion
	index   *index
	queries []*query // that could use it
	gain    float64
	stale   bool // the gain is from before something was placed
	// apart is what is lost without it: all that is known of an index that
	// helps only together with another one, as those for the arms of OR.
	apart float64
}

// together is what such an index counts, since the other one may be placed
// long after it.
const together = 0.5

// order returns the suggestions, the most useful first. Each is the one that
// brings the statements nearest to what all suggestions together reach; each
// statement counts the same, however dear, since how often it runs is not
// known.
func (waiting ranking) order() []*Suggestion {
	r := waiting.start()
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

// start computes the gains with nothing placed.
func (waiting ranking) start() *placing {
	r := &placing{final: make(map[*query]float64), now: make(map[*query]float64), placed: worldOf(nil)}
	var indexes []*index
	for _, e := range waiting {
		indexes = append(indexes, e.index)
	}
	all := worldOf(indexes)
	for _, e := range waiting {
		for _, q := range e.queries {
			if _, ok := r.now[q]; !ok {
				r.now[q], r.final[q] = q.base, q.analysis.cost(all)
			}
		}
	}
	for _, e := range waiting {
		rest := all
		rest.without = e.index
		for _, q := range e.queries {
			e.apart += together * r.share(q, q.analysis.cost(rest)-r.final[q])
		}
		e.gain = max(r.gain(e), e.apart)
	}
	return r
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
	for _, q := range e.queries {
		sum += r.share(q, r.now[q]-q.analysis.cost(w))
	}
	return sum
}

// place takes e and returns the tables whose indexes may now gain more or
// less: those read together with its own.
func (r *placing) place(e *entry) map[*table]bool {
	t := e.index.table
	r.placed.all[t] = append(r.placed.all[t], e.index)
	changed := make(map[*table]bool)
	for _, q := range e.queries {
		r.now[q] = q.analysis.cost(r.placed)
		for t := range q.tables() {
			changed[t] = true
		}
	}
	return changed
}

package indexadvice

import "slices"

// A ranking puts suggestions in an order of which every beginning is good by
// itself: who creates only the first ten should have most of what ten can
// give.
type ranking struct {
	final  map[*query]float64 // cost with all suggestions
	now    map[*query]float64 // with those placed so far
	placed world
	from   map[*table][]*query
}

// An entry is a suggestion that waits for its place.
type entry struct {
	*Suggestion
	index *index
	gain  float64
	// apart is what is lost without it: all that is known of an index that
	// helps only together with another one, as those for the arms of OR.
	apart float64
}

// together is what such an index counts, since the other one may be placed
// long after it.
const together = 0.5

// ranked returns the suggestions, the most useful first. Each is the one that
// brings the statements nearest to what all suggestions together reach; each
// statement counts the same, however dear, since how often it runs is not
// known. Indexes[i] is that of suggestions[i].
func ranked(suggestions []*Suggestion, indexes []*index, readers map[*table][]*query) []*Suggestion {
	all := worldOf(indexes)
	r := &ranking{
		final: make(map[*query]float64), now: make(map[*query]float64),
		placed: worldOf(nil), from: readers,
	}
	for _, qs := range readers {
		for _, q := range qs {
			if _, ok := r.now[q]; !ok {
				r.now[q], r.final[q] = q.base, q.analysis.cost(all)
			}
		}
	}
	waiting := make([]*entry, len(suggestions))
	changed := make(map[*table]bool)
	for i, s := range suggestions {
		e := &entry{Suggestion: s, index: indexes[i]}
		rest := all
		rest.without = e.index
		for _, q := range readers[e.index.table] {
			e.apart += together * r.share(q, q.analysis.cost(rest)-r.final[q])
		}
		waiting[i] = e
		changed[e.index.table] = true
	}
	out := make([]*Suggestion, 0, len(suggestions))
	for len(waiting) > 0 {
		best := 0
		for i, e := range waiting {
			if changed[e.index.table] {
				e.gain = max(r.gain(e.index), e.apart)
			}
			if e.gain > waiting[best].gain {
				best = i
			}
		}
		e := waiting[best]
		waiting = slices.Delete(waiting, best, best+1)
		out = append(out, e.Suggestion)
		changed = r.place(e.index)
	}
	return out
}

// share is the part of what q can save, 0 to 1, times its weight.
func (r *ranking) share(q *query, saved float64) float64 {
	reach := q.base - r.final[q]
	if reach <= 0 {
		return 0
	}
	return q.weight * saved / reach
}

// gain is what x adds to what is placed.
func (r *ranking) gain(x *index) float64 {
	w := r.placed
	w.extra = []*index{x}
	sum := 0.0
	for _, q := range r.from[x.table] {
		sum += r.share(q, r.now[q]-q.analysis.cost(w))
	}
	return sum
}

// place takes x and returns the tables whose indexes may now gain more or
// less: those read together with x's.
func (r *ranking) place(x *index) map[*table]bool {
	r.placed.all[x.table] = append(r.placed.all[x.table], x)
	changed := make(map[*table]bool)
	for _, q := range r.from[x.table] {
		r.now[q] = q.analysis.cost(r.placed)
		for t := range q.tables() {
			changed[t] = true
		}
	}
	return changed
}

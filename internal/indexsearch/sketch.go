//go:build unix

package indexsearch

import (
	"cmp"
	"slices"
)

// sketch chooses from what is known when there is no time to try sets of
// indexes against each other: for each statement that has gained nothing so
// far what its cheapest plan used, the indexes first of which most is gained,
// and of two that begin alike the longer one.
func (s *search) sketch() {
	score := make(map[*Choice]float64)
	have := setOf(s.chosen, len(s.all))
	for _, q := range s.queries {
		best := q.cheapest()
		if q.base == 0 || best.used == nil || q.gained(have) {
			continue
		}
		used := keep(s.pool, func(c *Choice) bool { return best.used.has(c) })
		for _, c := range used {
			score[c] += (s.value(q, q.base) - s.value(q, best.cost)) / float64(len(used))
		}
	}
	order := keep(s.pool, func(c *Choice) bool {
		return score[c]-min(perWrite*c.Writes, maxWrites) >= least && !slices.Contains(s.chosen, c)
	})
	slices.SortStableFunc(order, func(a, b *Choice) int { return cmp.Compare(score[b], score[a]) })
	for _, c := range order {
		if slices.ContainsFunc(s.chosen, func(o *Choice) bool { return o.begins(c) }) {
			continue
		}
		s.chosen = append(keep(s.chosen, func(o *Choice) bool { return !c.begins(o) }), c)
	}
}

// gained reports whether a plan is known that uses some of the choices that
// are there, and no others.
func (q *Query) gained(have set) bool {
	return slices.ContainsFunc(q.known, func(k planned) bool { return k.used.within(have) && k.cost < q.base })
}

//go:build unix

package indexsearch

import (
	"cmp"
	"context"
	"math"
	"slices"
)

// value is what a cost of a query counts: 1 is its cost without new indexes.
// The logarithm prefers, of indexes that all take nearly all of it, the best.
func (s *search) value(q *Query, cost float64) float64 {
	if q.base-cost < max(leastCost, q.sure*q.base) {
		cost = q.base
	}
	return q.Weight * (cost/q.base + perDoubling*math.Log2(max(cost, leastCost)))
}

// cheapest is the plan of the lowest cost that was seen; without new indexes it
// uses none.
func (q *Query) cheapest() planned {
	best := planned{cost: q.base}
	for _, k := range q.known {
		if k.cost < best.cost {
			best = k
		}
	}
	return best
}

// sum is the value of queries with choices, and of what writing those takes.
func (s *search) sum(ctx context.Context, queries []*Query, on []*Choice) (float64, error) {
	sum := 0.0
	for _, q := range queries {
		if q.base == 0 {
			continue
		}
		c, err := s.cost(ctx, q, on)
		if err != nil {
			return 0, err
		}
		sum += s.value(q, c)
	}
	for _, c := range on {
		sum += min(perWrite*c.Writes, maxWrites)
	}
	return sum, nil
}

// probe finds out which choices of the pool would change a query's plan beside
// those that were chosen: it plans with a few of them, then without those that
// were used, until none is. Of what is left the costs are known then.
func (s *search) probe(ctx context.Context, q *Query) error {
	mine := keep(s.chosen, func(c *Choice) bool { return q.may[c] })
	at := setOf(mine, len(s.all))
	if q.probed != nil && slices.Equal(q.probed, at) {
		return nil
	}
	q.probed = at
	now, err := s.cost(ctx, q, mine)
	if err != nil {
		return err
	}
	others := keep(s.pool, func(c *Choice) bool { return q.may[c] && !slices.Contains(mine, c) })
	for left := range slices.Chunk(others, atOnce) {
		for len(left) > 0 && !s.over(ctx) {
			on := slices.Concat(mine, left)
			p, err := s.plan(ctx, q, on)
			if err != nil {
				return err
			}
			if p == nil {
				break
			}
			if p.Cost > noGain*now {
				q.known = append(q.known, planned{setOf(on, len(s.all)), at, now})
				break
			}
			used := s.chosenBy(p, left)
			if len(used) == 0 {
				break
			}
			left = keep(left, func(c *Choice) bool { return !slices.Contains(used, c) })
		}
	}
	return nil
}

func (s *search) probeAll(ctx context.Context, list []*Query) error {
	for _, q := range list {
		if err := s.probe(ctx, q); err != nil {
			return err
		}
	}
	return nil
}

// rate computes what a choice would save beside those that were chosen.
func (s *search) rate(ctx context.Context, c *Choice) error {
	if err := s.probeAll(ctx, c.queries); err != nil {
		return err
	}
	before, err := s.sum(ctx, c.queries, s.chosen)
	if err != nil {
		return err
	}
	after, err := s.sum(ctx, c.queries, append(slices.Clone(s.chosen), c))
	c.gain, c.round = before-after, len(s.chosen)
	return err
}

// choose takes the choice that saves most again and again. A gain is computed
// anew only when its choice comes to the top: it seldom grows.
func (s *search) choose(ctx context.Context) error {
	slices.SortFunc(s.pool, func(a, b *Choice) int { return cmp.Compare(a.number, b.number) })
	for _, c := range s.pool {
		// No more than all together, so far as that is known.
		c.gain, c.round = 0, -1
		for _, q := range c.queries {
			if q.base > 0 {
				c.gain += s.value(q, q.base) - s.value(q, q.cheapest().cost)
			}
		}
	}
	s.chosen = keep(s.pool, func(c *Choice) bool { return c.Wanted })
	left := keep(s.pool, func(c *Choice) bool { return !c.Wanted })
	for pass := range passes {
		if pass > 0 {
			for _, c := range left {
				if err := s.rate(ctx, c); err != nil {
					return err
				}
			}
		}
		before := len(s.chosen)
		for n := 1; len(left) > 0; n++ {
			s.step(0.6 + 0.1*(float64(pass)+1-1/float64(n)))
			at := 0
			for i, c := range left {
				if d := c.gain - left[at].gain; d > 1e-6 || d > -1e-6 && c.Pages < left[at].Pages {
					at = i
				}
			}
			top := left[at]
			if top.round < len(s.chosen) {
				if err := s.rate(ctx, top); err != nil {
					return err
				}
				continue
			}
			if top.gain < least {
				break
			}
			s.chosen = append(s.chosen, top)
			left = slices.Delete(left, at, at+1)
		}
		if len(s.chosen) == before {
			break
		}
	}
	return s.together(ctx)
}

// together takes sets of which each choice alone saves little: those that the
// cheapest plan that is known of a statement uses beside what was chosen.
func (s *search) together(ctx context.Context) error {
	for _, q := range s.queries {
		if q.base == 0 {
			continue
		}
		now, err := s.cost(ctx, q, s.chosen)
		if err != nil {
			return err
		}
		best := q.cheapest()
		if now-best.cost < leastSaved*now {
			continue
		}
		missing := keep(s.pool, func(c *Choice) bool { return best.used.has(c) && !slices.Contains(s.chosen, c) })
		var of []*Query
		for _, c := range missing {
			for _, o := range c.queries {
				if !slices.Contains(of, o) {
					of = append(of, o)
				}
			}
		}
		before, err := s.sum(ctx, of, s.chosen)
		if err != nil {
			return err
		}
		with := slices.Concat(s.chosen, missing)
		after, err := s.sum(ctx, of, with)
		if err != nil {
			return err
		}
		if before-after >= least*float64(len(missing)) {
			s.chosen = with
		}
	}
	return nil
}

// worth reports whether some statement becomes a good deal cheaper, and that in
// good part by a choice beside the rest of those that were chosen: a little of
// many is not worth an index.
func (s *search) worth(ctx context.Context, c *Choice, rest []*Choice) (bool, error) {
	for _, q := range c.queries {
		without, err := s.cost(ctx, q, rest)
		if err != nil {
			return false, err
		}
		with, err := s.cost(ctx, q, s.chosen)
		if err != nil {
			return false, err
		}
		if saved := without - with; saved >= max(leastPart, q.sure)*without && saved >= leastCost && q.base-with >= leastSaved*q.base {
			return true, nil
		}
	}
	return false, nil
}

// prune drops, changes or shortens what others made needless, the last chosen
// first.
func (s *search) prune(ctx context.Context) error {
	for i := len(s.chosen) - 1; i >= 0 && !s.over(ctx); i-- {
		s.step(0.9 + 0.1*float64(len(s.chosen)-i)/float64(len(s.chosen)+1))
		c := s.chosen[i]
		base, err := s.sum(ctx, s.queries, s.chosen)
		if err != nil {
			return err
		}
		rest := slices.Concat(s.chosen[:i], s.chosen[i+1:])
		without, err := s.sum(ctx, s.queries, rest)
		if err != nil {
			return err
		}
		worth, err := s.worth(ctx, c, rest)
		if err != nil {
			return err
		}
		if without-base < least || !worth {
			s.chosen = rest
			continue
		}
		// What came later may have made another one of its kind better.
		s.chosen = rest
		err = s.probeAll(ctx, c.queries)
		if s.chosen = slices.Insert(slices.Clone(rest), i, c); err != nil {
			return err
		}
		for _, o := range s.pool {
			if o.Table != c.Table || o.Keys[0] != c.Keys[0] || slices.Contains(s.chosen, o) || s.over(ctx) {
				continue
			}
			v, err := s.sum(ctx, s.queries, slices.Insert(slices.Clone(rest), i, o))
			if err != nil {
				return err
			}
			if v < base-1e-3 {
				c, base = o, v
			}
		}
		s.chosen = slices.Insert(slices.Clone(rest), i, c)
		var shorter []*Choice
		for _, o := range s.pool {
			if c.begins(o) && !slices.Contains(s.chosen, o) {
				shorter = append(shorter, o)
			}
		}
		slices.SortStableFunc(shorter, func(a, b *Choice) int { return cmp.Compare(len(a.Keys), len(b.Keys)) })
		for _, o := range shorter {
			with := slices.Insert(slices.Clone(rest), i, o)
			v, err := s.sum(ctx, s.queries, with)
			if err != nil {
				return err
			}
			if v-base < least/4 {
				s.chosen = with
				break
			}
		}
	}
	return nil
}

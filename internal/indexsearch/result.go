//go:build unix

package indexsearch

import (
	"context"
	"slices"
)

// tell fills in the result.
func (s *search) tell(ctx context.Context) error {
	// What nothing misses, the last chosen first, so that of two that can stand
	// for each other one stays.
	for i := len(s.chosen) - 1; i >= 0; i-- {
		rest := slices.Concat(s.chosen[:i], s.chosen[i+1:])
		if worth, err := s.worth(ctx, s.chosen[i], rest); err != nil {
			return err
		} else if !worth {
			s.chosen = rest
		}
	}
	final := make(map[*Query]float64)
	for _, q := range s.queries {
		c, err := s.cost(ctx, q, s.chosen)
		if err != nil {
			return err
		}
		final[q] = c
		s.result.Base, s.result.Final = append(s.result.Base, q.base), append(s.result.Final, c)
	}
	for i, c := range s.chosen {
		out := Chosen{Choice: c}
		rest := slices.Concat(s.chosen[:i], s.chosen[i+1:])
		for n, q := range s.queries {
			if !q.may[c] {
				continue
			}
			before, err := s.cost(ctx, q, rest)
			if err != nil {
				return err
			}
			if saved := before - final[q]; saved >= max(serves, q.sure)*before && saved >= leastCost {
				out.Serves = append(out.Serves, Use{n, before, final[q]})
			}
		}
		if len(out.Serves) > 0 {
			s.result.Indexes = append(s.result.Indexes, out)
		}
	}
	// With the new ones there, other indexes may come to use.
	for _, q := range s.queries {
		if p, err := s.plan(ctx, q, s.chosen); err != nil {
			return err
		} else if p != nil {
			s.use(p)
		}
	}
	return nil
}

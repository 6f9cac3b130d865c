//go:build unix

package indexsearch

import (
	"context"
	"errors"
	"slices"

	"github.com/sqlvet/sqlvet/internal/planner"
	"github.com/sqlvet/sqlvet/internal/plans"
)

// A planned is what a query costs with some choices, of which its plan uses
// some: what it costs without those that it does not use as well.
type planned struct {
	on, used set
	cost     float64
}

// A set holds choices by their numbers.
type set []uint64

func setOf(list []*Choice, n int) set {
	s := make(set, (n+63)/64)
	for _, c := range list {
		s[c.number/64] |= 1 << (c.number % 64)
	}
	return s
}

// within reports whether all of s are in o.
func (s set) within(o set) bool {
	for i, w := range s {
		if w&^o[i] != 0 {
			return false
		}
	}
	return true
}

func (s set) has(c *Choice) bool { return s[c.number/64]&(1<<(c.number%64)) != 0 }

// plan plans a query with exactly these choices. The plan is nil if the server
// gave up: too many indexes at once.
func (s *search) plan(ctx context.Context, q *Query, on []*Choice) (*plans.Node, error) {
	if len(on) > 0 && s.over(ctx) {
		return nil, errOver
	}
	if err := s.box.Switch(ctx, candidates(on)...); err != nil {
		return nil, err
	}
	s.result.Planned++
	p, err := s.box.Explain(ctx, q.Statement)
	if no := (*planner.Refusal)(nil); errors.As(err, &no) {
		q.known = append(q.known, planned{setOf(on, len(s.all)), setOf(on, len(s.all)), q.base})
		return nil, nil
	} else if err != nil {
		return nil, err
	}
	q.known = append(q.known, planned{setOf(on, len(s.all)), setOf(s.chosenBy(p, on), len(s.all)), p.Cost})
	return p, nil
}

// chosenBy returns those of the choices that a plan uses.
func (s *search) chosenBy(p *plans.Node, of []*Choice) (used []*Choice) {
	for _, name := range p.Indexes() {
		if c := s.box.Candidate(name); c != nil {
			if at := slices.IndexFunc(of, func(o *Choice) bool { return o.Candidate == c }); at >= 0 {
				used = append(used, of[at])
			}
		}
	}
	return used
}

// cost returns what a query costs with exactly these choices.
func (s *search) cost(ctx context.Context, q *Query, on []*Choice) (float64, error) {
	var mine []*Choice
	for _, c := range on {
		if q.may[c] {
			mine = append(mine, c)
		}
	}
	if len(mine) == 0 {
		return q.base, nil
	}
	with := setOf(mine, len(s.all))
	for _, k := range q.known {
		if k.used.within(with) && with.within(k.on) {
			return k.cost, nil
		}
	}
	p, err := s.plan(ctx, q, mine)
	if err != nil || p == nil {
		return q.base, err
	}
	return p.Cost, nil
}

func candidates(list []*Choice) (out []*planner.Candidate) {
	for _, c := range list {
		out = append(out, c.Candidate)
	}
	return out
}

// measure plans each query as the indexes are.
func (s *search) measure(ctx context.Context) error {
	for _, q := range s.queries {
		p, err := s.plan(ctx, q, nil)
		if err != nil {
			return err
		}
		if p == nil {
			q.may = nil
			continue
		}
		q.base, q.joins = p.Cost, p.Joins()
		s.use(p)
	}
	return nil
}

// use notes the existing indexes of a plan.
func (s *search) use(p *plans.Node) {
	for _, name := range p.Indexes() {
		if s.box.Candidate(name) == nil {
			s.result.Used[name] = true
		}
	}
}

//go:build unix

// Package indexsearch answers: which of many indexes would PostgreSQL use, and
// which few of them make a program's statements cheapest together?
//
// It asks a planner's box (package planner) for the cost of each statement
// with sets of candidates, and chooses greedily, the one that saves most
// first. What is proposed comes from package indexadvice. It knows costs, not
// times.
package indexsearch

import (
	"cmp"
	"context"
	"errors"
	"math"
	"slices"
	"time"

	"github.com/sqlvet/sqlvet/internal/planner"
	"github.com/sqlvet/sqlvet/internal/plans"
)

// A Query is a statement to be made cheaper.
type Query struct {
	*planner.Statement
	// Weight is how often it runs in relation to the others.
	Weight float64

	base  float64          // its cost as the indexes are
	may   map[*Choice]bool // those that it may use
	known []planned
	// probed are those of the choices that were chosen when it was found out
	// which others would help.
	probed set
}

// A Choice is an index that may be made.
type Choice struct {
	*planner.Candidate
	Keys    []string // as CREATE INDEX writes them
	Plain   bool     // a B-tree of columns, without predicate and INCLUDE
	Queries []int    // for which it was proposed
	// Writes is the weight of the statements that write it.
	Writes float64

	number  int
	queries []*Query // that it may serve
	gain    float64
	round   int // of the choices when gain was computed
}

// A Use is a query that an index serves.
type Use struct {
	Query         int
	Before, After float64 // costs without and with it, beside the others
}

// A Chosen is an index that is worth making.
type Chosen struct {
	*Choice
	Serves []Use
}

// A Result is what Search found.
type Result struct {
	Indexes []Chosen // in the order in which they were chosen
	// Used holds the names of the existing indexes that some plan uses.
	Used map[string]bool
	// Base and Final are the costs of each query as it is and with all
	// indexes.
	Base, Final []float64
	Planned     int  // plans that were made
	Cut         bool // time was up
}

// Options bound a search.
type Options struct {
	Until time.Time // no new step begins after it; zero: no bound
	// Sure is the share of its cost that a statement must save to count:
	// more than a little where the tables' sizes are guessed.
	Sure float64
	// Step, if set, is told how far the search is, from 0 to 1.
	Step func(done float64)
}

// What an index must bring.
const (
	rounds      = 3    // plans of a query, each without the candidates that those before used
	passes      = 3    // over candidates that were passed over
	least       = 0.1  // gain, in statements made free
	leastCost   = 10   // what is saved of a statement for it to count, in the planner's units
	perWrite    = 0.01 // what a statement that writes an index takes of its gain
	maxWrites   = 0.2
	perDoubling = 0.02 // what twice the cost counts beside its share of the first
	serves      = 0.05 // of a statement's cost
	leastSaved  = 0.2  // of the cost of one statement at least
	enough      = 160  // candidates that a statement is planned with at once
	longest     = 3    // columns of a B-tree that is tried
	noGain      = 0.999
	atOnce      = 8 // choices that a probe adds
)

type search struct {
	Options
	box     *planner.Box
	queries []*Query
	all     []*Choice
	pool    []*Choice
	chosen  []*Choice
	result  *Result
}

// Search chooses among choices. What ctx or time ends has the best found so
// far as its result.
func Search(ctx context.Context, box *planner.Box, queries []*Query, choices []*Choice, o Options) (*Result, error) {
	s := &search{Options: o, box: box, queries: queries, all: choices, result: &Result{Used: make(map[string]bool)}}
	s.link()
	whole := time.Until(o.Until)
	for _, phase := range []struct {
		run  func(context.Context) error
		ends float64 // share of the time
	}{{s.measure, 0.2}, {s.collect, 0.5}, {s.choose, 0.8}, {s.prune, 0.9}} {
		if !o.Until.IsZero() {
			s.Until = o.Until.Add(-time.Duration((1 - phase.ends) * float64(whole)))
		}
		if err := phase.run(ctx); err != nil && !errors.Is(err, errOver) {
			return nil, err
		}
		s.result.Cut = s.result.Cut || s.over(ctx)
	}
	if s.result.Cut {
		s.sketch()
	}
	// What was chosen is told even if there is no time for more.
	ctx = context.WithoutCancel(ctx)
	s.Until = time.Time{}
	return s.result, errors.Join(s.tell(ctx), box.Switch(ctx))
}

// errOver ends a phase for which there is no time left.
var errOver = errors.New("no time left")

// over reports whether the search is to end.
func (s *search) over(ctx context.Context) bool {
	return ctx.Err() != nil || !s.Until.IsZero() && time.Now().After(s.Until)
}

func (s *search) step(done float64) {
	if s.Step != nil {
		s.Step(done)
	}
}

// link tells choices the queries that they may serve: those that they were
// proposed for, and others to which an index with the same first key was.
func (s *search) link() {
	for _, q := range s.queries {
		q.may, q.known, q.probed = make(map[*Choice]bool), nil, nil
	}
	type front struct {
		table *planner.Table
		key   string
	}
	asks := make(map[front][]int)
	for i, c := range s.all {
		c.number = i
		f := front{c.Table, c.Keys[0]}
		for _, q := range c.Queries {
			if !slices.Contains(asks[f], q) {
				asks[f] = append(asks[f], q)
			}
		}
	}
	for _, c := range s.all {
		list := c.Queries
		if c.Plain {
			list = asks[front{c.Table, c.Keys[0]}]
		}
		for _, n := range list {
			c.queries = append(c.queries, s.queries[n])
			s.queries[n].may[c] = true
		}
	}
}

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
		q.base = p.Cost
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

// collect plans each query with what was proposed for it, and puts what its
// plans use into the pool, with the shorter indexes that begin those. Where
// that is too much at once, since the planner's own time grows with the square
// of the indexes there are, longer ones are tried only behind a first column
// that was of use in shorter ones.
func (s *search) collect(ctx context.Context) error {
	pooled := make(map[*Choice]bool)
	proposed := make([][]*Choice, len(s.queries))
	for _, c := range s.all {
		for _, n := range c.Queries {
			proposed[n] = append(proposed[n], c)
		}
	}
	for i, q := range s.queries {
		s.step(0.6 * float64(i) / float64(len(s.queries)))
		if s.over(ctx) || q.base < leastCost {
			continue
		}
		width := 1
		for n := longest; n > 1; n-- {
			if len(keep(proposed[i], func(c *Choice) bool { return !c.Plain || len(c.Keys) <= n })) <= enough {
				width = n
				break
			}
		}
		short := func(c *Choice) bool { return !c.Plain || len(c.Keys) <= width }
		used, err := s.useful(ctx, q, keep(proposed[i], short))
		if err != nil {
			return err
		}
		more, err := s.useful(ctx, q, keep(proposed[i], func(c *Choice) bool {
			return !short(c) && slices.ContainsFunc(used, func(o *Choice) bool { return o.Table == c.Table && o.Keys[0] == c.Keys[0] })
		}))
		if err != nil {
			return err
		}
		for _, c := range append(used, more...) {
			for _, o := range append(keep(proposed[i], c.begins), c) {
				if !pooled[o] {
					pooled[o] = true
					s.pool = append(s.pool, o)
				}
			}
		}
	}
	return nil
}

func keep(list []*Choice, f func(*Choice) bool) (out []*Choice) {
	for _, c := range list {
		if f(c) {
			out = append(out, c)
		}
	}
	return out
}

// useful returns the choices that plans of a query use: the first plan with
// all of them, the next without what the first used, and so on.
func (s *search) useful(ctx context.Context, q *Query, left []*Choice) (used []*Choice, err error) {
	for range rounds {
		if len(left) == 0 || s.over(ctx) {
			return used, nil
		}
		p, err := s.plan(ctx, q, left)
		if err != nil {
			return nil, err
		}
		if p == nil || p.Cost > 0.99*q.base {
			return used, nil
		}
		found := s.chosenBy(p, left)
		if len(found) == 0 {
			return used, nil
		}
		used = append(used, found...)
		left = keep(left, func(c *Choice) bool { return !slices.Contains(found, c) })
	}
	return used, nil
}

// begins reports whether o is a shorter index that c begins with.
func (c *Choice) begins(o *Choice) bool {
	return o.Plain && o.Table == c.Table && len(o.Keys) <= len(c.Keys) && (len(o.Keys) < len(c.Keys) || !c.Plain) && slices.Equal(o.Keys, c.Keys[:len(o.Keys)])
}

// value is what a cost of a query counts: 1 is its cost without new indexes.
// The logarithm prefers, of indexes that all take nearly all of it, the best.
func (s *search) value(q *Query, cost float64) float64 {
	if q.base-cost < max(leastCost, s.Sure*q.base) {
		cost = q.base
	}
	return q.Weight * (cost/q.base + perDoubling*math.Log2(max(cost, leastCost)))
}

// lowest is the lowest cost of the query that was seen.
func (q *Query) lowest() float64 {
	low := q.base
	for _, k := range q.known {
		low = min(low, k.cost)
	}
	return low
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
				c.gain += s.value(q, q.base) - s.value(q, q.lowest())
			}
		}
	}
	left := slices.Clone(s.pool)
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
			return nil
		}
	}
	return nil
}

// worth reports whether a choice makes some statement a good deal cheaper
// beside the rest of those that were chosen: a little of many is not worth an
// index.
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
		if saved := without - with; saved >= max(leastSaved, s.Sure)*without && saved >= leastCost {
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

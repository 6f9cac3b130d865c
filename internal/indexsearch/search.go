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
	"context"
	"errors"
	"slices"
	"time"

	"github.com/sqlvet/sqlvet/internal/planner"
)

// A Query is a statement to be made cheaper.
type Query struct {
	*planner.Statement
	// Weight is how often it runs in relation to the others.
	Weight float64

	base  float64          // its cost as the indexes are
	joins int              // in the plan of that
	sure  float64          // the share of its cost that must be saved to count
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
	// Wanted is set if who knows no plan wants it too: it is there from the
	// beginning, and what it saves is believed sooner.
	Wanted bool
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
	leastPart   = 0.1  // of what it would cost otherwise, by one index
	enough      = 160  // candidates that a statement is planned with at once
	fewJoins    = 8    // up to which it is so many
	leastTried  = 16   // however many joins there are
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
		q.may, q.known, q.probed, q.sure = make(map[*Choice]bool), nil, nil, s.Sure
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
			q := s.queries[n]
			c.queries = append(c.queries, q)
			q.may[c] = true
			if c.Wanted {
				q.sure = min(q.sure, leastSaved)
			}
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
	for _, c := range s.all {
		if c.Wanted {
			pooled[c] = true
			s.pool = append(s.pool, c)
		}
	}
	proposed := make([][]*Choice, len(s.queries))
	for _, c := range s.all {
		for _, n := range c.Queries {
			proposed[n] = append(proposed[n], c)
		}
	}
	// Where time ends before all are planned, those are not that take longest.
	order := make([]int, len(s.queries))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int { return s.queries[a].joins - s.queries[b].joins })
	for n, i := range order {
		q := s.queries[i]
		s.step(0.6 * float64(n) / float64(len(s.queries)))
		if s.over(ctx) || q.base < leastCost {
			continue
		}
		width := 1
		for n := longest; n > 1; n-- {
			if len(keep(proposed[i], func(c *Choice) bool { return !c.Plain || len(c.Keys) <= n })) <= q.enough() {
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

// enough is how many candidates the query is planned with at once: the
// planner's time grows with the square of joins and of indexes alike.
func (q *Query) enough() int {
	if q.joins <= fewJoins {
		return enough
	}
	return max(leastTried, enough*fewJoins*fewJoins/(q.joins*q.joins))
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

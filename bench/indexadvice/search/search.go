package search

import (
	"cmp"
	"maps"
	"slices"
	"time"

	"github.com/sqlvet/sqlvet/bench/indexadvice/planner"
)

// Options bound a search.
type Options struct {
	Width  int             // columns of a candidate
	Cover  bool            // try INCLUDE, too
	Budget time.Duration   // no new step begins after it; 0 = none
	Extra  []planner.Index // candidates from elsewhere
	Log    func(format string, args ...any)
}

// A Result is what a search found.
type Result struct {
	Chosen []planner.Index
	Ideal  map[string]float64 // lowest cost seen of each query, with whatever indexes
	Pool   int                // candidates that some plan used
	Cut    bool               // the budget ended the search
}

const (
	rounds = 3   // plans a query, each without the indexes that the ones before used
	passes = 3   // over the rest of the pool, for indexes that help once others are there
	least  = 0.1 // gain of an index, in queries made free
)

type searcher struct {
	*planner.Session
	Options
	queries []*planner.Query
	none    map[string]float64 // cost without indexes
	pool    map[string]planner.Index
	touch   map[string][]*planner.Query // the queries for which an index is relevant
	chosen  []planner.Index
	end     time.Time
}

// Run looks for the indexes that make the sum of the queries' relative costs
// smallest, each query weighing the same however dear it is.
func Run(s *planner.Session, list []*planner.Query, o Options) (Result, error) {
	x := &searcher{
		Session: s, Options: o, queries: list,
		none: map[string]float64{}, pool: map[string]planner.Index{}, touch: map[string][]*planner.Query{},
	}
	if o.Budget > 0 {
		x.end = time.Now().Add(o.Budget)
	}
	ideal, err := x.collect()
	if err != nil {
		return Result{}, err
	}
	for def, c := range x.pool {
		for _, q := range list {
			if planner.Relevant(q, c) {
				x.touch[def] = append(x.touch[def], q)
			}
		}
	}
	if err := x.choose(); err != nil {
		return Result{}, err
	}
	if err := x.prune(); err != nil {
		return Result{}, err
	}
	return Result{Chosen: x.chosen, Ideal: ideal, Pool: len(x.pool), Cut: x.late()}, x.Reset()
}

func (x *searcher) late() bool { return !x.end.IsZero() && time.Now().After(x.end) }

// collect plans each query with all its candidates at once, and puts those
// that the plan uses into the pool, with what they begin with.
func (x *searcher) collect() (ideal map[string]float64, err error) {
	for _, c := range x.Extra {
		x.pool[c.Def] = c
	}
	ideal = map[string]float64{}
	for i, q := range x.queries {
		p, err := x.Cost(q, nil)
		if err != nil {
			return nil, err
		}
		x.none[q.Name], ideal[q.Name] = p.Cost, p.Cost
		if err := x.query(q, ideal); err != nil {
			return nil, err
		}
		if i%20 == 19 {
			x.Log("candidates of %d of %d queries: %d", i+1, len(x.queries), len(x.pool))
		}
	}
	return ideal, nil
}

func (x *searcher) query(q *planner.Query, ideal map[string]float64) error {
	byDef := map[string]planner.Index{}
	for _, c := range candidates(x.Catalog, q, x.Width, x.Cover) {
		byDef[c.Def] = c
	}
	for _, c := range x.Extra {
		if planner.Relevant(q, c) {
			byDef[c.Def] = c
		}
	}
	for range rounds {
		if len(byDef) == 0 || x.late() {
			return nil
		}
		if err := x.Reset(); err != nil {
			return err
		}
		var list []planner.Index
		for _, def := range slices.Sorted(maps.Keys(byDef)) {
			list = append(list, byDef[def])
		}
		if err := x.Set(list); err != nil {
			return err
		}
		p, err := x.Explain(q)
		if err != nil {
			return nil // the planner gave up on so many; the other queries go on
		}
		ideal[q.Name] = min(ideal[q.Name], p.Cost)
		if len(p.Defs) == 0 || p.Cost > 0.99*x.none[q.Name] {
			return nil
		}
		for _, def := range p.Defs {
			x.keep(byDef[def])
			delete(byDef, def)
		}
	}
	return nil
}

// keep puts an index into the pool, and the shorter ones that it begins with.
func (x *searcher) keep(c planner.Index) {
	x.pool[c.Def] = c
	if c.Special {
		return
	}
	for n := 1; n <= len(c.Keys); n++ {
		if !x.Catalog.Tables[c.Table].Covered(c.Keys[:n]) {
			p := planner.Plain(c.Table, c.Keys[:n]...)
			x.pool[p.Def] = p
		}
	}
}

// value is what a cost of q counts: 1 is its cost without indexes.
func (x *searcher) value(q *planner.Query, cost float64) float64 {
	return q.Weight * cost / x.none[q.Name]
}

// gain is what adding c to the chosen indexes would save.
func (x *searcher) gain(c planner.Index) (float64, error) {
	sum := 0.0
	with := append(slices.Clone(x.chosen), c)
	for _, q := range x.touch[c.Def] {
		before, err := x.Cost(q, x.chosen)
		if err != nil {
			return 0, err
		}
		after, err := x.Cost(q, with)
		if err != nil {
			return 0, err
		}
		sum += x.value(q, before.Cost) - x.value(q, after.Cost)
	}
	return sum, nil
}

// An item is a candidate with its gain as of a round.
type item struct {
	index planner.Index
	gain  float64
	round int
}

// choose takes the candidate with the largest gain again and again. A gain is
// computed anew only when its candidate comes to the top: it seldom grows.
func (x *searcher) choose() error {
	var items []*item
	for _, def := range slices.Sorted(maps.Keys(x.pool)) {
		items = append(items, &item{index: x.pool[def], round: -1})
	}
	for range passes {
		for _, it := range items {
			g, err := x.gain(it.index)
			if err != nil {
				return err
			}
			it.gain, it.round = g, len(x.chosen)
			if x.late() {
				break // the rest keeps the gain of the pass before
			}
		}
		before := len(x.chosen)
		var err error
		if items, err = x.greedy(items); err != nil || len(x.chosen) == before || x.late() {
			return err
		}
	}
	return nil
}

// greedy returns the candidates that it did not take.
func (x *searcher) greedy(items []*item) ([]*item, error) {
	for len(items) > 0 && !x.late() {
		slices.SortStableFunc(items, func(a, b *item) int {
			return cmp.Or(cmp.Compare(b.gain, a.gain), cmp.Compare(x.Size(a.index), x.Size(b.index)))
		})
		top := items[0]
		if top.gain < least {
			return items, nil
		}
		if top.round < len(x.chosen) {
			g, err := x.gain(top.index)
			if err != nil {
				return nil, err
			}
			top.gain, top.round = g, len(x.chosen)
			continue
		}
		x.chosen = append(x.chosen, top.index)
		x.Log("+ %-70s %.3f", top.index.Def, top.gain)
		items = items[1:]
	}
	return items, nil
}

// sum is the value of the whole workload.
func (x *searcher) sum(list []planner.Index) (float64, error) {
	sum := 0.0
	for _, q := range x.queries {
		p, err := x.Cost(q, list)
		if err != nil {
			return 0, err
		}
		sum += x.value(q, p.Cost)
	}
	return sum, nil
}

// prune drops or shortens the chosen indexes that others made needless, the
// last chosen first.
func (x *searcher) prune() error {
	base, err := x.sum(x.chosen)
	if err != nil {
		return err
	}
	for i := len(x.chosen) - 1; i >= 0 && !x.late(); i-- {
		c := x.chosen[i]
		rest := slices.Concat(x.chosen[:i], x.chosen[i+1:])
		v, err := x.sum(rest)
		if err != nil {
			return err
		}
		if v-base < least {
			x.chosen, base = rest, v
			continue
		}
		if c.Special {
			continue
		}
		for n := 1; n <= len(c.Keys); n++ {
			if n == len(c.Keys) && len(c.Include) == 0 || x.Catalog.Tables[c.Table].Covered(c.Keys[:n]) {
				continue
			}
			shorter := slices.Insert(slices.Clone(rest), i, planner.Plain(c.Table, c.Keys[:n]...))
			if v, err = x.sum(shorter); err != nil {
				return err
			}
			if v-base < least/2 {
				x.chosen, base = shorter, v
				break
			}
		}
	}
	return nil
}

package indexadvice

import (
	"container/heap"
	"math"
	"slices"
)

// A query is a statement of the workload as the choice sees it.
type query struct {
	*analysis
	numbers []int // of the statements that it is, or that it is run for
	weight  float64
	implied bool // PostgreSQL runs it for a foreign key
	base    float64
	cost    float64 // with what was chosen so far
	chosen  []*index
	// version counts the changes of chosen.
	version int
}

// What an index must save to be suggested: a share of one query's cost as it
// was, and as it is with what was chosen before.
const (
	worth    = 0.05
	worthNow = 0.1
)

// lastResort is what the gain of a partial index without a key of its own
// counts: one that orders or narrows, too, is worth more.
const lastResort = 0.7

// widened is what the gain of an index with columns that are only carried
// counts: they cost space and writes.
const widened = 0.85

// maxPerTable bounds the indexes suggested for a table.
const maxPerTable = 12

// A choice is a candidate with the queries that it could serve.
type choice struct {
	candidate
	queries  []*query
	gain     float64
	most     float64 // the largest share that it saves of one query
	versions int
	order    int
}

// choose picks candidates, always the one that saves most, as long as it is
// worth its keep, then drops those that later ones have made needless.
func choose(queries []*query, choices []*choice) []*index {
	h := &choiceHeap{}
	for i, c := range choices {
		c.order = i
		c.measure()
		if c.most >= worth {
			*h = append(*h, c)
		}
	}
	heap.Init(h)
	var out []*index
	taken := make(map[string]bool)
	count := make(map[*table]int)
	for h.Len() > 0 {
		c := (*h)[0]
		if c.stale() {
			c.measure()
			if c.most < worth {
				heap.Pop(h)
			} else {
				heap.Fix(h, 0)
			}
			continue
		}
		heap.Pop(h)
		t := c.candidate[0].table
		if count[t] >= maxPerTable {
			continue
		}
		for _, x := range c.candidate {
			if taken[x.signature()] {
				continue
			}
			taken[x.signature()] = true
			out = append(out, x)
			count[t]++
		}
		for _, q := range c.queries {
			if cost := q.analysis.cost(world{extra: append(slices.Clip(q.chosen), c.candidate...)}); cost < q.cost*0.999 {
				q.chosen = append(q.chosen, c.candidate...)
				q.cost = cost
				q.version++
			}
		}
	}
	return prune(queries, out)
}

func (c *choice) state() int {
	n := 0
	for _, q := range c.queries {
		n += q.version
	}
	return n
}

func (c *choice) stale() bool { return c.state() != c.versions }

// measure computes what c saves beyond what was chosen.
func (c *choice) measure() {
	c.versions = c.state()
	c.gain, c.most = 0, 0
	for _, q := range c.queries {
		cost := q.analysis.cost(world{extra: append(slices.Clip(q.chosen), c.candidate...)})
		saved := (q.cost - cost) / q.base
		if saved <= 0 {
			continue
		}
		// The logarithm prefers, of indexes that all help a lot, the best.
		c.gain += q.weight * (saved + 0.05*math.Log2(q.cost/cost))
		if (q.cost-cost)/q.cost >= worthNow {
			c.most = max(c.most, saved)
		}
	}
	if c.candidate[0].rule == rulePrimary {
		c.gain *= lastResort
	}
	if len(c.candidate[0].include) > 0 {
		c.gain *= widened
	}
}

// prune drops indexes without which no query would be much slower, those that
// save least first.
func prune(queries []*query, chosen []*index) []*index {
	byTable := make(map[*table][]*query)
	for _, q := range queries {
		for t := range q.tables() {
			byTable[t] = append(byTable[t], q)
		}
	}
	all := worldOf(chosen)
	gone := make(map[*index]bool)
	for _, x := range slices.Backward(chosen) {
		rest := all
		rest.without = x
		if !slices.ContainsFunc(byTable[x.table], func(q *query) bool {
			with, after := q.analysis.cost(all), q.analysis.cost(rest)
			return after > with+worth*q.base && after > with*(1+worthNow)
		}) {
			gone[x] = true
			all.all[x.table] = slices.DeleteFunc(all.all[x.table], func(y *index) bool { return y == x })
		}
	}
	return slices.DeleteFunc(slices.Clone(chosen), func(x *index) bool { return gone[x] })
}

// tables returns the base tables that the query reads.
func (a *analysis) tables() map[*table]bool {
	out := make(map[*table]bool)
	for _, b := range a.blocks {
		for _, r := range b.rels {
			if r.table != nil {
				out[r.table] = true
			}
		}
	}
	return out
}

// A choiceHeap has the choice that saves most on top; of two that save as
// much, the narrower one.
type choiceHeap []*choice

func (h choiceHeap) Len() int { return len(h) }
func (h choiceHeap) Less(i, j int) bool {
	a, b := h[i], h[j]
	if d := a.gain - b.gain; d > 1e-6 || d < -1e-6 {
		return d > 0
	}
	if x, y := a.width(), b.width(); x != y {
		return x < y
	}
	return a.order < b.order
}
func (h choiceHeap) Swap(i, j int) { h[i], h[j] = h[j], h[i] }
func (h *choiceHeap) Push(x any)   { *h = append(*h, x.(*choice)) }
func (h *choiceHeap) Pop() any {
	old := *h
	x := old[len(old)-1]
	*h = old[:len(old)-1]
	return x
}

func (c *choice) width() int {
	n := 0
	for _, x := range c.candidate {
		n += len(x.keys) + len(x.include) - len(x.pred)
	}
	return n
}

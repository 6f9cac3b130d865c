package indexadvice

import (
	"container/heap"
	"math"
	"slices"

	"github.com/sqlvet/sqlvet/internal/schema"
)

// A query is a statement of the workload as the choice sees it.
type query struct {
	*analysis
	numbers []int // of the statements that it is, or that it is run for
	weight  float64
	implied bool // PostgreSQL runs it for a foreign key: key
	key     *schema.ForeignKey
	base    float64
	cost    float64 // with what was chosen so far
	chosen  []*index
	// version counts the changes of chosen.
	version int
	said    map[*table]*mentions // see mentions
}

// What an index must save to be suggested: a share of one query's cost as it
// was, and as it is with what was chosen before; or most of what is left, if
// that is more than a small table's reading. The second is for the relation
// that a join begins with: what it costs is little beside reading the larger
// one, until that has its index.
const (
	worth     = 0.05
	worthNow  = 0.1
	aFewPages = 5.0 // less than that is no reason: a row found by its key costs as much
	worthLeft = 0.5
	clearCost = 60.0
	// worthDrive is the share for the index that a join begins with.
	worthDrive = 0.01
)

// wants reports whether c is worth it for a query that costs before without it
// and after with it.
func (q *query) wants(c candidate, before, after float64) bool {
	saved := before - after
	return saved >= worth*q.base && saved >= worthNow*before && saved >= aFewPages || q.lacks(c, before, after)
}

// lacks reports whether c is worth it for what the query still costs.
func (q *query) lacks(c candidate, before, after float64) bool {
	saved := before - after
	return saved >= clearCost && saved >= worthLeft*before || saved >= worthDrive*q.base && q.startsWith(c)
}

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
	worth    bool // it is, for one of them
	versions int
	order    int
}

// choose picks candidates, always the one that saves most, as long as it is
// worth its keep, then drops those that later ones have made needless.
func choose(queries []*query, choices []*choice) []*index {
	p := &picker{taken: make(map[string]bool), count: make(map[*table]int)}
	for i, c := range choices {
		c.order = i
	}
	// An index may be worth it only after another one was chosen, so that
	// those passed over are asked again.
	for range maxRounds {
		n := len(p.chosen)
		choices = p.round(choices)
		if len(p.chosen) == n {
			break
		}
		p.again = true
	}
	return prune(queries, p.chosen)
}

// maxRounds bounds how often the choices passed over are asked again.
const maxRounds = 4

// A picker collects what is chosen.
type picker struct {
	chosen []*index
	again  bool            // these are choices passed over before
	taken  map[string]bool // by signature
	count  map[*table]int
}

// round chooses among choices until none is worth it, and returns those that
// were passed over.
func (p *picker) round(choices []*choice) (passed []*choice) {
	h := &choiceHeap{}
	pass := func(c *choice) {
		if c.gain > 0 {
			passed = append(passed, c)
		}
	}
	for _, c := range choices {
		if c.measure(p.again); c.worth {
			*h = append(*h, c)
		} else {
			pass(c)
		}
	}
	heap.Init(h)
	for h.Len() > 0 {
		c := (*h)[0]
		if c.stale() {
			if c.measure(p.again); c.worth {
				heap.Fix(h, 0)
			} else {
				pass(heap.Pop(h).(*choice))
			}
			continue
		}
		heap.Pop(h)
		if p.count[c.candidate[0].table] < maxPerTable {
			p.take(c)
		}
	}
	return passed
}

// take adds a choice to what is chosen.
func (p *picker) take(c *choice) {
	for _, x := range c.candidate {
		if s := x.signature(); !p.taken[s] {
			p.taken[s] = true
			p.chosen = append(p.chosen, x)
			p.count[x.table]++
		}
	}
	for _, q := range c.queries {
		if cost := q.analysis.cost(world{extra: append(slices.Clip(q.chosen), c.candidate...)}); cost < q.cost*0.999 {
			q.chosen = append(q.chosen, c.candidate...)
			q.cost = cost
			q.version++
		}
	}
}

func (c *choice) state() int {
	n := 0
	for _, q := range c.queries {
		n += q.version
	}
	return n
}

func (c *choice) stale() bool { return c.state() != c.versions }

// measure computes what c saves beyond what was chosen. A choice that was
// passed over must be worth it for what its queries still cost.
func (c *choice) measure(again bool) {
	c.versions = c.state()
	c.gain, c.worth = 0, false
	for _, q := range c.queries {
		cost := q.analysis.cost(world{extra: append(slices.Clip(q.chosen), c.candidate...)})
		saved := (q.cost - cost) / q.base
		if saved <= 0 {
			continue
		}
		// The logarithm prefers, of indexes that all help a lot, the best.
		c.gain += q.weight * (saved + 0.05*math.Log2(q.cost/cost))
		c.worth = c.worth || q.lacks(c.candidate, q.cost, cost) || !again && q.wants(c.candidate, q.cost, cost)
	}
	if c.candidate[0].rule == rulePrimary {
		c.gain *= lastResort
	}
	if len(c.candidate[0].include) > 0 {
		c.gain *= widened
	}
}

// startsWith reports whether c finds, by equality, the few rows of a relation
// that a join of q begins with. What they cost is little beside the other
// relations' rows in the model, whose sizes are assumed; in life it is the
// first thing to have an index.
func (q *query) startsWith(c candidate) bool {
	if len(c) > 1 {
		return false
	}
	for _, b := range q.blocks {
		for _, r := range b.rels {
			if r.table != c[0].table || len(b.rels) == 1 || !r.selective() {
				continue
			}
			if m := c[0].match(r.terms); m.usable && m.after > 0 && m.read <= selectiveShare {
				return true
			}
		}
	}
	return false
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
			return q.wants(candidate{x}, q.analysis.cost(rest), q.analysis.cost(all))
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

package indexadvice

import (
	"math"
	"slices"
	"strings"

	"github.com/sqlvet/sqlvet/internal/priors"
)

// The planner's model: what PostgreSQL's own would charge for reading a
// block, with rows and shares that are assumed where nothing is known. It
// decides between candidates and orders them; its absolute numbers mean
// nothing.
const (
	pageCost     = 1.0  // read in sequence
	randomCost   = 1.5  // read at random
	tupleCost    = 0.01 // a row that is looked at
	filterCost   = 0.0025
	entryCost    = 0.0075 // an entry of an index
	descentCost  = 0.5    // from the root to a leaf, mostly in memory
	sortCost     = 0.01   // a comparison
	hashCost     = 0.02
	statementMin = 2.0
	// notVisible is the share of pages that must be read all the same in an
	// index-only scan, since they changed after the last VACUUM, aloneCost
	// what remains of the cost of a row.
	notVisible = 0.1
	aloneCost  = 0.6
	// betShare is the share of the rows read in order that must satisfy the
	// other conditions for a LIMIT to end the reading.
	betShare = 0.05
	// correlatedRuns is how often a correlated subquery is run.
	correlatedRuns = 50
)

// A world says which indexes there are besides those of the schema.
type world struct {
	extra []*index
	// all holds further ones by table, of which without is left out.
	all     map[*table][]*index
	without *index
}

// worldOf returns the world of the chosen indexes.
func worldOf(chosen []*index) world {
	w := world{all: make(map[*table][]*index)}
	for _, x := range chosen {
		w.all[x.table] = append(w.all[x.table], x)
	}
	return w
}

// each calls f for each index of t.
func (w world) each(t *table, f func(*index)) {
	for _, x := range t.indexes {
		f(x)
	}
	for _, x := range w.extra {
		if x.table == t {
			f(x)
		}
	}
	for _, x := range w.all[t] {
		if x != w.without {
			f(x)
		}
	}
}

// cost is the model's cost of a statement's blocks.
func (a *analysis) cost(w world) float64 {
	sum := statementMin
	for _, b := range a.blocks {
		runs := 1.0
		if b.correlated {
			runs = correlatedRuns
		}
		sum += runs * b.cost(w)
	}
	return sum
}

// cost is the cost of one run of the block.
func (b *block) cost(w world) float64 {
	if len(b.rels) == 0 {
		return 0
	}
	starts := b.starts(w)
	best := math.Inf(1)
	for _, r := range starts {
		path := r.read(w, nil)
		rows, cost := b.join(w, r, path.cost, r.out(nil))
		total := cost + b.sortCost(rows)
		if b.exists && rows > 1 && len(b.rels) == 1 {
			total = total/rows + descentCost
		}
		best = math.Min(best, total)
	}
	if len(b.sort) > 0 {
		best = math.Min(best, b.ordered(w))
	}
	return best
}

// starts returns the relations that a join may begin with, those that give the
// fewest rows first.
func (b *block) starts(w world) []*rel {
	var out []*rel
	for _, r := range b.rels {
		if !r.nullable && !r.anti {
			out = append(out, r)
		}
	}
	if len(out) == 0 {
		out = append(out, b.rels...)
	}
	slices.SortStableFunc(out, func(x, y *rel) int {
		switch {
		case x.out(nil) < y.out(nil):
			return -1
		case x.out(nil) > y.out(nil):
			return 1
		}
		return 0
	})
	if len(out) > 3 {
		out = out[:3]
	}
	return out
}

// join adds the other relations to one of rows rows that cost cost, always the
// cheapest next.
func (b *block) join(w world, first *rel, cost, rows float64) (float64, float64) {
	done := map[*rel]bool{first: true}
	for len(done) < len(b.rels) {
		var next *rel
		best, out := math.Inf(1), 0.0
		for _, r := range b.rels {
			if done[r] {
				continue
			}
			bound := b.bound(r, done)
			if len(bound) == 0 && b.joinable(done) {
				continue // a cross product comes last
			}
			c, n := r.joined(w, bound, rows)
			if c+n*tupleCost < best {
				next, best, out = r, c+n*tupleCost, n
			}
		}
		if next == nil {
			break
		}
		done[next] = true
		cost += best
		rows = out
	}
	return rows, cost
}

// bound returns the equalities that the relations in done give for r.
func (b *block) bound(r *rel, done map[*rel]bool) []*term {
	var out []*term
	for _, e := range b.edges {
		for _, way := range [][2]side{{e.a, e.b}, {e.b, e.a}} {
			if way[0].rel == r && done[way[1].rel] {
				out = append(out, r.joinTerm(way[0].key, way[1]))
			}
		}
	}
	return out
}

// joinTerm is the equality key = a value of the other side.
func (r *rel) joinTerm(k key, other side) *term {
	t := &term{kind: termEq, op: "=", key: k}
	n, basis := side{r, k}.distinct()
	if basis < priors.Measured && r.table != nil && k.col != nil && other.rel.table != nil && other.key.col != nil && other.rel.table.IsUnique(other.key.col.Name) && !r.table.IsUnique(k.col.Name) {
		n = math.Min(r.rows/priors.PerParent, other.rel.rows) // a foreign key, declared or not
	}
	t.share = 1 / math.Max(n, 1)
	return t
}

func (s side) distinct() (float64, priors.Basis) {
	if s.rel.table == nil {
		return math.Max(s.rel.rows/2, 1), priors.Assumed
	}
	return s.rel.table.distinctOf(s.key)
}

// joinable reports whether some relation outside done has an edge into it.
func (b *block) joinable(done map[*rel]bool) bool {
	for _, e := range b.edges {
		if done[e.a.rel] != done[e.b.rel] {
			return true
		}
	}
	return false
}

// joined is the cost of joining r to rows rows, and the rows that come out.
func (r *rel) joined(w world, bound []*term, rows float64) (cost, out float64) {
	own := r.read(w, nil)
	hash := own.cost + r.out(nil)*hashCost + rows*tupleCost
	if len(bound) == 0 && r.block.unplaced > 0 {
		// A condition that was not understood joins it, most likely.
		return hash, math.Max(rows, r.out(nil))
	}
	if len(bound) == 0 {
		hash = own.cost + rows*r.out(nil)*tupleCost
	}
	probe := r.readOften(w, bound, rows).cost
	if n := r.out(bound); (r.semi || r.anti) && n > 1 {
		probe = math.Min(probe, math.Max(probe/n, descentCost+randomCost)) // the first row is enough
	}
	cost = math.Min(hash, rows*probe)
	out = rows * r.out(bound)
	switch {
	case r.semi:
		out = math.Min(out, rows)
	case r.anti:
		out = rows / 2
	case r.model != nil && r.model.Nullable:
		out = math.Max(out, rows)
	}
	return cost, math.Max(out, 1)
}

// out is the number of rows of r that satisfy its conditions, and bound: for
// each of those that ask, less than one if most find none. Like PostgreSQL it
// never expects less than one row of a relation.
func (r *rel) out(bound []*term) float64 {
	n := math.Max(r.rows*r.share(), 1)
	for _, t := range bound {
		n *= t.share
	}
	return math.Max(n, 1e-6)
}

// share is the share of r's rows that satisfy what every call asks.
func (r *rel) share() float64 {
	n := 1.0
	for i, t := range r.terms {
		if !t.optional && !closes(r.terms[:i], t) {
			n *= t.share
		}
	}
	for _, o := range r.ors {
		n *= o.share()
	}
	return n
}

// closes reports whether t is the other end of a range that one of the terms
// begins: both together leave what one is counted for.
func closes(terms []*term, t *term) bool {
	return t.kind == termRange && slices.ContainsFunc(terms, func(o *term) bool {
		return o.kind == termRange && o.key.text == t.key.text && o.op[0] != t.op[0]
	})
}

func (o *orTerm) share() float64 {
	sum := 0.0
	for _, arm := range o.arms {
		s := 1.0
		for _, t := range arm {
			s *= t.share
		}
		sum += s
	}
	return math.Min(sum, 1)
}

// A path is a way to read a relation.
type path struct {
	cost  float64
	index *index // nil: all of it in sequence
}

// read is the cheapest way to read what satisfies r's conditions and bound.
func (r *rel) read(w world, bound []*term) path { return r.readOften(w, bound, 1) }

// readOften is the cheapest way to do that runs times, for one run: pages that
// were read before are in memory.
func (r *rel) readOften(w world, bound []*term, runs float64) path {
	if r.table == nil {
		return path{cost: r.rows * tupleCost}
	}
	best := path{cost: r.sequential()}
	terms := append(slices.Clip(r.terms), bound...)
	if r.fewFound(terms, priors.FewRows) {
		w = world{}
	}
	w.each(r.table, func(x *index) {
		if c, ok := r.through(x, terms, runs); ok && c < best.cost {
			best = path{c, x}
		}
	})
	for _, o := range r.ors {
		if c, ok := r.bitmapOr(w, o, terms); ok && c < best.cost {
			best = path{cost: c}
		}
	}
	return best
}

func (r *rel) sequential() float64 {
	return r.table.known.Pages()*pageCost + r.rows*(tupleCost+filterCost*float64(len(r.terms)))
}

// through is the cost of reading by the index x.
func (r *rel) through(x *index, terms []*term, runs float64) (float64, bool) {
	m := x.match(terms)
	if !m.usable || m.bound == 0 && len(x.pred) == 0 {
		return 0, false
	}
	return r.fetch(x, m.read, runs), true
}

// fetch is the cost of reading a share of r's rows by x, in one of runs runs.
func (r *rel) fetch(x *index, share, runs float64) float64 {
	n := math.Max(r.rows*share, 1)
	runs = math.Max(runs, 1)
	pages := math.Max(r.table.known.Pages(), 1)
	// Mackert and Lohman: how many pages the rows of all runs lie on.
	hit := math.Min(2*pages*n*runs/(2*pages+n*runs), pages) / runs
	perPage := randomCost - (randomCost-pageCost)*math.Sqrt(math.Min(hit/pages, 1))
	if c := x.correlation(); c > 0 {
		// Rows of one range of the key lie together, those of a predicate
		// anywhere in it.
		hit = c*math.Min(n, math.Max(pages*share/x.share(), 1)) + (1-c)*hit
	}
	if x.alone(r) {
		hit *= notVisible
		n *= aloneCost
	}
	cost := descentCost + n*(entryCost+tupleCost) + hit*perPage
	if x.method != "btree" {
		cost += 10
	}
	return cost
}

// share is the share of the table's rows that the index holds.
func (x *index) share() float64 {
	s := 1.0
	for _, p := range x.pred {
		s *= p.share
	}
	return math.Max(s, 1e-9)
}

// bitmapOr is the cost of an index for each arm.
func (r *rel) bitmapOr(w world, o *orTerm, terms []*term) (float64, bool) {
	share := 0.0
	cost := 0.0
	for _, arm := range o.arms {
		best := -1.0
		w.each(r.table, func(x *index) {
			m := x.match(append(slices.Clip(terms), arm...))
			if m.usable && m.bound > 0 && (best < 0 || m.read < best) && x.binds(arm, m) {
				best = m.read
			}
		})
		if best < 0 {
			return 0, false
		}
		share += best
		cost += descentCost + 1
	}
	return cost + r.fetch(&index{method: "btree"}, math.Min(share, 1), 1), true
}

// binds reports whether a key that x binds is one of the arm's.
func (x *index) binds(arm []*term, m match) bool {
	for _, k := range x.keys[:min(m.bound, len(x.keys))] {
		for _, t := range arm {
			if t.key.text == k.text {
				return true
			}
		}
	}
	for _, p := range x.pred {
		for _, t := range arm {
			if t.canon == p.canon {
				return true
			}
		}
	}
	return false
}

// sortCost is the cost of sorting rows rows.
func (b *block) sortCost(rows float64) float64 {
	if len(b.sort) == 0 || b.minmax {
		return 0
	}
	if b.limit > 0 {
		rows2 := math.Max(math.Min(b.limit, rows), 2)
		return rows * sortCost * math.Log2(rows2) / 2
	}
	return rows * sortCost * math.Log2(math.Max(rows, 2)) / 2
}

// ordered is the cost of reading the sorted relation in the order of an index
// and stopping at the limit; infinite if no index has that order.
func (b *block) ordered(w world) float64 {
	r := b.sort[0].rel
	best := math.Inf(1)
	read := w
	if r.fewFound(r.terms, enoughRows) {
		read = world{}
	}
	read.each(r.table, func(x *index) {
		m := x.match(r.terms)
		sorted := x.presorted(m, b.sort)
		if !m.usable || sorted == 0 {
			return
		}
		cost := r.fetch(x, m.read, 1)
		// In order of the index every row may be a page of its own.
		n := r.rows * m.read
		page := pageCost * (1 - x.correlation())
		if x.alone(r) {
			page *= notVisible
		}
		cost = math.Max(cost, descentCost+n*(entryCost+tupleCost+page))
		rows, cost := b.join(w, r, cost, r.out(nil))
		// To stop early is a bet if what the index does not answer leaves few
		// rows: PostgreSQL, too, loses it often.
		if b.limit > 0 && r.out(nil) >= m.read*r.rows*betShare {
			cost *= math.Min((b.limit+b.tied(sorted, rows))/math.Max(rows, 1e-3), 1)
		}
		cost += b.sortCost(b.tied(sorted, rows))
		best = math.Min(best, cost)
	})
	return best
}

// tied is how many of rows are alike in the first n keys of the order, which an
// incremental sort reads at a time; 0 if those are all.
func (b *block) tied(n int, rows float64) float64 {
	if n == len(b.sort) {
		return 0
	}
	groups := 1.0
	for _, s := range b.sort[:n] {
		values, _ := s.rel.table.distinctOf(s.key)
		groups *= values
	}
	return rows / math.Max(math.Min(groups, rows), 1)
}

// correlation says how far rows lie in the table as in the index, from 0 to
// 1: times of insertion and serial keys grow with the table.
func (x *index) correlation() float64 {
	if x.method == "brin" {
		return 1 // it is of no use otherwise
	}
	if len(x.keys) == 0 || x.keys[0].col == nil || x.method != "btree" {
		return 0
	}
	c := x.keys[0].col
	if n, ok := x.table.known.Correlation(c); ok {
		return n * n // as PostgreSQL weighs it
	}
	switch def := strings.ToLower(c.Default); {
	case c.Identity, strings.HasPrefix(def, "nextval("):
		return 1
	case !priors.IsTime(x.table.cat.BaseType(c.Type)):
		return 0
	case strings.Contains(def, "now()"), strings.Contains(def, "current_timestamp"):
		return 0.9
	}
	return 0.5
}

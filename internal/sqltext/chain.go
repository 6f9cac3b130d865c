package sqltext

import (
	"go/ast"
	"go/types"
	"slices"

	"github.com/sqlvet/sqlvet/internal/apis"
)

// chains are the alternatives for a statement under construction: the value
// of a query builder, or of a database handle that a library lets conditions
// be added to.
type chains []*chain

// A chain is one of them: what the calls so far have added, in their order.
// Chains are immutable.
type chain struct {
	lib   *apis.Library
	verb  string // "" if the finisher decides
	parts []part
	// home is the variable that holds the chain, where the library's methods
	// change their receiver.
	home *types.Var
	// general: it stands for alternatives that were too many to follow.
	general bool
	when    guard
}

// A part is what one call added.
type part struct {
	clause string
	mode   string            // "or", "not": how a condition is joined; "and not": with no NOT if nothing stands before; "bare": without brackets; "name": the text is one; see also the clause
	text   *Text             // the SQL; nil for a flag
	typ    types.Type        // of the clause model
	sub    int               // of the clauses columns and values: how many stand in text
	repeat bool              // added by a loop: any number of times, or not at all
	inner  *chain            // of the clause relation: what its function adds; nil if nothing
	lit    *ast.CompositeLit // of the clause model: the literal that the row is; nil if that is not known
	name   string            // of the field or edge that a generated method is named after
	late   bool              // it is added when the statement is sent
	spread string            // the form of the arguments from sub on, which a caller of the function around gives; see apis.Effect
}

func (c *chain) with(more ...part) *chain {
	d := *c
	d.parts = append(c.parts[:len(c.parts):len(c.parts)], more...)
	d.when, _ = c.when.parts(more)
	return &d
}

// parts returns the guard that holds where those of parts do, too; false if
// none can.
func (g guard) parts(ps []part) (guard, bool) {
	out, can := g, true
	for _, p := range ps {
		if p.text == nil || len(p.text.when) == 0 {
			continue
		}
		if h, ok := out.and(p.text.when); ok {
			out = h
		} else {
			can = false
		}
	}
	return out, can
}

// onto adds each of the alternatives for what a call adds to each statement
// that it can be added to.
func (cs chains) onto(more [][]part) chains {
	var out chains
	for _, c := range cs {
		for _, ps := range more {
			if _, ok := c.when.parts(ps); ok {
				out = append(out, c.with(ps...))
			}
		}
	}
	if len(out) == 0 && len(more) > 0 {
		for _, c := range cs {
			d := *c
			d.when = nil
			out = append(out, d.with(more[0]...))
		}
	}
	return limitChains(out, maxAlternatives)
}

// without returns the chain without what was added to a clause.
func (c *chain) without(clause string) *chain {
	d := *c
	d.parts = nil
	for _, p := range c.parts {
		if p.clause != clause {
			d.parts = append(d.parts, p)
		}
	}
	return &d
}

// of returns what was added to a clause.
func (c *chain) of(clause string) []part {
	var out []part
	for _, p := range c.parts {
		if p.clause == clause {
			out = append(out, p)
		}
	}
	return out
}

func (c *chain) has(clause string) bool { return len(c.of(clause)) > 0 }

// last returns what was added to a clause last.
func (c *chain) last(clause string) (part, bool) {
	ps := c.of(clause)
	if len(ps) == 0 {
		return part{}, false
	}
	return ps[len(ps)-1], true
}

func (p part) same(q part) bool {
	if p.clause != q.clause || p.mode != q.mode || p.sub != q.sub || p.late != q.late || p.spread != q.spread || p.repeat != q.repeat || p.lit != q.lit || p.name != q.name || (p.inner == nil) != (q.inner == nil) || (p.text == nil) != (q.text == nil) || (p.typ == nil) != (q.typ == nil) {
		return false
	}
	if p.inner != nil && !p.inner.same(q.inner) {
		return false
	}
	return (p.text == nil || equal(p.text, q.text)) && (p.typ == nil || types.Identical(p.typ, q.typ))
}

func (c *chain) same(d *chain) bool {
	return c == d || c.lib == d.lib && c.verb == d.verb && c.home == d.home && c.general == d.general && len(c.parts) == len(d.parts) && c.extends(d)
}

// extends reports whether the parts of c begin with those of d.
func (c *chain) extends(d *chain) bool {
	if len(d.parts) > len(c.parts) {
		return false
	}
	for i, p := range d.parts {
		if !p.same(c.parts[i]) {
			return false
		}
	}
	return true
}

// unionChains returns the alternatives of both, without duplicates.
func unionChains(a, b chains) chains {
	out := append(chains(nil), a...)
next:
	for _, c := range b {
		for i, d := range out {
			if c.same(d) {
				if len(d.when) > 0 {
					e := *d
					e.when, out[i] = d.when.common(c.when), &e
				}
				continue next
			}
		}
		out = append(out, c)
	}
	return limitChains(out, maxAlternatives)
}

// limitChains keeps at most n alternatives, chosen so that each part that
// occurs in one of them occurs in one that is kept, as far as n allows. One of
// them stands for those that are left out, if one can.
func limitChains(cs chains, n int) chains {
	if len(cs) <= n {
		return cs
	}
	if g := cs.generalised(); g != nil {
		known := slices.DeleteFunc(slices.Clone(cs), func(c *chain) bool { return c.general })
		return append(mostParts(known, n-1), g)
	}
	return mostParts(cs, n)
}

// generalised returns a statement that each of cs can be: what all of them
// have, and a hole for each clause that they differ in; nil if they differ in
// what a hole cannot stand for.
func (cs chains) generalised() *chain {
	g := &chain{lib: cs[0].lib, verb: cs[0].verb, home: cs[0].home, general: true}
	for _, p := range cs[0].parts {
		if !slices.ContainsFunc(cs, func(c *chain) bool { return !c.includes(p) }) {
			g.parts = append(g.parts, p)
		}
	}
	for _, c := range cs {
		if c.lib != g.lib || c.verb != g.verb || c.home != g.home {
			return nil
		}
		for _, p := range c.parts {
			if g.includes(p) {
				continue
			}
			if !optional[p.clause] || p.text == nil {
				return nil
			}
			g = g.withRepeat(part{clause: p.clause, mode: p.mode, late: p.late, text: p.text})
		}
	}
	return g
}

// optional are the clauses that a hole can stand for.
var optional = map[string]bool{
	"where": true, "having": true, "order": true, "limit": true, "offset": true, "join": true, "group": true, "lock": true, "suffix": true, "set": true,
}

func (c *chain) includes(p part) bool { return slices.ContainsFunc(c.parts, p.same) }

// mostParts returns at most n of cs.
func mostParts(cs chains, n int) chains {
	if len(cs) <= n {
		return cs
	}
	var (
		kept chains
		seen []part
		used = make([]bool, len(cs))
	)
	fresh := func(c *chain) (out []part) {
	next:
		for _, p := range c.parts {
			for _, q := range seen {
				if p.same(q) {
					continue next
				}
			}
			out = append(out, p)
		}
		return out
	}
	for len(kept) < n {
		best := -1
		var most []part
		for i, c := range cs {
			if used[i] {
				continue
			}
			if f := fresh(c); best < 0 || len(f) > len(most) {
				best, most = i, f
			}
		}
		used[best] = true
		kept, seen = append(kept, cs[best]), append(seen, most...)
	}
	return kept
}

// late marks what statements have that those before did not.
func (cs chains) late(before chains) chains {
	out := make(chains, len(cs))
	for i, c := range cs {
		n := 0
		for _, b := range before {
			if c.extends(b) {
				n = max(n, len(b.parts))
			}
		}
		d := *c
		d.parts = slices.Clone(c.parts)
		for j := n; j < len(d.parts); j++ {
			d.parts[j].late = true
		}
		out[i] = &d
	}
	return out
}

// sorted returns the chain with what is late behind the rest.
func (c *chain) sorted() *chain {
	first, last := c.parts[:0:0], c.parts[:0:0]
	for _, p := range c.parts {
		if p.late {
			last = append(last, p)
		} else {
			first = append(first, p)
		}
	}
	if len(last) == 0 {
		return c
	}
	d := *c
	d.parts = append(first, last...)
	return &d
}

func (cs chains) join(other value) value {
	if b, ok := other.(chains); ok {
		return unionChains(cs, b)
	}
	return nil
}

func (cs chains) equal(other value) bool {
	b, ok := other.(chains)
	if !ok || len(cs) != len(b) {
		return false
	}
	for i := range cs {
		if !cs[i].same(b[i]) {
			return false
		}
	}
	return true
}

func (cs chains) widen(after value) value {
	b, ok := after.(chains)
	if !ok {
		return nil
	}
	out := append(chains(nil), cs...)
	for _, c := range b {
		from := -1
		for i, before := range cs {
			if c.extends(before) && (from < 0 || len(before.parts) > len(cs[from].parts)) {
				from = i
			}
		}
		if from < 0 {
			out = unionChains(out, chains{c})
			continue
		}
		// Have: the body added the parts behind those that the alternative had.
		for _, p := range c.parts[len(cs[from].parts):] {
			out[from] = out[from].withRepeat(p)
		}
	}
	return limitChains(out, maxAlternatives)
}

// withRepeat adds that a loop may add to the clause of p, once.
func (c *chain) withRepeat(p part) *chain {
	for _, q := range c.parts {
		if q.repeat && q.clause == p.clause {
			return c
		}
	}
	if p.clause == "values" && p.text != nil {
		return c.with(p) // Have: a statement without rows is none, and with more of them the same.
	}
	p.repeat = true
	if p.text != nil {
		p.text = holeText(hole{kind: fragmentHole, name: "…", repeat: true})
	}
	return c.with(p)
}

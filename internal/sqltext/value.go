package sqltext

import (
	"go/ast"
	"go/types"
)

// A value is what the evaluator knows of a Go value: texts, lists, a *record,
// chains or a function; nil for unknown.
type value interface {
	// join returns the value of a variable where two branches meet, of which
	// other is that of the second; nil if nothing is known.
	join(other value) value
	// widen returns the value at a loop's head of a variable that had the
	// receiver when the loop began and has after when its body has run once.
	// What the body appends may be appended any number of times, and not at
	// all.
	widen(after value) value
	// equal reports whether a loop body left a variable as it was.
	equal(other value) bool
}

// A function is a function literal or a declared function.
type function struct {
	lit *ast.FuncLit
	fn  *types.Func
	env *state // what a literal sees of the function around it; nil if it is called there
	// made is what another package's function returned, which adds sums to a
	// statement; env is then the state at the call.
	made *ast.CallExpr
	sums []ChainSummary
}

func (f function) join(other value) value {
	if f.equal(other) {
		return f
	}
	return nil
}

func (f function) widen(after value) value { return f.join(after) }

func (f function) equal(other value) bool {
	g, ok := other.(function)
	return ok && f.lit == g.lit && f.fn == g.fn && f.made == g.made
}

// A shape is a value of which the type is known, where the program has it as
// an interface.
type shape struct {
	typ   types.Type
	fresh bool // made there: no row of a table yet
	read  bool // a finisher read it from its table
}

func (s shape) join(other value) value {
	if s.equal(other) {
		return s
	}
	return nil
}

func (s shape) widen(after value) value { return s.join(after) }

func (s shape) equal(other value) bool {
	t, ok := other.(shape)
	return ok && s.fresh == t.fresh && s.read == t.read && types.Identical(s.typ, t.typ)
}

// texts are the strings that a value of string type, a strings.Builder or a
// byte slice may hold.
type texts []*Text

// lists are the string slices that a value may hold.
type lists []list

// A list is a slice of strings. Behind the elements that are known an open
// list may have others.
type list struct {
	elems []texts
	open  bool
	when  guard
	param int // 1 + the variadic parameter of the function around that it is, 0 if none
}

// A record is a struct, or a map or slice with constant keys.
type record struct {
	fields map[string]value
	lit    *ast.CompositeLit // the struct literal that it is; nil after a change
	typ    types.Type        // of a struct; nil for others
	// rest is what an unknown key may select, the fields included.
	rest texts
}

// maxAlternatives bounds how many alternatives of one value are followed.
// Four independent conditions make sixteen.
const maxAlternatives = 16

// maxElements bounds the alternatives that come from one table of texts (a
// slice of statements that a loop runs).
const maxElements = 128

// union returns the alternatives of both, without duplicates.
func union(a, b texts) texts {
	out := append(texts(nil), a...)
next:
	for _, t := range b {
		for i, u := range out {
			if equal(t, u) {
				if len(u.when) > 0 {
					// Have: it is one where either is.
					v := *u
					v.when, out[i] = u.when.common(t.when), &v
				}
				continue next
			}
		}
		out = append(out, t)
	}
	return out
}

// limit keeps at most n alternatives, chosen so that every piece of the
// source that occurs in some alternative occurs in one that is kept, as far
// as n allows: a condition that is appended in only some of them is not lost.
func limit(ts texts, n int) texts {
	if len(ts) <= n {
		return ts
	}
	type place struct {
		from origin
		text string
	}
	seen := make(map[place]bool)
	fresh := func(t *Text) int {
		c := 0
		for _, p := range t.pieces {
			if p.hole == nil && !seen[place{p.from, p.text}] {
				c++
			}
		}
		return c
	}
	var (
		kept texts
		used = make([]bool, len(ts))
	)
	for len(kept) < n {
		best, score := -1, -1
		for i, t := range ts {
			if used[i] {
				continue
			}
			if c := fresh(t); c > score {
				best, score = i, c
			}
		}
		if score == 0 && len(kept) > 0 {
			break // the others only combine what is kept in other ways
		}
		used[best] = true
		kept = append(kept, ts[best])
		for _, p := range ts[best].pieces {
			seen[place{p.from, p.text}] = true
		}
	}
	return kept
}

// maxProduct bounds the pieces of all concatenations together: without it, what
// each statement of a function doubles is copied at each.
const maxProduct = 8 * maxPieces

// size returns the number of pieces of all alternatives.
func size(ts texts) (n int) {
	for _, t := range ts {
		n += len(t.pieces)
	}
	return n
}

// product returns the concatenations of each alternative of a with each of b.
func product(a, b texts) texts {
	if len(a) == 1 && len(b) == 1 {
		return texts{concat(a[0], b[0])}
	}
	n := maxAlternatives
	if len(a) == 1 || len(b) == 1 {
		n = maxElements // nothing multiplies
	}
	a, b = limit(a, n), limit(b, n)
	if size(a)*len(b)+size(b)*len(a) > maxProduct {
		return texts{holeText(hole{kind: fragmentHole, name: "…", repeat: true})}
	}
	out := make(texts, 0, len(a)*len(b))
	for _, t := range a {
		for _, u := range b {
			if _, ok := t.when.and(u.when); ok {
				out = append(out, concat(t, u))
			}
		}
	}
	if len(out) == 0 {
		return product(free(a), free(b))
	}
	return limit(out, n)
}

// free returns alternatives without what is known of when they are some.
func free(ts texts) texts {
	out := make(texts, len(ts))
	for i, t := range ts {
		u := *t
		u.when, out[i] = nil, &u
	}
	return out
}

// join returns the value of a variable where two branches meet.
func join(a, b value) value {
	if a == nil || b == nil {
		return nil
	}
	return a.join(b)
}

func (ts texts) join(other value) value {
	if b, ok := other.(texts); ok {
		return limit(union(ts, b), maxAlternatives)
	}
	return nil
}

func (ls lists) join(other value) value {
	if b, ok := other.(lists); ok {
		return joinLists(ls, b)
	}
	return nil
}

func (r *record) join(other value) value {
	if b, ok := other.(*record); ok {
		return joinRecords(r, b)
	}
	return nil
}

func joinLists(a, b lists) lists {
	out := append(lists(nil), a...)
next:
	for _, l := range b {
		for i, m := range out {
			if equalLists(l, m) {
				out[i].when = m.when.common(l.when)
				continue next
			}
		}
		out = append(out, l)
	}
	if len(out) > maxAlternatives {
		// Keep the longest: what is appended under a condition is in it. What
		// all of them begin with stands for the others.
		best, begin := out[0], out[0]
		for _, l := range out {
			if len(l.elems) > len(best.elems) {
				best = l
			}
			for !listPrefix(l, begin) {
				begin = list{elems: begin.elems[:len(begin.elems)-1]}
			}
		}
		begin.open, begin.when = true, nil
		return lists{begin, best}
	}
	return out
}

func joinRecords(a, b *record) *record {
	if a == b {
		return a
	}
	out := &record{fields: make(map[string]value), rest: limit(union(a.rest, b.rest), maxElements)}
	if a.typ != nil && b.typ != nil && types.Identical(a.typ, b.typ) {
		out.typ = a.typ
	}
	for k, v := range a.fields {
		if w, ok := b.fields[k]; ok {
			out.fields[k] = join(v, w)
		}
	}
	return out
}

func equalLists(a, b list) bool {
	return a.open == b.open && a.param == b.param && len(a.elems) == len(b.elems) && listPrefix(a, b)
}

// listPrefix reports whether the elements of l start with those of prefix.
func listPrefix(l, prefix list) bool {
	if len(prefix.elems) > len(l.elems) {
		return false
	}
	for i, e := range prefix.elems {
		if !equalTexts(e, l.elems[i]) {
			return false
		}
	}
	return true
}

func equalTexts(a, b texts) bool {
	if len(a) != len(b) {
		return false
	}
	for i := range a {
		if !equal(a[i], b[i]) {
			return false
		}
	}
	return true
}

// equalValues reports whether a loop body left a variable as it was.
func equalValues(a, b value) bool {
	if a == nil || b == nil {
		return a == nil && b == nil
	}
	return a.equal(b)
}

func (ts texts) equal(other value) bool {
	b, ok := other.(texts)
	return ok && equalTexts(ts, b)
}

func (ls lists) equal(other value) bool {
	b, ok := other.(lists)
	if !ok || len(ls) != len(b) {
		return false
	}
	for i := range ls {
		if !equalLists(ls[i], b[i]) {
			return false
		}
	}
	return true
}

func (r *record) equal(other value) bool { return value(r) == other }

// widen returns the value at a loop's head; see value.
func widen(before, after value) value {
	if equalValues(before, after) {
		return before
	}
	if before == nil || after == nil {
		return nil
	}
	return before.widen(after)
}

func (ts texts) widen(after value) value {
	if b, ok := after.(texts); ok {
		return widenTexts(ts, b)
	}
	return nil
}

func (ls lists) widen(after value) value {
	if b, ok := after.(lists); ok {
		return widenLists(ls, b)
	}
	return nil
}

func (r *record) widen(after value) value {
	b, ok := after.(*record)
	if !ok || r.typ == nil || b.typ == nil || !types.Identical(r.typ, b.typ) {
		return nil
	}
	out := &record{fields: make(map[string]value), typ: r.typ}
	for k, v := range r.fields {
		if w := widen(v, b.fields[k]); w != nil {
			out.fields[k] = w
		}
	}
	return out
}

func widenTexts(before, after texts) value {
	repeat := hole{kind: fragmentHole, name: "…", repeat: true}
	out := append(texts(nil), before...)
	for _, t := range after {
		grown := false
		for i, p := range before {
			if hasPrefix(t, p) {
				grown = true
				if len(t.pieces) > len(p.pieces) {
					out[i] = appendRepeat(p, repeat)
				}
			}
		}
		if !grown {
			out = union(out, texts{t})
		}
	}
	return limit(out, maxAlternatives)
}

// appendRepeat appends a repetition, once.
func appendRepeat(t *Text, repeat hole) *Text {
	if n := len(t.pieces); n > 0 && t.pieces[n-1].hole != nil && t.pieces[n-1].hole.repeat {
		return t
	}
	return concat(t, holeText(repeat))
}

func widenLists(before, after lists) value {
	out := append(lists(nil), before...)
	for _, l := range after {
		grown := false
		for i, p := range before {
			if listPrefix(l, p) {
				grown = true
				if len(l.elems) > len(p.elems) || l.open {
					out[i].open = true
				}
			}
		}
		if !grown {
			return nil
		}
	}
	return out
}

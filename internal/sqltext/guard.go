package sqltext

import (
	"go/constant"
	"go/token"
	"slices"
)

// A cond is something that holds or does not when the program runs: a
// comparison of a number with a constant, or several joined. Conds are
// interned: equal ones are the same pointer.
type cond struct {
	op   condOp
	x, y *cond // of and, or

	subject *num // of a comparison
	cmp     token.Token
	val     constant.Value // nil for nil
}

type condOp uint8

const (
	compares condOp = iota
	both
	either
	always
	never
)

var condTrue, condFalse = &cond{op: always}, &cond{op: never}

// A guard says when an alternative is one: where all of its conditions hold,
// none of which is a conjunction. The empty guard holds always. Guards are
// immutable.
type guard []*cond

// maxGuard bounds the conditions of a guard. What is left out makes it hold
// more often.
const maxGuard = 12

// and returns the guard that holds where both do; false if none can.
func (g guard) and(h guard) (guard, bool) {
	if len(h) == 0 {
		return g, true
	}
	if len(g) == 0 {
		return h, true
	}
	for _, c := range h {
		var ok bool
		if g, ok = g.with(c); !ok {
			return g, false
		}
	}
	return g, true
}

// add returns the guard that holds where c does, too, as far as both can.
func (g guard) add(c *cond) guard {
	h, _ := g.with(c)
	return h
}

// with returns the guard that holds where c does, too; false if none can.
func (g guard) with(c *cond) (guard, bool) {
	switch c.op {
	case always:
		return g, true
	case both:
		g, ok := g.with(c.x)
		if !ok {
			return g, false
		}
		return g.with(c.y)
	}
	if slices.Contains(g, c) {
		return g, true
	}
	if c.op == either {
		// Have: of which one part cannot hold, the other does.
		if g.refutes(c.x) {
			return g.with(c.y)
		}
		if g.refutes(c.y) {
			return g.with(c.x)
		}
	}
	if g.refutes(c) {
		return g, false
	}
	h := append(g[:len(g):len(g)], c)
	if c.op == compares {
		for _, d := range g {
			if d.op == either && h.refutes(d) {
				return g, false
			}
		}
	}
	if len(h) > maxGuard {
		h = slices.Clone(h[1:])
	}
	return h, true
}

// refutes reports whether c cannot hold where g does.
func (g guard) refutes(c *cond) bool {
	switch c.op {
	case never:
		return true
	case both:
		return g.refutes(c.x) || g.refutes(c.y)
	case either:
		return g.refutes(c.x) && g.refutes(c.y)
	case compares:
		for _, d := range g {
			if d.op == compares && d.subject == c.subject && d.excludes(c) {
				return true
			}
		}
	}
	return false
}

// excludes reports whether two comparisons of one number cannot both hold.
func (c *cond) excludes(d *cond) bool {
	if c.val == nil || d.val == nil {
		return c.val == nil && d.val == nil && c.cmp != d.cmp
	}
	if c.val.Kind() != d.val.Kind() && (c.val.Kind() == constant.String || d.val.Kind() == constant.String || c.val.Kind() == constant.Bool || d.val.Kind() == constant.Bool) {
		return false
	}
	switch {
	case c.cmp == token.EQL:
		return !constant.Compare(c.val, d.cmp, d.val)
	case d.cmp == token.EQL:
		return !constant.Compare(d.val, c.cmp, c.val)
	case c.cmp == token.NEQ || d.cmp == token.NEQ:
		return false
	}
	low, high := c, d
	if low.cmp == token.LSS || low.cmp == token.LEQ {
		low, high = high, low
	}
	if low.cmp != token.GTR && low.cmp != token.GEQ || high.cmp != token.LSS && high.cmp != token.LEQ {
		return false
	}
	if low.cmp == token.GEQ && high.cmp == token.LEQ {
		return constant.Compare(low.val, token.GTR, high.val)
	}
	return constant.Compare(low.val, token.GEQ, high.val)
}

// common returns what both guards say.
func (g guard) common(h guard) guard {
	if len(g) == 0 || len(h) == 0 {
		return nil
	}
	var out guard
	for _, c := range g {
		if slices.Contains(h, c) {
			out = append(out, c)
		}
	}
	return out
}

// beyond returns what g says that h does not.
func (g guard) beyond(h guard) guard {
	if len(h) == 0 {
		return g
	}
	var out guard
	for _, c := range g {
		if !slices.Contains(h, c) {
			out = append(out, c)
		}
	}
	return out
}

// under returns the alternative for where g holds, too; nil if it is none
// there.
func (t *Text) under(g guard) *Text {
	if len(g) == 0 {
		return t
	}
	when, ok := t.when.and(g)
	if !ok {
		return nil
	}
	u := *t
	u.when = when
	return &u
}

func (c *chain) under(g guard) *chain {
	if len(g) == 0 {
		return c
	}
	when, ok := c.when.and(g)
	if !ok {
		return nil
	}
	d := *c
	d.when = when
	return &d
}

func (p *pairs) under(g guard) *pairs {
	if len(g) == 0 {
		return p
	}
	when, ok := p.when.and(g)
	if !ok {
		return nil
	}
	q := *p
	q.when = when
	return &q
}

// tagged returns a value for where g holds: its alternatives, without those
// that are none there.
func tagged(v value, g guard) value {
	if len(g) == 0 {
		return v
	}
	switch v := v.(type) {
	case texts:
		return restrict(v, func(t *Text) *Text { return t.under(g) })
	case chains:
		return restrict(v, func(c *chain) *chain { return c.under(g) })
	case maps:
		return restrict(v, func(p *pairs) *pairs { return p.under(g) })
	case lists:
		var out lists
		for _, l := range v {
			if when, ok := l.when.and(g); ok {
				l.when = when
				out = append(out, l)
			}
		}
		if len(out) == 0 {
			return v
		}
		return out
	}
	return v
}

// restrict leaves out the alternatives that f returns nil for, unless that are
// all: then what excludes them is not known well enough.
func restrict[S ~[]*E, E any](in S, f func(*E) *E) S {
	out := make(S, 0, len(in))
	for _, e := range in {
		if e = f(e); e != nil {
			out = append(out, e)
		}
	}
	if len(out) == 0 {
		return in
	}
	return out
}

// seen returns what a variable holds where g does: the alternatives that can be
// it there.
func seen(v value, g guard) value {
	if len(g) == 0 {
		return v
	}
	can := func(when guard) bool {
		_, ok := g.and(when)
		return ok
	}
	switch v := v.(type) {
	case texts:
		if guarded(v, func(t *Text) guard { return t.when }) {
			return restrict(v, func(t *Text) *Text { return keepIf(t, can(t.when)) })
		}
	case chains:
		if guarded(v, func(c *chain) guard { return c.when }) {
			return restrict(v, func(c *chain) *chain { return keepIf(c, can(c.when)) })
		}
	case maps:
		if guarded(v, func(p *pairs) guard { return p.when }) {
			return restrict(v, func(p *pairs) *pairs { return keepIf(p, can(p.when)) })
		}
	case lists:
		if guarded(v, func(l list) guard { return l.when }) {
			out := slices.DeleteFunc(slices.Clone(v), func(l list) bool { return !can(l.when) })
			if len(out) > 0 {
				return out
			}
		}
	}
	return v
}

func keepIf[E any](e *E, keep bool) *E {
	if keep {
		return e
	}
	return nil
}

func guarded[E any](in []E, when func(E) guard) bool {
	return slices.ContainsFunc(in, func(e E) bool { return len(when(e)) > 0 })
}

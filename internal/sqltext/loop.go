package sqltext

import (
	"go/ast"
	"go/constant"
	"go/token"
	"go/types"
	"slices"
)

func (fr *frame) forStmt(st *state, s *ast.ForStmt, label string) *state {
	st = fr.init(st, s.Init)
	return fr.loop(st, s, label, func(in *state) *state {
		fr.calls(in, s.Cond)
		in = fr.block(in, s.Body)
		if s.Post != nil && !in.dead {
			in = fr.stmt(in, s.Post, "")
		}
		return in
	})
}

func (fr *frame) rangeStmt(st *state, s *ast.RangeStmt, label string) *state {
	fr.calls(st, s.X)
	elems := fr.elements(st, s.X)
	list := fr.number(st, s.X)
	var gathered value
	if fr.prog.gathers(fr.typeOf(s.X)) {
		gathered = fr.eval(st, s.X)
	}
	return fr.loop(st, s, label, func(in *state) *state {
		if _, ok := fr.typeOf(s.X).Underlying().(*types.Signature); !ok {
			// Have: the body runs where there is an element.
			some := fr.prog.nums.compare(fr.prog.nums.length(list, isString(fr.typeOf(s.X)), 0), token.NEQ, fr.prog.nums.constant(constant.MakeInt64(0)), 0)
			if some != condFalse {
				fr.prog.suppose(in, some)
			}
		}
		fr.bind(in, s.Key, nil)
		for _, e := range []ast.Expr{s.Key, s.Value} {
			if e != nil {
				fr.renumber(in, e, nil)
			}
		}
		if s.Value != nil {
			v := gathered
			if len(elems) > 0 {
				v = elems
			}
			fr.bind(in, s.Value, v)
		}
		return fr.block(in, s.Body)
	})
}

// loop interprets a loop. A first silent pass finds what the body changes;
// the second sees each variable as it may be in any iteration.
func (fr *frame) loop(st *state, at ast.Stmt, label string, body func(*state) *state) *state {
	epoch := fr.epoch
	defer func() { fr.epoch = epoch }()
	if fr.nesting() >= maxNesting {
		// Two passes a level would double the work with each: look at the
		// calls only.
		end, breaks := fr.iterate(newState(), label, body)
		return fr.prog.merge(fr.prog.merge(newState(), end), breaks)
	}
	visit, returns := fr.visit, fr.returns
	fr.visit, fr.returns = nil, nil
	saved := fr.prog.budget
	first := st.clone()
	fr.newRound(first, at, epoch, 1)
	once, _ := fr.iterate(first, label, body)
	fr.prog.budget = saved
	fr.visit, fr.returns = visit, returns

	head := st.clone()
	if once != nil && !once.dead {
		for v, before := range st.vars {
			if w := widen(before, once.vars[v]); w != nil {
				head.vars[v] = w
			} else {
				delete(head.vars, v)
			}
		}
	}
	fr.newRound(head, at, epoch, 2)
	if once != nil && !once.dead {
		for v, n := range once.nums {
			if m := fr.prog.number(st, v); m != n && m != fr.prog.number(first, v) {
				head.setNum(v, fr.prog.nums.opaque(fr.epoch, v.Pos()))
			}
		}
	}
	end, breaks := fr.iterate(head.clone(), label, body)
	out := head
	if end != nil && !end.dead {
		out = fr.prog.merge(out, keep(end, head))
	}
	return fr.prog.merge(out, breaks)
}

// maxNesting bounds the loops within loops whose texts are followed.
const maxNesting = 5

// nesting returns the number of loops around.
func (fr *frame) nesting() int {
	n := fr.nest
	for _, t := range fr.loops {
		if t.loop {
			n++
		}
	}
	return n
}

// keep drops from end what the loop's head already covers, so that leaving a
// loop does not add the text of its last iteration a second time.
func keep(end, head *state) *state {
	out := end.clone()
	for v, h := range head.vars {
		out.vars[v] = endValue(end.vars[v], h)
		if out.vars[v] == nil {
			delete(out.vars, v)
		}
	}
	return out
}

// endValue returns what a variable is at the end of a body, or the value that it had
// at its head if that stands for it.
func endValue(end, head value) value {
	switch e := end.(type) {
	case texts:
		if covers(head, e) {
			return head
		}
	case lists:
		return head
	case chains:
		if h, ok := head.(chains); ok && !slices.ContainsFunc(e, func(c *chain) bool { return !h.cover(c) }) {
			return head
		}
	case *record:
		h, ok := head.(*record)
		if !ok {
			return e
		}
		out := *e
		out.fields = make(map[string]value, len(e.fields))
		for name, v := range e.fields {
			out.fields[name] = endValue(v, h.fields[name])
		}
		return &out
	}
	return end
}

// cover reports whether a statement is one of these with no more than they may
// have any number of.
func (cs chains) cover(c *chain) bool {
	return slices.ContainsFunc(cs, func(d *chain) bool {
		return c.extends(d) && !slices.ContainsFunc(c.parts[len(d.parts):], func(p part) bool {
			return !optional[p.clause] && p.clause != "select" || !slices.ContainsFunc(d.parts, func(q part) bool { return q.repeat && q.clause == p.clause })
		})
	})
}

// covers reports whether each text of ts extends, by what a loop appends, a
// text of the head that ends in a repetition, or is itself one of the head.
func covers(head value, ts texts) bool {
	hs, ok := head.(texts)
	if !ok {
		return false
	}
next:
	for _, t := range ts {
		for _, h := range hs {
			n := len(h.pieces)
			if equal(t, h) || n > 0 && h.pieces[n-1].hole != nil && h.pieces[n-1].hole.repeat && hasPrefix(t, h) {
				continue next
			}
		}
		return false
	}
	return true
}

// iterate runs a loop body once and returns the states at its end and at its
// breaks.
func (fr *frame) iterate(st *state, label string, body func(*state) *state) (end, breaks *state) {
	t := &target{label: label, loop: true}
	fr.loops = append(fr.loops, t)
	end = body(st)
	fr.loops = fr.loops[:len(fr.loops)-1]
	return fr.prog.merge(end, t.conts), t.breaks
}

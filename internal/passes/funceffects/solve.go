package funceffects

import (
	"go/ast"
	"go/types"
	"slices"

	"github.com/sqlvet/sqlvet/internal/apis"
	"github.com/sqlvet/sqlvet/internal/golang"
)

// A solver computes what every body may do. Bodies that call each other are
// solved together, callees before callers: nothing is concluded from a body
// that is not finished.
type solver struct {
	g          *graph
	stack      []*node
	clock      int
	components [][]*node
	// blind: unknown calls are counted only when it is known what can be
	// seen: in a second round.
	blind bool
	db    map[*types.Func]bool // own functions that reach the database, by the first round
}

func (g *graph) solve() {
	s := &solver{g: g, blind: true, db: make(map[*types.Func]bool)}
	for _, n := range g.nodes {
		if n.component == 0 && n.index == 0 {
			s.visit(n)
		}
	}
	s.settle()
	if !g.modules.Own {
		return
	}
	for _, n := range g.nodes {
		if n.fn != nil && reachesDB(n.effects) {
			s.db[n.fn] = true
		}
	}
	s.blind = false
	s.settle()
}

func reachesDB(list []Effect) bool {
	for _, e := range list {
		if e.Kind.Database() {
			return true
		}
	}
	return false
}

// visit is Tarjan's algorithm.
func (s *solver) visit(n *node) {
	s.clock++
	n.index, n.low = s.clock, s.clock
	n.onStack = true
	s.stack = append(s.stack, n)
	for _, m := range s.needs(n) {
		if m.index == 0 {
			s.visit(m)
			n.low = min(n.low, m.low)
		} else if m.onStack {
			n.low = min(n.low, m.index)
		}
	}
	if n.low != n.index {
		return
	}
	var group []*node
	for {
		m := s.stack[len(s.stack)-1]
		s.stack = s.stack[:len(s.stack)-1]
		m.onStack = false
		m.component = len(s.components) + 1
		group = append(group, m)
		if m == n {
			break
		}
	}
	s.components = append(s.components, group)
}

// needs lists the bodies that a body's answer depends on.
func (s *solver) needs(n *node) []*node {
	var out []*node
	add := func(list []target) {
		for _, t := range list {
			if m := s.node(t); m != nil {
				out = append(out, m)
			}
		}
	}
	for _, e := range n.edges {
		add(e.targets)
		for _, a := range e.args {
			add(a.values)
		}
	}
	add(n.returned)
	return out
}

// node returns the body of a target, if it is of this package.
func (s *solver) node(t target) *node {
	if t.lit != nil {
		return t.lit
	}
	if t.fn != nil {
		return s.g.decls[t.fn]
	}
	return nil
}

// update recomputes one body and reports whether it changed.
func (s *solver) update(n *node) bool {
	changed := false
	for _, v := range n.escapes {
		if n.called[v].Times == 0 {
			n.called[v] = Param{Times: Stored}
			changed = true
		}
	}
	for _, e := range n.edges {
		s.apply(n, e, visitor{
			effect: func(x Effect) {
				if x.Cached && x.Args.sameEntry() && !x.Rare {
					// Only the first time it is not in the cache.
					x.Rare, x.Keeper = true, n.keeper(n.sig.Recv())
				}
				if n.effects.add(x) {
					changed = true
				}
			},
			called: func(v *types.Var, p Param) {
				p.Index = 0
				old := n.called[v]
				if q := old.join(p); q != old {
					n.called[v] = q
					changed = true
				}
				// A literal that calls it keeps it, until the literal
				// itself turns out to be called.
				if owner := s.g.params[v]; owner != nil && owner != n && owner.called[v].Times == 0 {
					owner.called[v] = Param{Times: Stored}
				}
			},
		})
	}
	for _, e := range n.edges {
		s.fieldCalls(n, e, func(v *types.Var, p Param) {
			old := n.fields[v]
			if q := old.join(p); q != old {
				n.fields[v] = q
				changed = true
			}
		})
	}
	for _, t := range n.returned {
		for _, x := range s.effectsOf(t) {
			if x.Handle.From == 0 && x.Handle.v != nil {
				x.Handle = n.input(x.Handle.v, x.Handle.Fields) // which the literal has from here
			}
			if n.yields.add(x) {
				changed = true
			}
		}
	}
	return changed
}

// A visitor receives what one edge does.
type visitor struct {
	effect func(Effect)
	called func(*types.Var, Param)
	// inside: the question is not what the body may do but what the callee
	// may, so that Batch speaks of the callee.
	inside bool
}

// apply tells what executing an edge of n may do.
func (s *solver) apply(n *node, e *edge, to visitor) {
	base := Param{Times: e.loop, InTx: e.inTx, Async: e.async, Cached: e.cached}
	if e.cached && e.seldom == onFull {
		base.Kept, base.Keeper = true, e.in.keeper(e.keeper)
	}
	step := Step{e.step, s.g.at(e.pos)}
	if tell := to.effect; e.joins {
		to.effect = func(x Effect) {
			switch {
			case x.Kind == BeginTx:
				x.Name = Joining
			case x.Kind.Database():
				x.Handle = Input{} // where there is a transaction, through that
			default:
				x.Cached = true // a fallback for what the context lacks
			}
			tell(x)
		}
	}
	repeats := e.loop == PerElement || e.loop == PerRow
	prim := e.prim
	if slices.ContainsFunc(prim, func(x Effect) bool { return x.Kind == WriteDB }) && s.g.runsFile(e) {
		prim = migrating(prim)
	}
	for _, x := range prim {
		x = x.prepend(step)
		x.Foreign = !s.g.modules.Own
		if !s.g.meet(n, e, target{}, &x, to.inside) {
			continue
		}
		if x.Kind.Database() && !to.inside {
			x.Args, x.Text, x.Handle = s.g.asks(n, e)
			if b := s.g.builder(x); b.verb != "" && x.SQL == "" {
				x = x.stated(b)
			}
		}
		x.Cached, x.Async, x.InLoop = x.Cached || e.cached, x.Async || e.async, repeats
		if !to.inside {
			x = s.g.under(e, x)
		}
		x.Batch = !repeats && (x.Batch || !to.inside && e.in.forMany(x.Args) && x.Kind.Database())
		to.effect(x)
	}
	s.pass(n, e, e.calls, nil, base, to)
	sees, queued := false, false
	if e.iface != "" && e.call != nil && slices.ContainsFunc(e.targets, func(t target) bool { return len(s.effectsOf(t)) > 0 }) {
		s.g.narrow(e)
		queued = slices.ContainsFunc(e.targets, s.queues)
	}
	for _, t := range e.targets {
		if s.g.ruledOut(e, t) {
			continue
		}
		many := s.takesMany(t)
		for _, x := range s.effectsOf(t) {
			if queued && !x.asks() {
				continue // another implementation leaves it to others
			}
			if !s.g.meet(e.in, e, t, &x, to.inside) {
				continue
			}
			s.g.implemented(e, t, &x, to.inside)
			sees = sees || x.Kind.Database()
			if e.text != nil {
				list := stated([]Effect{x}, *e.text)
				if len(list) == 0 {
					continue // COMMIT
				}
				x = list[0]
			}
			if to.inside {
				x = s.g.seen(e, t, x)
			} else {
				x = s.g.through(n, e, t, x)
			}
			if t.lit == nil || e.step != "func" {
				x = x.prepend(step)
			}
			if t.through != "" {
				if !s.g.modules.Own && !x.Kind.remote() {
					continue // the plug-ins of a library
				}
				x.Through = t.through
			}
			x.Cached, x.Async, x.InLoop = x.Cached || e.cached, x.Async || e.async, x.InLoop || repeats
			if !to.inside {
				if x.Rare {
					x.Keeper, x.Rare = s.g.kept(e.in, e, x.Keeper)
				}
				x = s.g.under(e, x)
				if t.lit == nil || e.step != "func" { // a literal called on the spot has seen the lists itself
					x.Batch = e.in.forMany(x.Args) && (!many || x.Batch)
				}
				x.Batch = x.Batch && x.Kind.Database() && !x.InLoop
			}
			to.effect(x)
		}
		if t.param != nil {
			to.called(t.param, base)
		}
		s.captured(t, base, to)
		s.pass(n, e, s.paramsOf(t), s.node(t), base, to)
		s.callsValue(n, e, t, base, to)
	}
	s.fieldCalls(n, e, func(v *types.Var, p Param) {
		if e.alone || v.Pkg() == s.g.pass.Pkg {
			return // what the field holds is a target where it is called
		}
		for _, b := range s.g.filled(e, v) {
			s.invoke(n, e, arg{x: e.call.Fun}, b, p, to)
		}
	})
	if !s.blind && !sees && e.unknown {
		x := Effect{Kind: Unknown, Name: e.iface, When: When{Cached: e.cached, Async: e.async}, InLoop: repeats}
		if f := s.g.flowOf(e.in); f != nil && e.call != nil && e.iface != "" {
			q := s.g.operand(e)
			if x = f.of(x, q); len(x.Of) == 0 && !to.inside && q.x != nil {
				if x.Handle = f.handleOf(n, q.x, 0); x.Handle.From > 0 {
					x.Handle.Fields = cutFields(golang.Join(x.Handle.Fields, q.fields))
				}
			}
		}
		if !to.inside {
			x.Args = s.g.anything(n, e)
			x = s.g.under(e, x)
		}
		to.effect(x.prepend(step))
	}
}

// under returns an effect with the conditions under which its edge runs.
func (g *graph) under(e *edge, x Effect) Effect {
	if !x.Rare && g.isRare(e) {
		x.Rare, x.Keeper = true, e.in.keeper(e.keeper)
	}
	x.Failing = x.Failing || e.fails
	x.Sometimes = x.Sometimes || g.sometimes(e, x)
	return x
}

// pass tells what the functions that an edge passes to the parameters of its
// callee do, when the callee calls them.
func (s *solver) pass(n *node, e *edge, params []Param, callee *node, base Param, to visitor) {
	for _, a := range e.args {
		for _, p := range params {
			if p.Index != a.index || p.Times == Stored || p.Times == 0 {
				continue
			}
			if computes(e.callee) && !s.g.sees(e.callee) {
				p.Cached = true
			}
			if p.Kept {
				p.Keeper, p.Kept = s.g.kept(e.in, e, p.Keeper)
			}
			if callee != nil && callee.component == n.component {
				p = recursive(callee, p)
			}
			p = p.within(base)
			for _, v := range a.values {
				s.invoke(n, e, a, v, p, to)
			}
		}
	}
}

// recursive: a function that hands its parameter to itself calls it for each
// node of a tree, if there is anything to call it with.
func recursive(callee *node, p Param) Param {
	if p.Index == itself || p.Index >= len(callee.params) {
		return p
	}
	sig, ok := callee.params[p.Index].Type().Underlying().(*types.Signature)
	if !ok {
		return p
	}
	for i := range sig.Params().Len() {
		if apis.TypeName(sig.Params().At(i).Type()) != "context.Context" {
			p.Times = p.Times.within(PerElement)
		}
	}
	return p
}

// callsValue: the method of an interface that is called is one of a function,
// which calls itself: so is the parameter called that the interface is.
func (s *solver) callsValue(n *node, e *edge, t target, base Param, to visitor) {
	if e.iface == "" || to.inside {
		return
	}
	id, ok := ast.Unparen(golang.Receiver(s.g.info, e.call)).(*ast.Ident)
	if !ok {
		return
	}
	v, ok := s.g.info.Uses[id].(*types.Var)
	if !ok || !n.has(v) {
		return
	}
	for _, p := range s.paramsOf(t) {
		if p.Index == itself && p.Times != Stored {
			to.called(v, p.within(base))
		}
	}
}

// invoke tells what calling a function value as p says does.
func (s *solver) invoke(n *node, e *edge, a arg, t target, p Param, to visitor) {
	repeats := p.Times == PerElement || p.Times == PerRow
	for _, x := range s.effectsOf(t) {
		if to.inside {
			x.Args, x.Text, x.Handle = Inputs{}, Inputs{}, Input{}
		} else {
			x = s.g.called(n, e, a, t, x)
		}
		if t.fn != nil {
			x = x.prepend(Step{s.g.shortName(t.fn), s.g.at(a.x.Pos())})
		}
		if t.through != "" {
			x.Through = t.through
		}
		x.Cached, x.Async, x.InLoop = x.Cached || p.Cached, x.Async || p.Async, x.InLoop || repeats
		// A literal's own calls have seen the lists of the body around it.
		x.Rare = !to.inside && s.g.isRare(e)
		if p.Kept && !to.inside {
			x.Rare, x.Keeper = true, p.Keeper
		}
		x.Failing = x.Failing || !to.inside && e.fails
		x.Batch = x.Batch && !repeats && (t.lit != nil || to.inside || e.in.forMany(x.Args))
		to.effect(x)
	}
	if t.param != nil {
		to.called(t.param, p)
	}
	s.captured(t, p, to)
}

// captured tells which parameters of outer bodies a literal calls, when it is
// itself called as p says.
func (s *solver) captured(t target, p Param, to visitor) {
	if t.lit == nil {
		return
	}
	for v, q := range t.lit.called {
		if s.g.params[v] != t.lit && q.Times != Stored {
			to.called(v, q.within(p))
		}
	}
}

// effectsOf returns what executing a target does, without the step to it.
func (s *solver) effectsOf(t target) []Effect {
	switch {
	case t.lit != nil:
		return t.lit.effects
	case t.unseen != "" && !s.blind:
		return []Effect{{Kind: Unknown, Name: t.unseen}}
	case t.fn == nil:
		return nil
	}
	if n := s.g.decls[t.fn]; n != nil {
		if t.yield {
			return n.yields
		}
		return n.effects
	}
	if p := s.g.prims.of(t.fn); p != nil {
		if t.yield {
			return nil
		}
		return p.effects
	}
	if sum := s.g.summary(t.fn); sum != nil {
		if t.yield {
			return sum.Yields
		}
		return sum.Effects
	}
	return nil
}

// paramsOf returns the parameters that a target calls.
func (s *solver) paramsOf(t target) []Param {
	if n := s.node(t); n != nil {
		if t.yield {
			return nil
		}
		return n.paramList()
	}
	if t.fn == nil || t.yield {
		return nil
	}
	if p := s.g.prims.of(t.fn); p != nil {
		return p.params
	}
	if sum := s.g.summary(t.fn); sum != nil {
		return sum.Params
	}
	return nil
}

// paramList returns the func parameters of a body by index, those only stored
// included.
func (n *node) paramList() []Param {
	var out []Param
	add := func(v *types.Var, i int) {
		if p, ok := n.called[v]; ok && p.Times != 0 {
			p.Index = i
			out = append(out, p)
		}
	}
	add(n.sig.Recv(), itself)
	for i, v := range n.params {
		add(v, i)
	}
	return out
}

// queues reports whether a target hands its work to another goroutine.
func (s *solver) queues(t target) bool {
	if n := s.node(t); n != nil {
		return n.queues
	}
	if t.fn == nil || t.yield {
		return false
	}
	sum := s.g.summary(t.fn)
	return sum != nil && sum.Queues
}

// takesMany reports whether a target has a parameter for many of something.
func (s *solver) takesMany(t target) bool {
	var sig *types.Signature
	switch {
	case t.fn != nil:
		sig = t.fn.Signature()
	case t.lit != nil:
		for _, v := range t.lit.params {
			if holdsMany(v.Type(), false) {
				return true
			}
		}
		return false
	default:
		return false
	}
	for i := range sig.Params().Len() {
		if holdsMany(sig.Params().At(i).Type(), sig.Variadic() && i == sig.Params().Len()-1) {
			return true
		}
	}
	return false
}

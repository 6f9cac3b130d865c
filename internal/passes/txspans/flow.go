package txspans

import (
	"go/ast"
	"go/types"
	"slices"

	"golang.org/x/tools/go/cfg"

	"github.com/sqlvet/sqlvet/internal/apis"
	"github.com/sqlvet/sqlvet/internal/golang"
)

// A state is the set of what a transaction may be at one point.
type state uint8

const (
	none    state = 1 << iota // not begun
	fresh                     // begun, the error of the begin not looked at
	bare                      // open, nothing deferred to end it
	guarded                   // open, its end deferred or in other hands
	done                      // committed or rolled back
	awaited                   // handed to what may have ended it, as an error will tell
)

const anyOpen = fresh | bare | guarded

// open reports whether the transaction is open on every path.
func (s state) open() bool { return s != 0 && s&^anyOpen == 0 }

// A flow computes the states of one transaction over the graph of a body.
type flow struct {
	u    *unit
	span *Span
	in   *inherited // set if the transaction belongs to the function around
	at   []state    // on entry, by block
	// entry is the state at the first statement.
	entry state
	// told are the errors that tell what became of an awaited transaction.
	told map[types.Object]told
	// handed: the flow is of a function that is handed the transaction, and
	// asks what it does with it: ends.go.
	handed *handed
}

// told is what an error says of a transaction: the states if it is nil, and if
// it is not. from is the call that returned the error, nil if it was given it.
type told struct {
	ok, failed state
	from       *ast.CallExpr
}

func (u *unit) newFlow(s *Span, entry state) *flow {
	return &flow{u: u, span: s, entry: entry, at: make([]state, len(u.graph.Blocks)), told: make(map[types.Object]told)}
}

// solve computes the state at the entry of each block.
func (f *flow) solve() { golang.Solve(f.u.graph, f.at, f.entry, f.step, f.edge) }

// edge refines the state on the way from b to its i-th successor: behind
// err != nil of the begin there is no transaction, nor behind tx == nil.
func (f *flow) edge(b *cfg.Block, i int, s state) state {
	s = f.handed.edge(f, b, i, s)
	if f.span.end != nil && len(f.span.end.under) > 0 {
		for v, holds := range f.u.tells(golang.Condition(b), i == 0) {
			if was, ok := f.span.end.under[v]; ok && was != holds {
				return 0 // not on this way
			}
		}
	}
	if f.span.end != nil && s&bare != 0 && f.span.end.asksWhose(f, golang.Condition(b)) {
		s = s&^bare | guarded
	}
	t, ok := f.u.nilTest(b, i)
	if !ok {
		return s
	}
	p, isNil := t.place, t.isNil
	if t, ok := f.told[p.Root]; ok && p.Fields == "" && s&awaited != 0 {
		s &^= awaited
		if isNil {
			s |= t.ok
		} else {
			s |= t.failed
		}
	}
	switch {
	case f.span.end != nil && f.span.end.errs[p]:
		if isNil {
			return f.checked(s)
		}
		if s&fresh != 0 {
			return s&^fresh | none
		}
	case isNil && (f.span.tx == p || f.copied(p, b)):
		return none
	case f.span.tx == p:
		if s&anyOpen != 0 {
			return s &^ none
		}
	}
	return s
}

// copied reports whether a place is a variable that was made as another name for
// the transaction, and has no other value yet at the end of a block.
func (f *flow) copied(p place, b *cfg.Block) bool {
	cond := golang.Condition(b)
	if p.Fields != "" || p.Root == nil || f.span.tx.Root == nil || cond == nil {
		return false
	}
	made, same := false, true
	ast.Inspect(f.span.Func, func(n ast.Node) bool {
		a, ok := n.(*ast.AssignStmt)
		if !ok || a.Pos() > cond.Pos() {
			return true
		}
		for i, l := range a.Lhs {
			if to, ok := f.u.r.placeOf(l); !ok || to != p {
				continue
			}
			from, ok := place{}, false
			if len(a.Lhs) == len(a.Rhs) {
				from, ok = f.u.r.placeOf(a.Rhs[i])
			}
			made = true
			same = same && ok && from == f.span.tx
		}
		return true
	})
	return made && same
}

// checked is the state once the begin's error is known to be nil.
func (f *flow) checked(s state) state {
	if s&fresh != 0 {
		return s&^fresh | bare
	}
	return s
}

// A nilTest is a way out of a block on which a place is nil, or is not.
type nilTest struct {
	place place
	isNil bool
}

// nilTest returns what is known on the way from b to its i-th successor: of tx,
// of err, of tx.Error, where gorm keeps the error of its Begin.
func (u *unit) nilTest(b *cfg.Block, i int) (nilTest, bool) {
	x, isNil, ok := golang.NilTest(u.r.pass.TypesInfo, golang.Condition(b))
	if !ok {
		return nilTest{}, false
	}
	p, ok := u.r.placeOf(x)
	return nilTest{p, (i == 0) == isNil}, ok
}

// step is the state after a node of a block.
func (f *flow) step(n ast.Node, s state) state {
	f.calls(n, func(call *ast.CallExpr, deferred bool) {
		s = f.after(call, deferred, s)
	})
	return f.assigned(n, s)
}

// assigned is the state after an assignment of a node: the begin, a new value
// of the transaction's variable, a new value of its error's.
func (f *flow) assigned(n ast.Node, s state) state {
	if f.in == nil && f.span.end != nil && n != f.span.end.stmt && f.replaces(n) {
		switch {
		case f.u.anew[n] != f.span.tx || n.Pos() < f.span.end.stmt.Pos():
			return none // another transaction
		case s&guarded != 0:
			return guarded // what is deferred may look at the variable
		case len(f.span.end.errs) == 0:
			return bare
		}
		return fresh // to be ended like the one before
	}
	if f.span.end != nil && f.in == nil {
		if n == f.span.end.stmt {
			switch {
			case f.span.end.deferred:
				return guarded
			case len(f.span.end.errs) == 0:
				return bare
			}
			return fresh
		}
		if a, ok := n.(*ast.AssignStmt); ok && s&fresh != 0 && !f.span.end.reads[a] && f.u.assigns(a, f.span.end.errs) {
			s = f.checked(s)
		}
	}
	if a, ok := n.(*ast.AssignStmt); ok && s&awaited != 0 {
		for _, l := range a.Lhs {
			// Have: nobody asked the error before it is replaced.
			if p, ok := f.u.r.placeOf(l); ok {
				if t, ok := f.told[p.Root]; ok && (t.from == nil || ast.Unparen(a.Rhs[0]) != t.from) {
					s = s&^awaited | t.ok | t.failed
				}
			}
		}
	}
	return s
}

// assigns reports whether an assignment gives one of the places a value.
func (u *unit) assigns(a *ast.AssignStmt, set map[place]bool) bool {
	for _, l := range a.Lhs {
		if p, ok := u.r.placeOf(l); ok && set[p] {
			return true
		}
	}
	return false
}

// replaces reports whether a statement gives the transaction's variable a
// value that is not made from it.
func (f *flow) replaces(n ast.Node) bool {
	a, ok := n.(*ast.AssignStmt)
	if !ok {
		return false
	}
	for _, l := range a.Lhs {
		if f.span.isTx(l) {
			for _, x := range a.Rhs {
				if f.span.mentions(x) {
					return false
				}
			}
			return true
		}
	}
	return false
}

// after is the state after one call.
func (f *flow) after(call *ast.CallExpr, deferred bool, s state) state {
	if deferred {
		if s&(fresh|bare) != 0 && f.mayEnd(call) {
			f.handed.deferred(f, call)
			s = s&^(fresh|bare) | guarded
		}
		return s
	}
	if e, ok := f.span.endOf(call); ok && s&anyOpen != 0 {
		f.handed.ends(e)
		return f.ended(call, e, s)
	}
	if lit, ok := ast.Unparen(call.Fun).(*ast.FuncLit); ok && f.span.endsWithin(lit) && s&anyOpen != 0 {
		return s&^anyOpen | guarded | done
	}
	return s
}

// ended is the state after a call that ends the transaction, as e says.
func (f *flow) ended(call *ast.CallExpr, e End, s state) state {
	ok, failed := outcome(e.OK, s), outcome(e.Failed, s)
	if ok == failed {
		return ok
	}
	var err types.Object
	t := told{ok: ok, failed: failed}
	if e.By == itsResult {
		err, t.from = f.u.errs[call], call
	} else if p, isPlace := f.u.r.placeOf(call.Args[e.By]); isPlace && p.Fields == "" {
		err = p.Root
		if f.u.failedBy(call, err) {
			return failed
		}
	}
	if err == nil {
		return ok | failed
	}
	if old, found := f.told[err]; found && old != t {
		t = told{ok: ok | old.ok, failed: failed | old.failed, from: t.from}
	}
	f.told[err] = t
	return awaited
}

// outcome turns what a function leaves into states of who called it with the
// transaction in state s.
func outcome(o Outcome, s state) state {
	var out state
	if o&Ended != 0 {
		out |= done
	}
	if o&Open != 0 {
		out |= s & (bare | guarded)
		if out&(bare|guarded) == 0 {
			out |= bare
		}
	}
	return out
}

// calls visits the calls of a node in the order in which they run; those of a
// defer statement as deferred, those of literals and go statements not.
func (f *flow) calls(n ast.Node, visit func(call *ast.CallExpr, deferred bool)) {
	switch n := n.(type) {
	case nil:
		return
	case *ast.DeferStmt:
		visit(n.Call, true)
		return
	case *ast.GoStmt:
		return
	}
	var walk func(n ast.Node) bool
	walk = func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.FuncLit:
			return false
		case *ast.CallExpr:
			ast.Inspect(n.Fun, walk)
			for _, a := range n.Args {
				ast.Inspect(a, walk)
			}
			visit(n, false)
			return false
		}
		return true
	}
	ast.Inspect(n, walk)
}

// endsIt returns how a call may end the span's transaction.
func (s *Span) endsIt(call *ast.CallExpr) EndKind {
	e, _ := s.endOf(call)
	return e.Kind
}

// endOf returns what a call makes of the span's transaction, if it may end it.
func (s *Span) endOf(call *ast.CallExpr) (End, bool) {
	whole := func(k EndKind) (End, bool) { return End{Kind: k, OK: Ended, Failed: Ended, By: itsResult}, true }
	fn := s.r.callee(call)
	if fn == nil {
		// finish := func() { tx.Commit() }; finish().
		if p, ok := s.r.placeOf(call.Fun); ok && p.Fields == "" && s.held.meets(p) && !s.keepsOpen(p.Root) && (givenOutcome(p.Root.Type()) || !s.r.isParameter(p.Root)) {
			return whole(EitherEnd)
		}
		return End{}, false
	}
	sel, _ := ast.Unparen(call.Fun).(*ast.SelectorExpr)
	if sel != nil && len(s.nested) > 0 {
		if p, ok := s.r.placeOf(sel.X); ok && s.nested.whole(p) {
			return End{}, false
		}
	}
	if sel != nil && s.isTx(sel.X) {
		switch s.r.controls(call) {
		case apis.Commit:
			return whole(Commits)
		case apis.Rollback:
			return whole(RollsBack)
		}
	}
	if ends := s.r.ends[fn]; len(ends) > 0 {
		for _, e := range ends {
			if x := argument(call, e.Param); x != nil && s.isGiven(x, e.Path) {
				return e, true
			}
		}
		return End{}, false
	}
	if sel != nil && s.Uses(sel.X) {
		switch role := s.r.role(fn); {
		case role == apis.Commit:
			return whole(Commits)
		case role == apis.Rollback:
			return whole(RollsBack)
		case s.isTx(sel.X) && (fn.Name() == "Close" || fn.Name() == "Done" || endName(fn.Name())) && givenNothing(fn):
			return whole(EitherEnd)
		}
	}
	if endName(fn.Name()) && !s.r.seen(fn) {
		for _, a := range call.Args {
			if s.isTx(a) {
				return whole(EitherEnd)
			}
		}
	}
	return End{}, false
}

// keepsOpen reports whether a variable of the function holds nothing but literals
// that do not end the transaction.
func (s *Span) keepsOpen(v *types.Var) bool {
	if v.Pos() < s.Func.Pos() || s.Func.End() <= v.Pos() {
		return false
	}
	if open, ok := s.closures[v]; ok {
		return open
	}
	if s.closures == nil {
		s.closures = make(map[*types.Var]bool)
	}
	s.closures[v] = false // while it is looked at
	known, open := false, true
	is := func(x ast.Expr) bool {
		p, ok := s.r.placeOf(x)
		return ok && p.Root == v
	}
	add := func(x ast.Expr) { known, open = true, open && s.leavesOpen(x) }
	ast.Inspect(s.Func, func(n ast.Node) bool {
		if r, ok := n.(*ast.RangeStmt); ok {
			if r.Value != nil && is(r.Value) {
				add(r.X)
			}
			return true
		}
		lhs, rhs := golang.Assigned(n)
		for i, l := range lhs {
			switch {
			case !is(l):
			case len(lhs) != len(rhs):
				open = false
			default:
				add(rhs[i])
			}
		}
		return true
	})
	s.closures[v] = known && open
	return s.closures[v]
}

// leavesOpen reports whether x is a function literal that does not end the
// transaction, a variable of such, or a list of them.
func (s *Span) leavesOpen(x ast.Expr) bool {
	switch x := ast.Unparen(x).(type) {
	case *ast.FuncLit:
		return !s.endsWithin(x)
	case *ast.Ident:
		p, ok := s.r.placeOf(x)
		return ok && s.keepsOpen(p.Root)
	case *ast.CompositeLit:
		return !slices.ContainsFunc(x.Elts, func(elt ast.Expr) bool {
			if kv, ok := elt.(*ast.KeyValueExpr); ok {
				elt = kv.Value
			}
			return !s.leavesOpen(elt)
		})
	}
	return false
}

// isGiven reports whether the transaction is at the path of an argument.
func (s *Span) isGiven(x ast.Expr, path string) bool {
	if p, ok := s.r.placeOf(x); ok {
		return s.held.meets(part(p, path))
	}
	return s.Uses(x)
}

// givenNothing reports whether a method takes at most a context: a store's
// CommitTransaction(ctx, transfer) is about something else.
func givenNothing(fn *types.Func) bool {
	params := fn.Signature().Params()
	return params.Len() == 0 || params.Len() == 1 && apis.TypeName(params.At(0).Type()) == "context.Context"
}

// givenOutcome reports whether a function takes no more than what tells how to end a
// transaction: a context, an error, whether all went well. What somebody else hands in
// and is given another function, or a row, is for something else.
func givenOutcome(t types.Type) bool {
	sig, ok := t.Underlying().(*types.Signature)
	if !ok {
		return true
	}
	for v := range sig.Params().Variables() {
		if t := v.Type(); !apis.IsContext(t) && !golang.IsError(golang.Deref(t)) && !golang.IsBool(t) {
			return false
		}
	}
	return true
}

// isTx reports whether an expression is what holds the transaction itself.
func (s *Span) isTx(x ast.Expr) bool {
	p, ok := s.r.placeOf(x)
	return ok && s.tx.Root != nil && p == s.tx
}

// mayEnd reports whether a deferred call may end the transaction: it does, or
// is given it, or is a literal in which something does.
func (f *flow) mayEnd(call *ast.CallExpr) bool {
	if lit, ok := ast.Unparen(call.Fun).(*ast.FuncLit); ok {
		return f.span.endsWithin(lit) && !f.u.onPanic(lit, f.span)
	}
	if f.span.endsIt(call) != NotEnded {
		return true
	}
	return f.handed == nil && f.span.mentions(call)
}

// onPanic reports whether a deferred literal ends the transaction only where
// recover says that there is a panic.
func (u *unit) onPanic(lit *ast.FuncLit, s *Span) bool {
	recovers := func(n ast.Node) bool {
		found := false
		ast.Inspect(n, func(n ast.Node) bool {
			if id, ok := n.(*ast.Ident); ok {
				b, ok := u.r.pass.TypesInfo.Uses[id].(*types.Builtin)
				found = found || ok && b.Name() == "recover"
			}
			return !found
		})
		return found
	}
	only := true
	ast.Inspect(lit.Body, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.IfStmt:
			return n.Init == nil || n.Else != nil || !recovers(n.Init) // if p := recover(); p != nil
		case *ast.CallExpr:
			only = only && s.endsIt(n) == NotEnded
		}
		return only
	})
	return only
}

// endsWithin reports whether some call in a literal may end the transaction.
func (s *Span) endsWithin(lit *ast.FuncLit) bool {
	found := false
	ast.Inspect(lit.Body, func(n ast.Node) bool {
		if call, ok := n.(*ast.CallExpr); ok && s.endsIt(call) != NotEnded {
			found = true
		}
		return !found
	})
	return found
}

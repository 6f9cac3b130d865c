package txspans

import (
	"go/ast"
	"go/types"
	"slices"

	"golang.org/x/tools/go/cfg"

	"github.com/sqlvet/sqlvet/internal/apis"
	"github.com/sqlvet/sqlvet/internal/golang"
)

// This file finds what a function does with the end of a transaction that it is
// handed, path by path: on the same flow as where it is begun.

// An EndKind says how a transaction is ended.
type EndKind uint8

// The kinds of ends, as bits.
const (
	Commits EndKind = 1 << iota
	RollsBack
	NotEnded  EndKind = 0
	EitherEnd         = Commits | RollsBack
)

// An Outcome is the set of what a function may leave of a transaction.
type Outcome uint8

// The outcomes, as bits.
const (
	Ended Outcome = 1 << iota
	Open
)

// itsResult and theReceiver stand for the index of a parameter.
const (
	itsResult   = -1
	theReceiver = -1
)

// An End says of a function that it may end a transaction that it is handed.
type End struct {
	Param int    // the index of the parameter, -1 is the receiver
	Path  string // where in it the transaction is, as in place
	Kind  EndKind
	// OK and Failed are what it leaves if an error is nil and if it is not: its
	// own (By is -1), or the one that its parameter By is given. Where it is ended in
	// any case, that one tells whether it is committed.
	OK, Failed Outcome
	By         int
}

// argument returns what a call gives a parameter; nil if that cannot be seen.
func argument(call *ast.CallExpr, param int) ast.Expr {
	if param == theReceiver {
		if sel, ok := ast.Unparen(call.Fun).(*ast.SelectorExpr); ok {
			return sel.X
		}
		return nil
	}
	if param < len(call.Args) {
		return call.Args[param]
	}
	return nil
}

// A body is a declared function of the package, with the calls that may matter
// for the transactions that it is handed.
type body struct {
	fn    *types.Func
	decl  *ast.FuncDecl
	calls []*ast.CallExpr
}

// bodies returns the functions of the package that call something of their own
// package, or what begins or ends transactions. It is nil in packages that have
// nothing to do with any.
func (r *Result) bodies() []body {
	near := len(r.ends)+len(r.began) > 0 || slices.ContainsFunc(r.pass.Pkg.Imports(), func(p *types.Package) bool {
		_, ok := apis.LibraryOf(p.Path())
		return ok || p.Path() == "database/sql"
	})
	var out []body
	r.functions(func(fn *types.Func, d *ast.FuncDecl) {
		if !near && !takesTx(fn.Signature()) {
			return
		}
		b := body{fn: fn, decl: d}
		ast.Inspect(d.Body, func(n ast.Node) bool {
			if call, ok := n.(*ast.CallExpr); ok {
				if fn := r.callee(call); fn != nil && (fn.Pkg() == r.pass.Pkg || len(r.ends[fn]) > 0 || r.role(fn) != "") {
					b.calls = append(b.calls, call)
				}
			}
			return true
		})
		if len(b.calls) > 0 {
			out = append(out, b)
		}
	})
	return out
}

func takesTx(sig *types.Signature) bool {
	for v := range sig.Params().Variables() {
		if tx, _ := apis.IsTx(v.Type()); tx {
			return true
		}
	}
	if sig.Recv() == nil {
		return false
	}
	tx, _ := apis.IsTx(sig.Recv().Type())
	return tx
}

// rounds bounds how many helpers of one package may hand a transaction on.
const rounds = 4

// exportEnds finds the functions of the package that end a transaction that
// they are handed, themselves or by others.
func (r *Result) exportEnds(list []body) {
	for range rounds {
		changed := false
		for _, b := range list {
			ends := r.endsOf(b)
			if !slices.Equal(ends, r.ends[b.fn]) {
				r.ends[b.fn] = ends
				changed = true
			}
		}
		if !changed {
			break
		}
	}
	for _, b := range list {
		if ends := r.ends[b.fn]; len(ends) > 0 && b.fn.Exported() {
			r.pass.ExportObjectFact(b.fn, &Ends{ends})
		}
	}
}

// endsOf computes what a function ends.
func (r *Result) endsOf(b body) []End {
	var out []End
	for i := theReceiver; i < b.fn.Signature().Params().Len(); i++ {
		v := b.fn.Signature().Recv()
		if i != theReceiver {
			v = b.fn.Signature().Params().At(i)
		}
		if v == nil {
			continue
		}
		var paths []string
		for _, call := range b.calls {
			if path, ok := r.endsWithin(b, call, v); ok && !slices.Contains(paths, path) {
				paths = append(paths, path)
			}
		}
		slices.Sort(paths)
		for _, path := range paths {
			if e, ok := r.endOf(b, v, path); ok {
				e.Param = i
				out = append(out, e)
			}
		}
	}
	return out
}

// endsWithin returns where in a variable the transaction is that a call ends.
func (r *Result) endsWithin(b body, call *ast.CallExpr, v *types.Var) (string, bool) {
	fn := r.callee(call)
	if fn == nil {
		return "", false
	}
	for _, e := range r.ends[fn] {
		if x := argument(call, e.Param); x != nil {
			if p, ok := r.placeOf(x); ok && p.Root == v {
				return p.Fields + e.Path, true
			}
		}
	}
	switch r.role(fn) {
	case apis.Commit, apis.Rollback:
		if x := argument(call, theReceiver); x != nil {
			p, ok := r.placeOf(x)
			if ok && apis.IsContext(v.Type()) && r.takenFrom(b, p.Root, v) {
				return "", true
			}
			return p.Fields, ok && p.Root == v
		}
	}
	return "", false
}

// takenFrom reports whether a variable of a body holds what a context carries, and
// nothing else.
func (r *Result) takenFrom(b body, v, ctx *types.Var) bool {
	taken, other := false, false
	ast.Inspect(b.decl.Body, func(n ast.Node) bool {
		lhs, rhs := golang.Assigned(n)
		for i, l := range lhs {
			if p, ok := r.placeOf(l); !ok || p != (place{Root: v}) {
				continue
			}
			if len(rhs) == len(lhs) || len(rhs) == 1 && i == 0 {
				x := rhs[min(i, len(rhs)-1)]
				_, begun := ast.Unparen(x).(*ast.CallExpr)
				if begun {
					begun = r.begin(ast.Unparen(x).(*ast.CallExpr)).kind != beginsNothing
				}
				if !begun && r.mentions(x, places{ctx: {""}}, false) {
					taken = true
					continue
				}
			}
			other = true
		}
		return true
	})
	return taken && !other
}

// handed is what a flow of a function keeps that is handed its transaction.
type handed struct {
	v *types.Var // the parameter
	// given is an error that is taken for nil, or for none, as failed says.
	given  *types.Var
	failed bool
	weak   bool // something deferred may end it, and may not
	kind   EndKind
}

// edge is the state on a way out of a condition. One that asks the carrier of
// the transaction itself asks whether the transaction is there, and its own to
// end: what it leaves open then is no business of the caller's.
func (h *handed) edge(f *flow, b *cfg.Block, i int, s state) state {
	if h == nil {
		return s
	}
	if t, ok := f.u.nilTest(b, i); ok && h.given != nil && t.place == (place{Root: h.given}) && t.isNil == h.failed {
		return 0 // not this way
	}
	if cond := golang.Condition(b); cond != nil && s&bare != 0 && f.u.asksOnly(cond, h.v) {
		return s&^bare | guarded
	}
	return s
}

// ends notes how the transaction is ended.
func (h *handed) ends(e End) {
	if h != nil {
		h.kind |= e.Kind
	}
}

// deferred notes whether a deferred call ends the transaction whatever happens.
func (h *handed) deferred(f *flow, call *ast.CallExpr) {
	if h == nil {
		return
	}
	lit, ok := ast.Unparen(call.Fun).(*ast.FuncLit)
	if !ok {
		e, _ := f.span.endOf(call)
		h.kind |= e.Kind
		h.weak = h.weak || e.OK != Ended || e.Failed != Ended
		return
	}
	always := false
	for _, s := range lit.Body.List {
		if i, ok := s.(*ast.IfStmt); ok {
			s = i.Init // runs whatever the condition says
		}
		f.calls(s, func(call *ast.CallExpr, deferred bool) {
			e, ok := f.span.endOf(call)
			always = always || ok && e.OK == Ended && e.Failed == Ended
		})
	}
	ast.Inspect(lit.Body, func(n ast.Node) bool {
		if call, ok := n.(*ast.CallExpr); ok {
			h.kind |= f.span.endsIt(call)
		}
		return true
	})
	h.weak = h.weak || !always
}

// asksOnly reports whether a condition is about v or parts of it that are data,
// and of nothing else.
func (u *unit) asksOnly(cond ast.Expr, v *types.Var) bool {
	found, other := false, false
	ast.Inspect(cond, func(n ast.Node) bool {
		x, ok := n.(ast.Expr)
		if !ok || other {
			return false
		}
		switch x.(type) {
		case *ast.CallExpr:
			other = true
		case *ast.SelectorExpr, *ast.Ident:
			p, ok := u.r.placeOf(x)
			_, isVar := x.(*ast.SelectorExpr)
			if id, ok := x.(*ast.Ident); ok {
				_, isVar = u.r.pass.TypesInfo.Uses[id].(*types.Var)
			}
			switch t := u.r.typeOf(x); {
			case ok && p.Root == v && !golang.IsError(t) && !u.r.canHold(t):
				found = true
			case ok || isVar:
				other = true
			}
			return false
		}
		return true
	})
	return found && !other
}

// endOf computes what a function does with the transaction at the path of its
// parameter.
func (r *Result) endOf(b body, v *types.Var, path string) (End, bool) {
	u := r.newUnit(b.decl, b.decl.Body)
	u.prepare()
	s := r.newSpan(Parameter, b.decl.Name, b.decl)
	s.tx = place{Root: v, Fields: path}
	s.held.add(s.tx)
	s.handles.add(s.tx)
	s.spread(u.body)
	ask := func(given *types.Var, failed bool) (ok, bad Outcome, kind EndKind) {
		f := u.newFlow(s, bare)
		f.handed = &handed{v: v, given: given, failed: failed}
		f.solve()
		ok, bad = f.exits()
		return ok, bad, f.handed.kind
	}
	e := End{Path: path, By: itsResult}
	e.OK, e.Failed, e.Kind = ask(nil, false)
	if (e.OK|e.Failed)&Ended == 0 {
		return e, false
	}
	if golang.LastIsError(b.fn.Signature()) && (e.OK == Ended || e.OK == Open) && e.Failed != 0 {
		return e, true
	}
	if !golang.LastIsError(b.fn.Signature()) && e.OK != Ended|Open {
		e.Failed = e.OK
		for i := range b.fn.Signature().Params().Len() {
			p := b.fn.Signature().Params().At(i)
			if e.Kind != EitherEnd || !golang.IsError(golang.Deref(p.Type())) {
				continue
			}
			_, _, ok := ask(p, false)
			if _, _, bad := ask(p, true); ok == Commits && bad == RollsBack {
				e.By = i
			}
		}
		return e, true
	}
	for i := range b.fn.Signature().Params().Len() {
		p := b.fn.Signature().Params().At(i)
		if !golang.IsError(golang.Deref(p.Type())) {
			continue
		}
		ok1, bad1, _ := ask(p, false)
		ok2, bad2, _ := ask(p, true)
		if ok, bad := ok1|bad1, ok2|bad2; ok != bad && ok != 0 && bad != 0 {
			e.OK, e.Failed, e.By = ok, bad, i
			return e, true
		}
	}
	e.OK |= e.Failed
	e.Failed = e.OK
	return e, true
}

// exits returns what the function leaves of the transaction where it returns
// without and with an error.
func (f *flow) exits() (ok, failed Outcome) {
	for _, b := range f.u.graph.Blocks {
		if !b.Live || f.at[b.Index] == 0 || len(b.Succs) > 0 {
			continue
		}
		s := f.at[b.Index]
		for _, n := range b.Nodes {
			s = f.step(n, s)
		}
		var o Outcome
		if s&(bare|fresh|awaited) != 0 || s&guarded != 0 && f.handed.weak {
			o |= Open
		}
		if s&(done|awaited|guarded) != 0 {
			o |= Ended
		}
		if f.u.ends(b) {
			continue // the process, or it panics
		}
		mayFail, mustFail := f.u.fail(b)
		if !mustFail {
			ok |= o
		}
		if mayFail {
			failed |= o
		}
	}
	return ok, failed
}

// ends reports whether a block without successor leaves otherwise than by a
// return.
func (u *unit) ends(b *cfg.Block) bool {
	if len(b.Nodes) == 0 {
		return false
	}
	s, ok := b.Nodes[len(b.Nodes)-1].(*ast.ExprStmt)
	if !ok {
		return false
	}
	call, ok := s.X.(*ast.CallExpr)
	return ok && !u.returns(call)
}

// fail says of the return at the end of a block whether it may, and whether it
// must, hand out an error.
func (u *unit) fail(b *cfg.Block) (may, must bool) {
	sig := u.signature()
	if sig == nil || !golang.LastIsError(sig) || len(b.Nodes) == 0 {
		return false, false
	}
	ret, ok := b.Nodes[len(b.Nodes)-1].(*ast.ReturnStmt)
	if !ok {
		return false, false
	}
	if len(ret.Results) > 0 && u.r.pass.TypesInfo.Types[ret.Results[len(ret.Results)-1]].IsNil() {
		return false, false
	}
	return true, u.failingReturn(ret)
}

// Way returns how the source can end the span's transaction as kind says:
// "tx.Rollback()", "abandon(w)"; "" if no way is known.
func (s *Span) Way(kind EndKind) string {
	if s.tx.Root == nil || s.Name == "" {
		return ""
	}
	name := "Rollback"
	if kind == Commits {
		name = "Commit"
	}
	var t types.Type
	switch {
	case s.to != nil:
		t = s.r.typeOf(s.to)
	case s.Tx != nil:
		t = s.Tx.Type()
	default:
		return ""
	}
	if obj, _, _ := types.LookupFieldOrMethod(t, true, s.r.pass.Pkg, name); obj != nil {
		return s.Name + "." + name + "()"
	}
	best := ""
	for fn, ends := range s.r.ends {
		for _, e := range ends {
			if e.Kind != kind || parameterType(fn, e.Param) == nil || parameterType(fn, e.Param) != golang.Named(t) || fn.Pkg() != s.r.pass.Pkg && !fn.Exported() {
				continue
			}
			way := fn.Name() + "(" + s.Name + ")"
			switch {
			case e.Param == theReceiver:
				way = s.Name + "." + fn.Name() + "()"
			case fn.Pkg() != s.r.pass.Pkg && fn.Signature().Recv() == nil:
				way = fn.Pkg().Name() + "." + way
			}
			if best == "" || way < best {
				best = way
			}
		}
	}
	return best
}

// role returns Commit or Rollback if fn is one by the catalogue, Begin if it
// begins a transaction, else "".
func (r *Result) role(fn *types.Func) apis.Role {
	role, ok := r.roles[fn]
	if !ok {
		if api, found := r.apis.Lookup(fn); found {
			switch api.Role {
			case apis.Commit, apis.Rollback, apis.Begin:
				role = api.Role
			}
		}
		r.roles[fn] = role
	}
	return role
}

// seen reports whether the body of fn was looked at, here or for its package's
// facts.
func (r *Result) seen(fn *types.Func) bool {
	if golang.IsInterfaceMethod(fn) || fn.Pkg() == nil || apis.Standard(fn.Pkg().Path()) {
		return false
	}
	_, ok := apis.LibraryOf(fn.Pkg().Path())
	return !ok
}

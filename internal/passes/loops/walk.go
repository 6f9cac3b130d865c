package loops

import (
	"go/ast"
	"go/token"
	"go/types"
	"slices"

	"github.com/sqlvet/sqlvet/internal/apis"
	"github.com/sqlvet/sqlvet/internal/golang"
	"github.com/sqlvet/sqlvet/internal/passes/funceffects"
)

// A walk goes from a call outwards and collects the loops that repeat it.
type walk struct {
	u     *unit
	call  *ast.CallExpr
	seen  map[ast.Node]bool // literals that the walk has left already
	inner bool              // stop at the function declaration
}

// outward returns the loops around n. f tells in which ways control may go on
// after the call, seen from n.
func (w *walk) outward(n ast.Node, f flow) []*Loop {
	var (
		u     = w.u
		found []*Loop
		async bool
	)
	add := func(l *Loop) {
		c := *l
		c.Async = async
		u.refine(&c, w.call, n, f)
		found = append(found, &c)
	}
	for child, p := n, u.parent[n]; p != nil; child, p = p, u.parent[p] {
		switch p := p.(type) {
		case *ast.ForStmt:
			if child != p.Init {
				add(u.loop(p))
			}
		case *ast.RangeStmt:
			if child == p.Body {
				add(u.loop(p))
			}
		case *ast.GoStmt:
			async = true
			f = flow{normal: true}
		case *ast.DeferStmt:
			f = flow{normal: true}
		case *ast.FuncLit:
			found = append(found, u.gotoLoops(n, p.Body)...)
			rest := w.literal(p)
			for _, l := range rest {
				l.Async = l.Async || async
			}
			return append(found, rest...)
		case *ast.FuncDecl:
			found = append(found, u.gotoLoops(n, p.Body)...)
			if w.inner {
				return found
			}
			return append(found, u.functionLoops(p)...)
		}
		f = u.after(p, child, f)
	}
	return found
}

// literal returns the loops that repeat the body of a function literal. Of
// several uses it takes the one that repeats most.
func (w *walk) literal(lit *ast.FuncLit) []*Loop {
	if w.seen[lit] {
		return nil
	}
	w.seen[lit] = true
	defer delete(w.seen, lit)
	var best []*Loop
	for _, use := range w.u.uses(lit, lit, make(map[types.Object]bool)) {
		var loops []*Loop
		if use.loop != nil {
			loops = append(loops, use.loop)
		}
		if use.at != nil {
			outer := w.outward(use.at, flow{normal: true})
			for _, l := range outer {
				l.Async = l.Async || use.async
			}
			loops = append(loops, outer...)
		}
		if worse(best, loops) {
			best = loops
		}
	}
	return best
}

// worse reports whether b repeats a call more than a: in more loops over
// data, else in more loops.
func worse(a, b []*Loop) bool {
	data := func(list []*Loop) (n int) {
		for _, l := range list {
			if l.Bound == Data {
				n++
			}
		}
		return n
	}
	if x, y := data(a), data(b); x != y {
		return x < y
	}
	return len(a) < len(b)
}

// A use is one way in which a function value comes to run.
type use struct {
	at    ast.Node // the function runs whenever this does; nil if it does not matter
	loop  *Loop    // that the callee makes of it; nil if it runs once
	async bool
}

// uses returns how the function value e comes to run. lit is the literal that
// it started from, nil for a named function.
func (u *unit) uses(e ast.Expr, lit *ast.FuncLit, seen map[types.Object]bool) []use {
	switch p := u.parent[e].(type) {
	case *ast.ParenExpr:
		return u.uses(p, lit, seen)
	case *ast.CallExpr:
		return u.usesInCall(p, e, lit, seen)
	case *ast.RangeStmt:
		if e == p.X {
			return []use{{at: p}} // range over the literal: it runs once, the body per yield
		}
	case *ast.AssignStmt:
		for i, rhs := range p.Rhs {
			if rhs == e && len(p.Lhs) == len(p.Rhs) {
				return u.usesOfVar(p.Lhs[i], lit, seen)
			}
		}
	case *ast.ValueSpec:
		for i, v := range p.Values {
			if v == e && len(p.Names) == len(p.Values) {
				return u.usesOfVar(p.Names[i], lit, seen)
			}
		}
	}
	return nil // stored, returned, sent
}

// usesOfVar returns how a function that is assigned to a local variable comes
// to run.
func (u *unit) usesOfVar(lhs ast.Expr, lit *ast.FuncLit, seen map[types.Object]bool) []use {
	v, ok := u.object(lhs).(*types.Var)
	if !ok || v.IsField() || u.isGlobal(v) || seen[v] {
		return nil
	}
	seen[v] = true
	var list []use
	for _, id := range u.idents[v] {
		if a, ok := u.parent[id].(*ast.AssignStmt); ok && isLeft(a, id) {
			continue
		}
		if lit != nil && golang.Within(id, lit) {
			if call, ok := u.parent[id].(*ast.CallExpr); ok && call.Fun == id {
				list = append(list, u.selfCall(lit, call, v)...)
			}
			continue
		}
		list = append(list, u.uses(id, lit, seen)...)
	}
	return list
}

func isLeft(a *ast.AssignStmt, id *ast.Ident) bool {
	for _, l := range a.Lhs {
		if l == id {
			return true
		}
	}
	return false
}

// selfCall returns the recursion that a call of the literal's own variable
// inside it makes: one per child of a collection, or for the next of a chain.
func (u *unit) selfCall(lit *ast.FuncLit, call *ast.CallExpr, v types.Object) []use {
	if u.function(call) != lit {
		return nil
	}
	next := u.goesDown(call, lit, u.params(lit.Type), v.Name())
	if loop := u.loopAround(call); loop != nil && u.loop(loop).Bound == Data {
		next = verdict{bound: Data, why: v.Name() + " calls itself for each element"}
	}
	if next.bound != Data {
		return nil
	}
	return []use{{loop: &Loop{
		Kind: Recursion, Bound: Data, Why: next.why, Chain: next.chain,
		Node: lit, Body: lit.Body, Vars: u.params(lit.Type), Line: u.line(lit.Pos()),
	}}}
}

// usesInCall: e is called, converted, or given to a function.
func (u *unit) usesInCall(call *ast.CallExpr, e ast.Expr, lit *ast.FuncLit, seen map[types.Object]bool) []use {
	if call.Fun == e {
		return []use{{at: call}}
	}
	if tv := u.Info.Types[call.Fun]; tv.IsType() {
		return u.uses(call, lit, seen)
	}
	for i, arg := range call.Args {
		if arg == e {
			return u.usesAsArg(call, i, lit)
		}
	}
	return nil
}

// usesAsArg returns what the callee does with its i-th argument, which is lit
// or, if that is nil, a named function.
func (u *unit) usesAsArg(call *ast.CallExpr, i int, lit *ast.FuncLit) []use {
	rep := u.repeats(call, i)
	if rep.times == funceffects.Once {
		return []use{{at: call, async: rep.async}}
	}
	loop := u.callbackLoop(call, i, lit, rep.times)
	if loop == nil {
		return nil
	}
	return []use{{at: call, loop: loop, async: rep.async}}
}

// callbackLoop returns the loop that a call makes of its i-th argument, nil if
// there is none that is known.
func (u *unit) callbackLoop(call *ast.CallExpr, i int, lit *ast.FuncLit, times funceffects.Times) *Loop {
	loop := &Loop{Kind: Callback, Node: call, Body: call, Line: u.line(call.Pos())}
	if i >= 0 {
		loop.Body = call.Args[i]
	}
	if lit != nil {
		loop.Body, loop.Vars = lit, u.params(lit.Type)
	}
	name := "the callee"
	if fn := u.callee(call); fn != nil {
		name = fn.Name()
	}
	switch times {
	case funceffects.PerElement:
		v := u.callbackSource(call, i)
		if fn := u.callee(call); fn != nil && searches[fn.FullName()] {
			v = verdict{bound: Halving, why: "a search that halves what is left"}
		}
		loop.Bound, loop.Count, loop.Why = v.bound, v.count, name+" calls it per element: "+v.why
	case funceffects.PerRow:
		loop.Kind, loop.Bound, loop.Why = Rows, Data, name+" calls it per row"
	case funceffects.PerBatch:
		loop.Bound, loop.Why = Batch, name+" calls it per batch"
	case retries:
		loop.Bound, loop.Why = Retry, name+" calls it again after a failure"
	case funceffects.Once, funceffects.Polled:
		return nil
	default: // stored, or not known
		if !u.adapts(call, i) || !u.consumed(call) {
			return nil
		}
		v := u.callbackSource(call, i)
		loop.Bound, loop.Count, loop.Why = v.bound, v.count, "the iterator of "+name+" calls it per element: "+v.why
	}
	return loop
}

// Callback returns the loop that call makes of the function that is its
// argument arg, or that a field holds of what it is called on; times is how often
// the callee is known to call it, 0 if that is not known. It is nil if the
// function is called once at most, or kept.
func (r *Result) Callback(call *ast.CallExpr, arg ast.Expr, times funceffects.Times) *Loop {
	r.mu.Lock()
	defer r.mu.Unlock()
	u := r.unit(call.Pos())
	i := slices.Index(call.Args, arg)
	if u == nil || i < 0 && (times == 0 || times == funceffects.Stored) {
		return nil
	}
	if i < 0 {
		return u.callbackLoop(call, i, nil, times)
	}
	// Retries are known here only.
	if rep := u.repeats(call, i); times == 0 || rep.times == retries {
		times = rep.times
	}
	return u.callbackLoop(call, i, nil, times)
}

// adapts: the call makes an iterator of a function that takes something of
// the data: the iterator calls it per element.
func (u *unit) adapts(call *ast.CallExpr, i int) bool {
	if !isIterator(u.Info.TypeOf(call)) {
		return false
	}
	fn, ok := under(u.Info.TypeOf(call.Args[i])).(*types.Signature)
	if !ok || isIterator(fn) {
		return false
	}
	for p := range fn.Params().Variables() {
		if _, isFunc := under(p.Type()).(*types.Signature); !isFunc && !golang.IsContext(p.Type()) {
			return true
		}
	}
	return false
}

// consumed: the iterator that a call returns is ranged over, at once, by a
// variable, or by a function that is given it and returns no iterator.
func (u *unit) consumed(e ast.Expr) bool {
	switch p := u.parent[e].(type) {
	case *ast.ParenExpr:
		return u.consumed(p)
	case *ast.RangeStmt:
		return p.X == e
	case *ast.CallExpr:
		if p.Fun == e {
			return true
		}
		if isIterator(u.Info.TypeOf(p)) {
			return u.consumed(p)
		}
		fn := u.callee(p)
		return fn != nil && fn.Pkg() != nil && (fn.Pkg().Path() == "slices" || fn.Pkg().Path() == "maps")
	case *ast.AssignStmt:
		if p.Tok != token.DEFINE || len(p.Lhs) != 1 {
			return false
		}
		for _, id := range u.idents[u.object(p.Lhs[0])] {
			if u.consumed(id) {
				return true
			}
		}
	}
	return false
}

// searches are the functions that call their argument for few of the elements.
var searches = map[string]bool{"sort.Search": true, "sort.Find": true, "slices.BinarySearchFunc": true}

// isIterator: a function that gives elements to a function which says whether
// to go on: func(yield func(T) bool).
func isIterator(t types.Type) bool {
	if t == nil {
		return false
	}
	sig, ok := under(t).(*types.Signature)
	if !ok || sig.Params().Len() != 1 || sig.Results().Len() != 0 {
		return false
	}
	yield, ok := under(sig.Params().At(0).Type()).(*types.Signature)
	return ok && yield.Results().Len() == 1 && golang.IsBool(yield.Results().At(0).Type())
}

// retries continues the ways of [funceffects.Times]: called again after a
// failure.
const retries funceffects.Times = 0xff

// A repeat is how often a callee calls a func argument; times is 0 if that is
// not known.
type repeat struct {
	times funceffects.Times
	async bool
}

// repeats returns how often call calls its i-th argument.
func (u *unit) repeats(call *ast.CallExpr, i int) repeat {
	fn := u.callee(call)
	if fn == nil {
		return repeat{}
	}
	if n := fn.Signature().Params().Len(); fn.Signature().Variadic() && i >= n {
		i = n - 1
	}
	if api, ok := u.APIs.Lookup(fn); ok {
		switch {
		case api.RowFn == i:
			return repeat{times: funceffects.PerRow}
		case api.BatchFn == i:
			return repeat{times: funceffects.PerBatch}
		case api.FnArg != i:
		case api.Role == apis.HOF && api.Spawn:
			return repeat{funceffects.Once, true}
		case api.Role == apis.HOF && api.Retries:
			return repeat{times: retries}
		case api.Role == apis.HOF && !api.Once:
			return repeat{times: funceffects.PerElement}
		case api.Role == apis.TxClosure || api.Once:
			return repeat{times: funceffects.Once}
		}
	}
	if rep, ok := standardCallbacks[fn.FullName()]; ok && fn.Signature().Params().Len() > i {
		return rep
	}
	if u.effects != nil {
		for _, p := range u.effects.Params(fn) {
			if p.Index == i {
				return repeat{p.Times, p.Async}
			}
		}
	}
	return repeat{}
}

// standardCallbacks are the functions of the standard library that the
// catalogue does not list and that call a func argument before they return or
// in a goroutine. sync.Once is not here: what it runs is not repeated.
var standardCallbacks = map[string]repeat{
	"(*sync.Map).Range":        {times: funceffects.PerElement},
	"(*testing.B).Run":         {times: funceffects.Once},
	"(*testing.B).RunParallel": {times: funceffects.Once},
	"(*testing.T).Run":         {times: funceffects.Once},
	"slices.SortedFunc":        {times: funceffects.PerElement},
	"slices.SortedStableFunc":  {times: funceffects.PerElement},
	"strings.FieldsFunc":       {times: funceffects.PerElement},
	"strings.Map":              {times: funceffects.PerElement},
	"time.AfterFunc":           {funceffects.Once, true},
}

// callbackSource returns what bounds the calls of the i-th argument: the
// first other argument that is a collection or a number, else the receiver.
func (u *unit) callbackSource(call *ast.CallExpr, i int) verdict {
	if i >= 0 && !golang.IsFunc(u.Info.TypeOf(call.Args[i])) && isCollection(u.Info.TypeOf(call.Args[i])) {
		return u.source(call.Args[i]) // whose elements have the method that is called
	}
	for j, arg := range call.Args {
		if j != i && isCollection(u.Info.TypeOf(arg)) {
			if listElem(u.Info.TypeOf(arg)) != nil && u.division(arg, 6) == batches {
				return verdict{bound: Batch, why: "batches"}
			}
			v := u.source(arg)
			if v.bound == Constant && u.growsArg(call, j) {
				return verdict{bound: Data, why: "a list that grows meanwhile"}
			}
			return v
		}
	}
	for j, arg := range call.Args {
		if j != i && isInteger(u.Info.TypeOf(arg)) {
			return u.source(arg)
		}
	}
	return verdict{bound: Data, why: "for each element"}
}

// growsArg: the function of this package that is called appends to its j-th
// parameter in a loop.
func (u *unit) growsArg(call *ast.CallExpr, j int) bool {
	fn := u.callee(call)
	if fn == nil {
		return false
	}
	d := u.funcDecl(fn)
	if d == nil {
		return false
	}
	other := u.Result.unit(d.Pos())
	params := other.params(d.Type)
	if j >= len(params) {
		return false
	}
	for _, w := range other.writes[params[j]] {
		if w.rhs == nil || other.loopAround(w.at) == nil {
			continue
		}
		if call, ok := ast.Unparen(w.rhs).(*ast.CallExpr); ok && other.builtin(call) == "append" {
			return true
		}
	}
	return false
}

// params returns the parameters of a function.
func (u *unit) params(ft *ast.FuncType) []*types.Var {
	var list []*types.Var
	for _, field := range ft.Params.List {
		for _, name := range field.Names {
			if v, ok := u.Info.Defs[name].(*types.Var); ok {
				list = append(list, v)
			}
		}
	}
	return list
}

// gotoLoops returns the loops that backward gotos to a label before n, in the
// same function, make.
func (u *unit) gotoLoops(n ast.Node, body *ast.BlockStmt) []*Loop {
	var list []*Loop
	for _, g := range u.gotos {
		label := u.labels[u.Info.Uses[g.Label]]
		if label == nil || !golang.Within(g, body) || n.Pos() < label.Pos() || g.End() < n.End() {
			continue
		}
		list = append(list, u.gotoLoop(label, g))
	}
	return list
}

package loops

import (
	"go/ast"
	"go/types"

	"github.com/sqlvet/sqlvet/internal/apis"
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
		if lit != nil && within(id, lit) {
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
// inside it makes: only one per child of a collection repeats with data.
func (u *unit) selfCall(lit *ast.FuncLit, call *ast.CallExpr, v types.Object) []use {
	loop := u.loopAround(call)
	if loop == nil || u.function(call) != lit || u.loop(loop).Bound != Data {
		return nil
	}
	return []use{{loop: &Loop{
		Kind: Recursion, Bound: Data, Why: v.Name() + " calls itself for each element",
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
	loop := &Loop{Kind: Callback, Node: call, Body: call.Args[i], Line: u.line(call.Pos())}
	if lit != nil {
		loop.Body, loop.Vars = lit, u.params(lit.Type)
	}
	name := "the callee"
	if fn := u.callee(call); fn != nil {
		name = fn.Name()
	}
	switch rep.times {
	case funceffects.Once:
		return []use{{at: call, async: rep.async}}
	case funceffects.PerElement:
		v := u.callbackSource(call, i)
		loop.Bound, loop.Count, loop.Why = v.bound, v.count, name+" calls it per element: "+v.why
	case funceffects.PerRow:
		loop.Kind, loop.Bound, loop.Why = Rows, Data, name+" calls it per row"
	case funceffects.PerBatch:
		loop.Bound, loop.Why = Batch, name+" calls it per batch"
	case retries:
		loop.Bound, loop.Why = Retry, name+" calls it again after a failure"
	default:
		return nil // stored, or not known
	}
	return []use{{at: call, loop: loop, async: rep.async}}
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
		case api.Role == apis.HOF:
			return repeat{times: funceffects.PerElement}
		case api.Role == apis.TxClosure:
			return repeat{times: funceffects.Once}
		}
	}
	if rep, ok := standardCallbacks[fn.FullName()]; ok && fn.Signature().Params().Len() > i {
		return rep
	}
	if u.callbacks != nil {
		for _, p := range u.callbacks.Params(fn) {
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
	"(*sync.Map).Range":                          {times: funceffects.PerElement},
	"(*testing.B).Run":                           {times: funceffects.Once},
	"(*testing.B).RunParallel":                   {times: funceffects.Once},
	"(*testing.T).Run":                           {times: funceffects.Once},
	"slices.SortedFunc":                          {times: funceffects.PerElement},
	"slices.SortedStableFunc":                    {times: funceffects.PerElement},
	"strings.FieldsFunc":                         {times: funceffects.PerElement},
	"strings.Map":                                {times: funceffects.PerElement},
	"time.AfterFunc":                             {funceffects.Once, true},
	"(*golang.org/x/sync/singleflight.Group).Do": {times: funceffects.Once},
}

// callbackSource returns what bounds the calls of the i-th argument: the
// first other argument that is a collection or a number, else the receiver.
func (u *unit) callbackSource(call *ast.CallExpr, i int) verdict {
	for j, arg := range call.Args {
		if j != i && isCollection(u.Info.TypeOf(arg)) {
			return u.source(arg)
		}
	}
	for j, arg := range call.Args {
		if j != i && isInteger(u.Info.TypeOf(arg)) {
			return u.source(arg)
		}
	}
	return verdict{bound: Data, why: "for each element"}
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
		if label == nil || !within(g, body) || n.Pos() < label.Pos() || g.End() < n.End() {
			continue
		}
		list = append(list, u.gotoLoop(label, g))
	}
	return list
}

// A CallbackCall is a place where a named function or a method value is given
// to a function that calls it, or is called through a local variable.
type CallbackCall struct {
	Call  *ast.CallExpr // that repeats Fn
	Arg   ast.Expr      // the function value: lo.Map(xs, r.load) has r.load
	Fn    *types.Func   // its origin
	Loops []*Loop       // that repeat Fn, innermost first; at least one
}

// CallbackCalls returns the places where named functions run repeatedly
// without a call of their name, in order of position.
func (r *Result) CallbackCalls() []CallbackCall {
	r.mu.Lock()
	defer r.mu.Unlock()
	var list []CallbackCall
	for _, d := range r.decls {
		ast.Inspect(d, func(n ast.Node) bool {
			if call, ok := n.(*ast.CallExpr); ok {
				list = append(list, r.callbackCalls(call)...)
			}
			return true
		})
	}
	return list
}

func (r *Result) callbackCalls(call *ast.CallExpr) []CallbackCall {
	var list []CallbackCall
	for i, arg := range call.Args {
		fn := r.namedFunc(arg)
		if fn == nil {
			continue
		}
		u := r.unit(call.Pos())
		for _, use := range u.usesAsArg(call, i, nil) {
			w := walk{u: u, call: call, seen: make(map[ast.Node]bool)}
			loops := w.outward(call, flow{normal: true})
			if use.loop != nil {
				loops = append([]*Loop{use.loop}, loops...)
			}
			for _, l := range loops {
				l.Async = l.Async || use.async
			}
			if len(loops) > 0 {
				list = append(list, CallbackCall{call, arg, fn, loops})
			}
		}
	}
	// A local variable that holds a named function.
	if id, ok := ast.Unparen(call.Fun).(*ast.Ident); ok {
		if v, ok := r.Info.Uses[id].(*types.Var); ok && !v.IsField() {
			if u := r.unit(call.Pos()); u != nil && len(u.writes[v]) == 1 && u.writes[v][0].rhs != nil {
				if fn := r.namedFunc(u.writes[v][0].rhs); fn != nil {
					if loops := r.enclosing(call); len(loops) > 0 {
						list = append(list, CallbackCall{call, call.Fun, fn, loops})
					}
				}
			}
		}
	}
	return list
}

// namedFunc returns the function that a function value is, nil if it is not a
// named function or method.
func (r *Result) namedFunc(e ast.Expr) *types.Func {
	switch x := ast.Unparen(e).(type) {
	case *ast.Ident:
		fn, _ := r.Info.Uses[x].(*types.Func)
		return origin(fn)
	case *ast.SelectorExpr:
		fn, _ := r.Info.Uses[x.Sel].(*types.Func)
		return origin(fn)
	case *ast.IndexExpr:
		return r.namedFunc(x.X)
	case *ast.IndexListExpr:
		return r.namedFunc(x.X)
	}
	return nil
}

func origin(fn *types.Func) *types.Func {
	if fn == nil {
		return nil
	}
	return fn.Origin()
}

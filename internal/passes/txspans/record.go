package txspans

import (
	"go/ast"
	"go/types"
	"slices"

	"golang.org/x/tools/go/cfg"

	"github.com/sqlvet/sqlvet/internal/golang"
)

// record notes for each transaction what runs while it is open.
func (u *unit) record(flows []*flow) {
	states := make([]state, len(flows))
	succeeds := make([][]bool, len(flows))
	for i, f := range flows {
		succeeds[i] = u.succeeding(f)
	}
	for _, b := range u.graph.Blocks {
		if !b.Live {
			continue
		}
		for i, f := range flows {
			states[i] = f.at[b.Index]
		}
		for _, n := range b.Nodes {
			u.visit(n, func(event ast.Node, async bool) {
				u.event(event, async, flows, states, succeeds, b)
				call, ok := event.(*ast.CallExpr)
				if !ok || async {
					return
				}
				for i, f := range flows {
					before := states[i]
					states[i] = f.after(call, false, before)
					f.life(call, before)
					if last := len(f.span.Events) - 1; before.open() && !states[i].open() && last >= 0 && f.span.Events[last].Node == event {
						f.span.Events[last].Ends = true
					}
				}
			})
			for i, f := range flows {
				// Have: the calls of n are accounted for; what is left is the
				// begin and the defer.
				states[i] = f.rest(n, states[i])
				f.leaves(n, states[i])
			}
		}
	}
	for _, f := range flows {
		if f.in == nil {
			f.repeats()
			f.usedNext()
		}
	}
}

// Earlier returns a function that reports whether an event can run before b while
// the transaction is open, and stands before it in the source: what a loop does
// in the iteration before is not asked for.
func (s *Span) Earlier(b Event) func(a Event) bool {
	var begin *cfg.Block
	for _, x := range b.u.graph.Blocks {
		if s.Origin == Begun && slices.ContainsFunc(x.Nodes, func(n ast.Node) bool { return golang.Within(s.At, n) }) {
			begin = x
		}
	}
	leads := b.u.before([]*cfg.Block{b.block}, begin)
	return func(a Event) bool { return a.Node.End() <= b.Node.Pos() && (a.u != b.u || leads[a.block.Index]) }
}

// rest is step without the calls.
func (f *flow) rest(n ast.Node, s state) state {
	if d, ok := n.(*ast.DeferStmt); ok {
		return f.after(d.Call, true, s)
	}
	return f.assigned(n, s)
}

// event adds an event to the innermost transaction that is open, and follows
// the literals that run with it.
func (u *unit) event(n ast.Node, async bool, flows []*flow, states []state, succeeds [][]bool, b *cfg.Block) {
	var open []*inherited
	for i, f := range flows {
		if !states[i].open() {
			continue
		}
		in := &inherited{span: f.span, async: async, failing: !succeeds[i][b.Index]}
		if call, ok := n.(*ast.CallExpr); ok && async {
			in.start = call
		}
		if f.in != nil {
			if f.in.async {
				in.start = f.in.start
			}
			in.async = in.async || f.in.async
			in.failing = in.failing || f.in.failing
		}
		open = append(open, in)
	}
	for _, in := range open {
		in.span.Events = append(in.span.Events, Event{Node: n, Async: in.async, Start: in.start, Failing: in.failing, u: u, block: b})
	}
	call, ok := n.(*ast.CallExpr)
	if !ok {
		return
	}
	if lit, ok := ast.Unparen(call.Fun).(*ast.FuncLit); ok && !u.seen[lit] {
		u.seen[lit] = true
		u.r.literal(lit, nil, open)
	}
	u.arguments(call, open)
	u.r.handsOn(call, open)
}

// visit calls f for the calls and waiting operations of a node of the graph in
// the order in which they run. What is deferred runs later, in literals
// elsewhere; what a go statement starts runs in a goroutine.
func (u *unit) visit(n ast.Node, f func(event ast.Node, async bool)) {
	switch s := n.(type) {
	case *ast.DeferStmt:
		for _, a := range s.Call.Args {
			u.visit(a, f)
		}
		return
	case *ast.GoStmt:
		f(s.Call, true)
		return
	case ast.Stmt:
		if sel := u.comms[s]; sel != nil {
			if blocks(sel) && len(sel.Body.List) > 0 && sel.Body.List[0].(*ast.CommClause).Comm == s {
				f(sel, false)
			}
			return
		}
	}
	if x, ok := n.(ast.Expr); ok && u.chans[x] != nil {
		f(u.chans[x], false)
	}
	var walk func(n ast.Node) bool
	walk = func(n ast.Node) bool {
		if un, ok := receives(n); ok {
			ast.Inspect(un.X, walk)
			f(un, false)
			return false
		}
		switch n := n.(type) {
		case *ast.FuncLit:
			return false
		case *ast.CallExpr:
			if _, ok := ast.Unparen(n.Fun).(*ast.FuncLit); !ok {
				ast.Inspect(n.Fun, walk)
			}
			for _, a := range n.Args {
				ast.Inspect(a, walk)
			}
			f(n, false)
			return false
		}
		return true
	}
	ast.Inspect(n, walk)
}

// succeeding tells for each block whether the function can come from it to an
// end that keeps the transaction's work: a commit in this body, else a return
// without an error.
func (u *unit) succeeding(f *flow) []bool {
	commit := false
	if f.in == nil && f.span.Origin == Begun {
		u.inspect(func(n ast.Node) {
			if call, ok := n.(*ast.CallExpr); ok && !u.later[call] && f.span.endsIt(call)&Commits != 0 {
				commit = true
			}
		})
	}
	var ends []*cfg.Block
	for _, b := range u.graph.Blocks {
		if u.keeps(b, f, commit) {
			ends = append(ends, b)
		}
	}
	return u.before(ends, nil)
}

// keeps reports whether a block ends the function with the work kept.
func (u *unit) keeps(b *cfg.Block, f *flow, commit bool) bool {
	if commit {
		for _, n := range b.Nodes {
			found := false
			f.calls(n, func(call *ast.CallExpr, deferred bool) {
				switch kind := f.span.endsIt(call); {
				case deferred:
				case kind == Commits:
					found = true
				case kind == EitherEnd:
					// finish(tx, err): by the error.
					found = found || !u.underError(n)
				}
			})
			if found {
				return true
			}
		}
		return false
	}
	if len(b.Succs) > 0 {
		return false
	}
	if len(b.Nodes) == 0 {
		return true
	}
	switch last := b.Nodes[len(b.Nodes)-1].(type) {
	case *ast.ReturnStmt:
		return !u.failingReturn(last)
	case *ast.ExprStmt:
		if call, ok := last.X.(*ast.CallExpr); ok && !u.returns(call) {
			return false
		}
	}
	return true
}

// failingReturn reports whether a return statement hands an error out.
func (u *unit) failingReturn(s *ast.ReturnStmt) bool {
	sig := u.signature()
	if sig == nil {
		return false
	}
	inError := u.underError(s)
	if !golang.LastIsError(sig) {
		return inError
	}
	if len(s.Results) == 0 {
		return inError
	}
	return u.isFailure(s.Results[len(s.Results)-1], inError)
}

// isFailure reports whether an error value cannot be nil.
func (u *unit) isFailure(x ast.Expr, inError bool) bool {
	info := u.r.pass.TypesInfo
	switch x := ast.Unparen(x).(type) {
	case *ast.Ident:
		if info.Types[x].IsNil() {
			return false
		}
		return inError || u.isPackageVar(info.Uses[x])
	case *ast.SelectorExpr:
		return inError || info.Selections[x] == nil && u.isPackageVar(info.Uses[x.Sel])
	case *ast.UnaryExpr, *ast.CompositeLit:
		return true
	case *ast.CallExpr:
		if inError {
			return true
		}
		fn := u.r.callee(x)
		if fn == nil || fn.Pkg() == nil {
			return false
		}
		switch fn.FullName() {
		case "errors.New", "fmt.Errorf", "errors.Join":
			return true
		}
		// status.Error(…), apperr.NotFound(…): a function that does nothing
		// else makes an error of what it is told.
		sig := fn.Signature()
		return sig.Recv() == nil && sig.Results().Len() == 1 && golang.IsError(sig.Results().At(0).Type()) &&
			u.told(x.Args) && len(u.r.effects.Callee(x)) == 0
	}
	return false
}

// told reports whether all arguments are constants or errors, at least one of
// them.
func (u *unit) told(args []ast.Expr) bool {
	for _, a := range args {
		if tv := u.r.pass.TypesInfo.Types[a]; tv.Value == nil && !golang.IsError(tv.Type) {
			return false
		}
	}
	return len(args) > 0
}

func (u *unit) isPackageVar(obj types.Object) bool {
	v, ok := obj.(*types.Var)
	return ok && v.Pkg() != nil && v.Parent() == v.Pkg().Scope() && golang.IsError(v.Type())
}

func (u *unit) signature() *types.Signature {
	switch fn := u.fn.(type) {
	case *ast.FuncDecl:
		if f, ok := u.r.pass.TypesInfo.Defs[fn.Name].(*types.Func); ok {
			return f.Signature()
		}
	case *ast.FuncLit:
		sig, _ := u.r.pass.TypesInfo.TypeOf(fn).(*types.Signature)
		return sig
	}
	return nil
}

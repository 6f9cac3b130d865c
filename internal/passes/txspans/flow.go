package txspans

import (
	"go/ast"
	"go/token"
	"go/types"

	"golang.org/x/tools/go/cfg"

	"github.com/sqlvet/sqlvet/internal/apis"
)

// A state is the set of what a transaction may be at one point.
type state uint8

const (
	none    state = 1 << iota // not begun
	fresh                     // begun, the error of the begin not looked at
	bare                      // open, nothing deferred to end it
	guarded                   // open, its end deferred or in other hands
	done                      // committed or rolled back
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
}

func (u *unit) newFlow(s *Span, entry state) *flow {
	return &flow{u: u, span: s, entry: entry, at: make([]state, len(u.graph.Blocks))}
}

// solve computes the state at the entry of each block.
func (f *flow) solve() {
	f.at[0] = f.entry
	work := []*cfg.Block{f.u.graph.Blocks[0]}
	for len(work) > 0 {
		b := work[len(work)-1]
		work = work[:len(work)-1]
		s := f.at[b.Index]
		for _, n := range b.Nodes {
			s = f.step(n, s)
		}
		for i, succ := range b.Succs {
			out := f.edge(b, i, s)
			if out&^f.at[succ.Index] != 0 {
				f.at[succ.Index] |= out
				work = append(work, succ)
			}
		}
	}
}

// edge refines the state on the way from b to its i-th successor: behind
// err != nil of the begin there is no transaction, nor behind tx == nil.
func (f *flow) edge(b *cfg.Block, i int, s state) state {
	if len(b.Succs) != 2 || len(b.Nodes) == 0 {
		return s
	}
	cond, ok := b.Nodes[len(b.Nodes)-1].(*ast.BinaryExpr)
	if !ok || cond.Op != token.EQL && cond.Op != token.NEQ {
		return s
	}
	obj := f.nilTested(cond)
	if obj == nil {
		return s
	}
	isNil := (i == 0) == (cond.Op == token.EQL)
	switch {
	case f.span.end != nil && f.span.end.errs[obj]:
		if isNil {
			return f.checked(s)
		}
		if s&fresh != 0 {
			return s&^fresh | none
		}
	case f.span.Tx == obj && isNil:
		return none
	case f.span.Tx == obj:
		if s&anyOpen != 0 {
			return s &^ none
		}
	}
	return s
}

// checked is the state once the begin's error is known to be nil.
func (f *flow) checked(s state) state {
	if s&fresh != 0 {
		return s&^fresh | bare
	}
	return s
}

// nilTested returns the variable that a comparison compares with nil. Of
// tx.Error, where gorm keeps the error of its Begin, that is tx.
func (f *flow) nilTested(cond *ast.BinaryExpr) types.Object {
	info := f.u.r.pass.TypesInfo
	x, y := cond.X, cond.Y
	if info.Types[x].IsNil() {
		x, y = y, x
	}
	if !info.Types[y].IsNil() {
		return nil
	}
	switch x := ast.Unparen(x).(type) {
	case *ast.Ident:
		return info.Uses[x]
	case *ast.SelectorExpr:
		if id, ok := x.X.(*ast.Ident); ok && f.span.Origin == Begun && isError(info.TypeOf(x)) && f.span.isTx(id) {
			return info.Uses[x.Sel]
		}
	}
	return nil
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
		return none // another transaction
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
		if a, ok := n.(*ast.AssignStmt); ok && s&fresh != 0 && !f.span.end.reads[a] {
			for _, l := range a.Lhs {
				if id, ok := l.(*ast.Ident); ok {
					if obj := f.u.r.root(id); obj != nil && f.span.end.errs[obj] {
						s = f.checked(s)
					}
				}
			}
		}
	}
	return s
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
			s = s&^(fresh|bare) | guarded
		}
		return s
	}
	if f.span.endsIt(call) != notEnded && s&anyOpen != 0 {
		return done
	}
	if lit, ok := ast.Unparen(call.Fun).(*ast.FuncLit); ok && f.endsWithin(lit) && s&anyOpen != 0 {
		return s&^anyOpen | guarded | done
	}
	return s
}

// calls visits the calls of a node in the order in which they run; those of a
// defer statement as deferred, those of literals and go statements not.
func (f *flow) calls(n ast.Node, visit func(call *ast.CallExpr, deferred bool)) {
	switch n := n.(type) {
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

// How a call ends a transaction.
type endKind uint8

const (
	notEnded endKind = iota
	commits
	rollsBack
	eitherEnd
)

// endsIt returns how a call ends the span's transaction.
func (s *Span) endsIt(call *ast.CallExpr) endKind {
	fn := s.r.callee(call)
	if fn == nil {
		return s.endsByVariable(call)
	}
	if sel, ok := ast.Unparen(call.Fun).(*ast.SelectorExpr); ok && s.Uses(sel.X) {
		api, ok := s.r.apis.Lookup(fn)
		switch {
		case ok && api.Role == apis.Commit:
			return commits
		case ok && api.Role == apis.Rollback:
			return rollsBack
		case s.isTx(sel.X) && (fn.Name() == "Close" || fn.Name() == "Done" || endName(fn.Name())) && givenNothing(fn):
			return eitherEnd
		}
	}
	for _, i := range s.r.endsOf(fn) {
		if i < len(call.Args) && s.Uses(call.Args[i]) {
			return eitherEnd
		}
	}
	if endName(fn.Name()) {
		for _, a := range call.Args {
			if s.isTx(a) {
				return eitherEnd
			}
		}
	}
	return notEnded
}

// givenNothing reports whether a method takes at most a context: a store's
// CommitTransaction(ctx, transfer) is about something else.
func givenNothing(fn *types.Func) bool {
	params := fn.Signature().Params()
	return params.Len() == 0 || params.Len() == 1 && apis.TypeName(params.At(0).Type()) == "context.Context"
}

// isTx reports whether an expression is the transaction's own variable.
func (s *Span) isTx(x ast.Expr) bool {
	id, ok := ast.Unparen(x).(*ast.Ident)
	return ok && s.Tx != nil && s.r.pass.TypesInfo.Uses[id] == s.Tx
}

// endsByVariable: finish := func() { tx.Commit() }; finish().
func (s *Span) endsByVariable(call *ast.CallExpr) endKind {
	id, ok := ast.Unparen(call.Fun).(*ast.Ident)
	if !ok || !s.held[s.r.pass.TypesInfo.Uses[id]] {
		return notEnded
	}
	return eitherEnd
}

// mayEnd reports whether a deferred call may end the transaction: it does, or
// is given it, or is a literal in which something does.
func (f *flow) mayEnd(call *ast.CallExpr) bool {
	if lit, ok := ast.Unparen(call.Fun).(*ast.FuncLit); ok {
		return f.endsWithin(lit)
	}
	if f.span.endsIt(call) != notEnded {
		return true
	}
	return f.span.mentions(call)
}

// endsWithin reports whether some call in a literal may end the transaction.
func (f *flow) endsWithin(lit *ast.FuncLit) bool {
	found := false
	ast.Inspect(lit.Body, func(n ast.Node) bool {
		if call, ok := n.(*ast.CallExpr); ok && f.span.endsIt(call) != notEnded {
			found = true
		}
		return !found
	})
	return found
}

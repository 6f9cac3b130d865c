package txspans

import (
	"go/ast"
	"go/types"
	"slices"

	"golang.org/x/tools/go/cfg"

	"github.com/sqlvet/sqlvet/internal/golang"
)

// An ending is what is known of how a begun transaction ends.
type ending struct {
	stmt ast.Node // that begins it
	// errs are the variables, or gorm's field, that hold the begin's error;
	// reads the statements that copy it from gorm's field.
	errs  map[place]bool
	reads map[*ast.AssignStmt]bool
	// deferred: the end was deferred before the begin, as with
	// defer session.Close().
	deferred bool
	// whose are variables that tell whether the function began the transaction
	// or joined one, which is not its own to end.
	whose []*types.Var
	// known: every way in which the transaction may leave the body's hands is
	// seen, so that a return with it open is a fault.
	known bool
	last  ast.Node // the end seen last, in order of the graph
}

func newEnding(u *unit, s *Span, b beginCall) *ending {
	e := &ending{stmt: b.stmt, errs: make(map[place]bool), reads: make(map[*ast.AssignStmt]bool)}
	for _, x := range b.errs {
		if p, ok := u.r.placeOf(x); ok && golang.IsError(u.r.typeOf(x)) {
			e.errs[p] = true
		}
	}
	if u.r.begin(b.call).joins {
		e.whose = append(e.whose, s.tx.Root)
		for _, x := range b.errs {
			if p, ok := u.r.placeOf(x); ok && p.Fields == "" && !golang.IsError(u.r.typeOf(x)) {
				e.whose = append(e.whose, p.Root)
			}
		}
	}
	f := &flow{u: u, span: s}
	u.inspect(func(n ast.Node) {
		if d, ok := n.(*ast.DeferStmt); ok && b.inPlace && d.Pos() < b.stmt.Pos() && f.mayEnd(d.Call) {
			e.deferred = true
		}
		a, _ := n.(*ast.AssignStmt)
		var x ast.Expr
		switch n := n.(type) {
		case *ast.AssignStmt:
			x = n.Rhs[0]
		case *ast.BinaryExpr:
			x = n.X
		}
		sel, ok := x.(*ast.SelectorExpr)
		if !ok || !s.isTx(sel.X) || !golang.IsError(u.r.pass.TypesInfo.TypeOf(sel)) {
			return
		}
		if p, ok := u.r.placeOf(sel); ok {
			e.errs[p] = true
		}
		if a != nil {
			e.reads[a] = true
			if p, ok := u.r.placeOf(a.Lhs[0]); ok {
				e.errs[p] = true
			}
		}
	})
	if v := s.Tx; v != nil && !v.IsField() && u.declares(v) {
		own := false
		u.inspect(func(n ast.Node) {
			call, ok := n.(*ast.CallExpr)
			own = own || ok && u.r.callee(call) != nil && s.endsIt(call) != NotEnded
		})
		e.known = !u.escapes(u.body, v, own)
	}
	return e
}

// asksWhose reports whether a condition asks if the transaction was joined.
func (e *ending) asksWhose(f *flow, cond ast.Expr) bool {
	return cond != nil && slices.ContainsFunc(e.whose, func(v *types.Var) bool { return f.u.asksOnly(cond, v) })
}

// declares reports whether a variable is local to the body.
func (u *unit) declares(v *types.Var) bool {
	return u.body.Pos() <= v.Pos() && v.Pos() < u.body.End()
}

// escapes reports whether a part of the body gets a transaction's variable where
// others can end it: stored, captured by a literal that does not run on the spot
// or at the end, handed to a function that ends it, or to a function value, unless
// the body ends it itself (own) besides. What a return hands out is no concern of
// the other returns.
func (u *unit) escapes(part ast.Node, v *types.Var, own bool) bool {
	info := u.r.pass.TypesInfo
	is := func(x ast.Expr) bool {
		id, ok := ast.Unparen(x).(*ast.Ident)
		return ok && info.Uses[id] == v
	}
	found := false
	ast.Inspect(part, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.ReturnStmt:
			if n != part {
				return false
			}
			for _, x := range n.Results {
				sel, ok := ast.Unparen(x).(*ast.SelectorExpr) // tx.Commit
				found = found || is(x) || ok && is(sel.X) && golang.IsFunc(info.TypeOf(x))
			}
		case *ast.AssignStmt:
			for _, x := range n.Rhs {
				found = found || is(x)
			}
		case *ast.ValueSpec:
			for _, x := range n.Values {
				found = found || is(x)
			}
		case *ast.CompositeLit:
			for _, x := range n.Elts {
				if kv, ok := x.(*ast.KeyValueExpr); ok {
					x = kv.Value
				}
				found = found || is(x)
			}
		case *ast.UnaryExpr:
			found = found || is(n.X)
		case *ast.SendStmt:
			found = found || is(n.Value)
		case *ast.DeferStmt:
			if lit, ok := ast.Unparen(n.Call.Fun).(*ast.FuncLit); ok {
				for _, s := range lit.Body.List {
					found = found || u.escapes(s, v, own)
				}
				return false
			}
		case *ast.FuncLit:
			ast.Inspect(n.Body, func(n ast.Node) bool {
				if id, ok := n.(*ast.Ident); ok && info.Uses[id] == v {
					found = true
				}
				return !found
			})
			return false
		case *ast.CallExpr:
			for _, a := range n.Args {
				if is(a) {
					found = found || !u.onlyUses(n) && !(own && u.r.callee(n) == nil)
				}
			}
		}
		return !found
	})
	return found
}

// onlyUses reports whether a call that is handed a transaction leaves its end
// to the caller, or tells what it does with it.
func (u *unit) onlyUses(call *ast.CallExpr) bool {
	fn := u.r.callee(call)
	return fn != nil && (u.r.seen(fn) || !endName(fn.Name()))
}

// life notes faults at a call.
func (f *flow) life(call *ast.CallExpr, before state) {
	if f.in != nil || f.span.Origin != Begun {
		return
	}
	s := f.span
	switch kind := s.endsIt(call); {
	case kind != NotEnded:
		s.end.last = call
	case before == done && s.uses(call):
		s.Problems = append(s.Problems, Problem{Fault: UsedAfterEnd, Node: call, Earlier: s.end.last})
	}
}

// uses: a call of the transaction's own method, or of a function that is
// handed it, that goes to the database.
func (s *Span) uses(call *ast.CallExpr) bool {
	if s.Tx == nil || isSession(s.Tx.Type()) {
		return false // a session goes on after its transaction
	}
	own := false
	if sel, ok := ast.Unparen(call.Fun).(*ast.SelectorExpr); ok {
		own = s.isTx(sel.X)
	}
	for _, a := range call.Args {
		own = own || s.isTx(a)
	}
	return own && s.r.queries(call)
}

// repeats notes that a loop goes on to begin the next transaction with this
// one still open: on an edge of the graph behind which the variable is not used
// any more and the begin comes again.
func (f *flow) repeats() {
	if f.span.Origin != Begun || !f.span.end.known {
		return
	}
	g, begin := f.u.graph, f.span.end.stmt
	uses, first := make([]bool, len(g.Blocks)), make([]ast.Node, len(g.Blocks))
	for _, b := range f.u.named(f.span.Tx) {
		uses[b.Index] = true
	}
	var start *cfg.Block
	for _, b := range g.Blocks {
		for _, n := range b.Nodes {
			if n == begin {
				start = b
			}
		}
		if i := slices.IndexFunc(b.Nodes, func(n ast.Node) bool { return n == begin || uses[b.Index] && f.names(n) }); i >= 0 {
			first[b.Index] = b.Nodes[i]
		}
	}
	if start == nil {
		return
	}
	again := f.u.before([]*cfg.Block{start}, nil)
	if !slices.ContainsFunc(start.Succs, func(b *cfg.Block) bool { return again[b.Index] }) {
		return // no loop comes back to it
	}
	var users []*cfg.Block
	for _, b := range g.Blocks {
		if n := first[b.Index]; n != nil && n != begin {
			users = append(users, b)
		}
	}
	live := f.u.before(users, start)
	// What a loop defers waits for the end of the function.
	late := slices.ContainsFunc(g.Blocks, func(b *cfg.Block) bool {
		return again[b.Index] && slices.ContainsFunc(b.Nodes, func(n ast.Node) bool {
			d, ok := n.(*ast.DeferStmt)
			return ok && f.mayEnd(d.Call)
		})
	})
	for _, b := range g.Blocks {
		if !b.Live || !live[b.Index] && !uses[b.Index] {
			continue
		}
		s := f.at[b.Index]
		for _, n := range b.Nodes {
			s = f.step(n, s)
		}
		for i, succ := range b.Succs {
			if st := f.edge(b, i, s); (st == bare || late && st == guarded) && !live[succ.Index] && again[succ.Index] {
				f.span.Problems = append(f.span.Problems, Problem{Fault: LeftOpen, Node: f.span.At})
				return
			}
		}
	}
}

// before marks the blocks from which one of the given is reached, themselves
// included, on ways that do not lead through the start of another block.
func (u *unit) before(list []*cfg.Block, but *cfg.Block) []bool {
	if u.preds == nil {
		u.preds = make([][]*cfg.Block, len(u.graph.Blocks))
		for _, b := range u.graph.Blocks {
			for _, s := range b.Succs {
				u.preds[s.Index] = append(u.preds[s.Index], b)
			}
		}
	}
	marked := make([]bool, len(u.graph.Blocks))
	for _, b := range list {
		marked[b.Index] = true
	}
	work := slices.Clone(list)
	for len(work) > 0 {
		b := work[len(work)-1]
		work = work[:len(work)-1]
		for _, p := range u.preds[b.Index] {
			if !marked[p.Index] && p != but {
				marked[p.Index] = true
				work = append(work, p)
			}
		}
	}
	return marked
}

// named returns the blocks that name a variable of the body.
func (u *unit) named(v types.Object) []*cfg.Block {
	if u.names == nil {
		u.names = make(map[types.Object][]*cfg.Block)
		for _, b := range u.graph.Blocks {
			for _, n := range b.Nodes {
				ast.Inspect(n, func(n ast.Node) bool {
					if id, ok := n.(*ast.Ident); ok {
						if obj := u.r.pass.TypesInfo.Uses[id]; obj != nil {
							if l := u.names[obj]; len(l) == 0 || l[len(l)-1] != b {
								u.names[obj] = append(l, b)
							}
						}
					}
					return true
				})
			}
		}
	}
	return u.names[v]
}

// names reports whether a node names the transaction's variable.
func (f *flow) names(n ast.Node) bool {
	found := false
	ast.Inspect(n, func(n ast.Node) bool {
		if id, ok := n.(*ast.Ident); ok && f.u.r.pass.TypesInfo.Uses[id] == f.span.Tx {
			found = true
		}
		return !found
	})
	return found
}

// leaves notes faults at a node: a return with the transaction open, Commit
// deferred, Commit's error dropped.
func (f *flow) leaves(n ast.Node, s state) {
	if f.in != nil || f.span.Origin != Begun {
		return
	}
	span := f.span
	report := func(fault Fault, at ast.Node) {
		span.Problems = append(span.Problems, Problem{Fault: fault, Node: at})
	}
	switch n := n.(type) {
	case *ast.ReturnStmt:
		if s == bare && span.end.known && !f.u.escapes(n, span.Tx, false) {
			report(LeftOpen, n)
		}
	case *ast.DeferStmt:
		if call := span.commitOf(n.Call); call != nil {
			report(CommitDefers, call)
		} else {
			f.deferredFaults(n, report)
		}
	case *ast.ExprStmt:
		if call, ok := n.X.(*ast.CallExpr); ok && span.drops(call) {
			report(CommitDropped, call)
		}
	case *ast.AssignStmt:
		if len(n.Rhs) == 1 && blank(n.Lhs) {
			if call, ok := ast.Unparen(n.Rhs[0]).(*ast.CallExpr); ok && span.drops(call) {
				report(CommitDropped, call)
			}
		}
	}
}

// drops: a commit that has a result.
func (s *Span) drops(call *ast.CallExpr) bool {
	fn := s.r.callee(call)
	return s.endsIt(call) == Commits && fn != nil && fn.Signature().Results().Len() > 0
}

// commitOf returns the commit that a deferred call does whatever happened: the
// call itself, or the statement of a literal without a condition.
func (s *Span) commitOf(call *ast.CallExpr) *ast.CallExpr {
	if s.endsIt(call) == Commits {
		return call
	}
	lit, ok := ast.Unparen(call.Fun).(*ast.FuncLit)
	if !ok {
		return nil
	}
	for _, st := range lit.Body.List {
		var x ast.Expr
		switch st := st.(type) {
		case *ast.ExprStmt:
			x = st.X
		case *ast.AssignStmt:
			if len(st.Rhs) == 1 {
				x = st.Rhs[0]
			}
		default:
			return nil // decides something first
		}
		if c, ok := x.(*ast.CallExpr); ok && s.endsIt(c) == Commits {
			return c
		}
	}
	return nil
}

func blank(lhs []ast.Expr) bool {
	for _, x := range lhs {
		if id, ok := x.(*ast.Ident); !ok || id.Name != "_" {
			return false
		}
	}
	return true
}

// queries reports whether a call goes to the database.
func (r *Result) queries(call *ast.CallExpr) bool {
	for _, e := range r.effects.Callee(call) {
		if e.Kind.Database() {
			return true
		}
	}
	return false
}

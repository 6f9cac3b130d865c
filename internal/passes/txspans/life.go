package txspans

import (
	"go/ast"
	"go/token"
	"go/types"
	"slices"

	"golang.org/x/tools/go/cfg"

	"github.com/sqlvet/sqlvet/internal/apis"
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
	// under are variables that are set once, and the values with which the function
	// comes to the begin: where they differ the transaction is not there.
	under map[*types.Var]bool
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
	e.under = u.under(b.stmt)
	if v := s.Tx; v != nil && !v.IsField() && (u.declares(v) || u.parameter(v)) {
		own := false
		u.inspect(func(n ast.Node) {
			call, ok := n.(*ast.CallExpr)
			own = own || ok && u.r.callee(call) != nil && s.endsIt(call) != NotEnded
		})
		e.known = !u.escapes(u.body, v, own)
	}
	return e
}

// under returns the variables by whose values alone the body comes to a statement.
func (u *unit) under(at ast.Node) map[*types.Var]bool {
	var set map[*types.Var]bool
	u.inspect(func(n ast.Node) {
		s, ok := n.(*ast.IfStmt)
		if !ok || !golang.Within(at, s) || golang.Within(at, s.Cond) || s.Init != nil && golang.Within(at, s.Init) {
			return
		}
		for v, holds := range u.tells(s.Cond, golang.Within(at, s.Body)) {
			if u.setOnce(v) {
				if set == nil {
					set = make(map[*types.Var]bool)
				}
				set[v] = holds
			}
		}
	})
	return set
}

// tells returns the variables that are true or false where a condition holds, or does
// not.
func (u *unit) tells(cond ast.Expr, holds bool) map[*types.Var]bool {
	set := make(map[*types.Var]bool)
	for _, any := range golang.Clauses(cond, holds, func(*ast.Ident) ast.Expr { return nil }) {
		id, ok := ast.Unparen(any[0].X).(*ast.Ident)
		if !ok || len(any) > 1 || any[0].Y != nil {
			continue
		}
		if v, ok := u.r.pass.TypesInfo.Uses[id].(*types.Var); ok {
			set[v] = any[0].Op != token.NOT
		}
	}
	return set
}

// setOnce reports whether a variable of the function has one value as long as the
// function runs.
func (u *unit) setOnce(v *types.Var) bool {
	if !u.declares(v) && !u.parameter(v) {
		return false
	}
	is := func(x ast.Expr) bool {
		p, ok := u.r.placeOf(x)
		return ok && p.Root == v
	}
	once := true
	ast.Inspect(u.body, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.AssignStmt:
			for _, l := range n.Lhs {
				once = once && (!is(l) || l.Pos() == v.Pos())
			}
		case *ast.UnaryExpr:
			once = once && !(n.Op == token.AND && is(n.X))
		case *ast.ForStmt, *ast.RangeStmt:
			once = once && !(n.Pos() <= v.Pos() && v.Pos() < n.End())
		}
		return once
	})
	return once
}

// parameter reports whether a variable is a parameter of the function.
func (u *unit) parameter(v *types.Var) bool {
	sig := u.signature()
	if sig == nil {
		return false
	}
	for p := range sig.Params().Variables() {
		if p == v {
			return true
		}
	}
	return false
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
		if kind == Commits && before == done && len(s.end.whose) == 0 {
			s.Problems = append(s.Problems, Problem{Fault: CommitAgain, Node: call, Earlier: s.end.last})
		}
		s.end.last = call
	case before == done && s.uses(call):
		s.Problems = append(s.Problems, Problem{Fault: UsedAfterEnd, Node: call, Earlier: s.end.last})
	}
}

// uses: a call of the transaction's own method, or of a function that is
// handed it, that goes to the database.
func (s *Span) uses(call *ast.CallExpr) bool {
	if s.Tx == nil || isSession(s.Tx.Type()) || apis.IsContext(s.Tx.Type()) {
		return false // a session goes on after its transaction, and what uses a context may not look into it
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
		switch {
		case !span.end.known || f.u.escapes(n, span.Tx, false) || span.handedOut(n):
		case s == bare:
			report(LeftOpen, n)
		case s == guarded && !f.u.failingReturn(n):
			if w := f.unkept(n); w != nil {
				span.Problems = append(span.Problems, Problem{Fault: NeverCommitted, Node: n, Earlier: w})
			}
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

// handedOut reports whether a return gives its caller a context that carries the
// transaction.
func (s *Span) handedOut(ret *ast.ReturnStmt) bool {
	return slices.ContainsFunc(ret.Results, func(x ast.Expr) bool { return apis.IsContext(s.r.typeOf(x)) && s.mentions(x) })
}

// unkept returns a statement that writes before a return on which the transaction is
// rolled back, if nothing in the function commits it; nil if there is none.
func (f *flow) unkept(ret *ast.ReturnStmt) ast.Node {
	s := f.span
	commits := false
	ast.Inspect(f.u.body, func(n ast.Node) bool {
		call, ok := n.(*ast.CallExpr)
		commits = commits || ok && s.endsIt(call)&Commits != 0
		return !commits
	})
	if commits || len(s.end.whose) > 0 || f.u.escapes(f.u.body, s.Tx, false) {
		return nil
	}
	for _, e := range s.Events {
		call, ok := e.Node.(*ast.CallExpr)
		if ok && !e.Async && e.u == f.u && call.End() <= ret.End() && s.writes(call) {
			return call
		}
	}
	return nil
}

// usedNext notes that a loop ends a transaction that was begun before it, and uses it
// in its next iteration.
func (f *flow) usedNext() {
	s := f.span
	if s.Origin != Begun || s.Tx == nil {
		return
	}
	f.u.inspect(func(n ast.Node) {
		var body *ast.BlockStmt
		switch n := n.(type) {
		case *ast.ForStmt:
			body = n.Body
		case *ast.RangeStmt:
			body = n.Body
		}
		if body == nil || s.At.Pos() > n.Pos() {
			return
		}
		var end, use *ast.CallExpr
		for _, st := range body.List {
			switch st := st.(type) {
			case *ast.ReturnStmt, *ast.BranchStmt:
				return // no next one
			case *ast.IfStmt:
				n = st.Init
			default:
				n = st
			}
			f.always(n, func(call *ast.CallExpr) {
				e, ends := s.endOf(call)
				switch {
				case ends && e.OK == Ended && e.Failed == Ended:
					end = call
				case use == nil && end == nil && s.uses(call):
					use = call
				}
			})
		}
		replaced := false
		ast.Inspect(body, func(n ast.Node) bool {
			replaced = replaced || f.replaces(n)
			return !replaced
		})
		if end != nil && use != nil && !replaced {
			s.Problems = append(s.Problems, Problem{Fault: UsedAfterEnd, Node: use, Earlier: end})
		}
	})
}

// always visits the calls that a statement makes whatever happens.
func (f *flow) always(n ast.Node, visit func(*ast.CallExpr)) {
	switch n.(type) {
	case *ast.ExprStmt, *ast.AssignStmt, *ast.DeclStmt:
		f.calls(n, func(call *ast.CallExpr, _ bool) { visit(call) })
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

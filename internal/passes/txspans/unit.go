package txspans

import (
	"go/ast"
	"go/token"
	"go/types"
	"slices"

	"golang.org/x/tools/go/cfg"

	"github.com/sqlvet/sqlvet/internal/apis"
	"github.com/sqlvet/sqlvet/internal/golang"
	"github.com/sqlvet/sqlvet/internal/passes/funceffects"
)

// A unit is the body of one function, declared or literal.
type unit struct {
	r      *Result
	fn     ast.Node
	body   *ast.BlockStmt
	around []*inherited // transactions that are open around a literal that runs where it stands
	spans  []*Span

	graph *cfg.CFG
	errs  map[*ast.CallExpr]types.Object // where the errors go that calls return
	fails []branch                       // the branches that errors lead to: failing.go
	preds [][]*cfg.Block                 // by block
	names map[types.Object][]*cfg.Block  // the blocks that name a variable
	comms map[ast.Stmt]*ast.SelectStmt   // operations of select statements
	chans map[ast.Expr]*ast.RangeStmt    // channels that are ranged over
	later map[ast.Node]bool              // calls of defer statements, and literals that are called so
	seen  map[*ast.FuncLit]bool
	anew  map[ast.Node]place // the statements that begin a transaction, and where it goes
}

// An inherited transaction is open in the function around a literal.
type inherited struct {
	span    *Span
	async   bool
	start   *ast.CallExpr // of the goroutine
	failing bool
}

func (r *Result) newUnit(fn ast.Node, body *ast.BlockStmt) *unit {
	return &unit{r: r, fn: fn, body: body, seen: make(map[*ast.FuncLit]bool)}
}

// enter notes a transaction that is open from the first statement on.
func (u *unit) enter(s *Span) { u.spans = append(u.spans, s) }

// walk finds the transactions of the body and what runs while they are open.
func (u *unit) walk() {
	begins := u.begins()
	if len(begins)+len(u.spans)+len(u.around) == 0 {
		// Have: no transaction here. Literals may be passed into one.
		u.passedLiterals()
		u.r.literals(u.body, u.seen)
		return
	}
	u.prepare()
	u.comms, u.chans, u.later = selectComms(u.body), u.channels(), deferred(u.body)
	flows := make([]*flow, 0, len(begins)+len(u.spans)+len(u.around))
	u.spans = slices.DeleteFunc(u.spans, u.optional)
	for _, s := range u.spans {
		s.spread(u.body)
		flows = append(flows, u.newFlow(s, guarded))
	}
	u.anew = make(map[ast.Node]place)
	for _, b := range begins {
		if p, ok := u.r.placeOf(b.to); ok && !b.inPlace && len(begins) > 1 {
			u.anew[b.stmt] = p
		}
		if s := u.begun(b); s != nil {
			u.spans = append(u.spans, s)
			flows = append(flows, u.newFlow(s, none))
		}
	}
	for _, in := range u.around {
		f := u.newFlow(in.span, guarded)
		f.in = in
		flows = append(flows, f)
	}
	for _, f := range flows {
		f.solve()
	}
	u.record(flows)
	u.r.literals(u.body, u.seen)
	u.r.spans = append(u.r.spans, u.spans...)
}

// prepare makes what a flow needs.
func (u *unit) prepare() {
	u.graph = cfg.New(u.body, u.returns)
	u.fails = u.branches()
	u.errs = make(map[*ast.CallExpr]types.Object)
	u.inspect(func(n ast.Node) {
		var last ast.Expr
		var rhs []ast.Expr
		switch n := n.(type) {
		case *ast.AssignStmt:
			last, rhs = n.Lhs[len(n.Lhs)-1], n.Rhs
		case *ast.ValueSpec:
			last, rhs = n.Names[len(n.Names)-1], n.Values
		}
		if len(rhs) != 1 {
			return
		}
		if call, ok := ast.Unparen(rhs[0]).(*ast.CallExpr); ok {
			if p, ok := u.r.placeOf(last); ok && p.Fields == "" && golang.IsError(p.Root.Type()) {
				u.errs[call] = p.Root
			}
		}
	})
}

// optional reports whether a transaction parameter is given another value in
// the body: if tx == nil { tx, err = db.Begin() }.
func (u *unit) optional(s *Span) bool {
	if s.Origin != Parameter {
		return false
	}
	f, found := &flow{u: u, span: s}, false
	u.inspect(func(n ast.Node) { found = found || f.replaces(n) })
	return found
}

// begins returns the calls that begin a transaction in this body, literals
// left out.
func (u *unit) begins() []beginCall {
	var out []beginCall
	u.inspect(func(n ast.Node) {
		lhs, rhs := golang.Assigned(n)
		if s, ok := n.(*ast.ExprStmt); ok {
			rhs = []ast.Expr{s.X}
		}
		for i, x := range rhs {
			call, b := u.beginIn(x)
			switch {
			case b.kind == beginsInPlace:
				if to := argument(call, b.param); to != nil {
					out = append(out, beginCall{stmt: n, call: call, to: to, inPlace: true, errs: lhs})
				}
			case b.kind == beginsResult && len(rhs) == 1 && b.result < len(lhs):
				errs := slices.Delete(slices.Clone(lhs), b.result, b.result+1)
				out = append(out, beginCall{stmt: n, call: call, to: lhs[b.result], errs: errs})
			case b.kind == beginsResult && b.result == 0 && i < len(lhs):
				out = append(out, beginCall{stmt: n, call: call, to: lhs[i]})
			}
		}
	})
	return out
}

// A beginCall is a statement that begins a transaction.
type beginCall struct {
	stmt    ast.Node
	call    *ast.CallExpr
	inPlace bool
	to      ast.Expr   // where the transaction goes
	errs    []ast.Expr // where the error goes
}

// beginIn returns the call in x that begins a transaction: x itself, or the
// start of a chain of methods.
func (u *unit) beginIn(x ast.Expr) (*ast.CallExpr, beginning) {
	for {
		switch y := ast.Unparen(x).(type) {
		case *ast.CallExpr:
			if b := u.r.begin(y); b.kind != beginsNothing {
				return y, b
			}
			x = y.Fun
		case *ast.SelectorExpr:
			x = y.X
		default:
			return nil, beginning{}
		}
	}
}

// begun makes the span of a statement that begins a transaction; nil if what
// holds the transaction has no place, or if it is a savepoint of another.
func (u *unit) begun(b beginCall) *Span {
	p, ok := u.r.placeOf(b.to)
	if !ok || p.Root.Name() == "_" {
		return nil
	}
	begin := u.r.begin(b.call)
	if b.inPlace {
		p = part(p, begin.path)
	}
	for _, s := range u.spans {
		if !b.inPlace && s.UsesHandle(b.call) && (s.tx != p && u.r.onTx(b.call) || !s.held.whole(p)) {
			s.nested.add(p)
			return nil // on the transaction itself: a savepoint
		}
		if b.inPlace && s.held.whole(p) {
			return nil // of a session that counts as one already
		}
	}
	for _, in := range u.around {
		if in.span.UsesHandle(b.call) {
			in.span.nested.add(p)
			return nil
		}
	}
	s := u.r.newSpan(Begun, b.call, u.fn)
	s.tx, s.to, s.Name = p, b.to, types.ExprString(b.to)
	if p.Fields == "" {
		s.Tx = p.Root
	}
	s.hold(p, u.r.typeOf(b.to))
	s.Carried = apis.IsContext(u.r.typeOf(b.to))
	if begin.joins {
		u.r.joined(s, b.call)
	}
	s.Single = u.r.single(b.call)
	if s.Single {
		if sel, ok := ast.Unparen(b.call.Fun).(*ast.SelectorExpr); ok {
			if conn, ok := u.r.placeOf(sel.X); ok {
				s.hold(conn, u.r.typeOf(sel.X))
			}
		}
	}
	for _, x := range b.errs {
		// What comes with the transaction belongs to it: tx, state, err := …
		if t := u.r.typeOf(x); !b.inPlace && (u.r.canHold(t) || apis.IsContext(t)) {
			if q, ok := u.r.placeOf(x); ok {
				s.hold(q, t)
			}
		}
	}
	s.end = newEnding(u, s, b)
	s.spread(u.body)
	return s
}

// onTx reports whether a call is of a method of what is a transaction and
// nothing else.
func (r *Result) onTx(call *ast.CallExpr) bool {
	tx, handle := apis.IsTx(r.typeOf(golang.Receiver(r.pass.TypesInfo, call)))
	return tx && !handle
}

// joined: a begin that goes on in the transaction of its handle, if that has
// one. A handle that the function is given may, so that what uses it is no fault.
func (r *Result) joined(s *Span, call *ast.CallExpr) {
	sel, ok := ast.Unparen(call.Fun).(*ast.SelectorExpr)
	if !ok {
		return
	}
	if p, ok := r.placeOf(sel.X); ok && p.Fields == "" && r.isParameter(p.Root) {
		s.hold(p, p.Root.Type())
	}
}

// passedLiterals follows the literals that calls of the body run inside a
// transaction, where none is open around them.
func (u *unit) passedLiterals() {
	u.inspect(func(n ast.Node) {
		if call, ok := n.(*ast.CallExpr); ok {
			u.arguments(call, nil)
		}
	})
}

// arguments follows the literals that a call is given, while the given
// transactions are open.
func (u *unit) arguments(call *ast.CallExpr, open []*inherited) {
	if !u.r.passesFunc(call) {
		return
	}
	for _, p := range u.r.effects.Arguments(call) {
		if p.Times == funceffects.Stored || p.Index >= len(call.Args) {
			continue
		}
		lit, ok := ast.Unparen(call.Args[p.Index]).(*ast.FuncLit)
		if !ok || u.seen[lit] {
			continue
		}
		sig, ok := u.r.pass.TypesInfo.TypeOf(lit).(*types.Signature)
		if !ok {
			continue
		}
		u.seen[lit] = true
		switch {
		case u.r.inTx(call, p) && !aboveTx(open, call):
			u.r.literal(lit, u.r.closureSpan(lit, sig, passing{call, p}), nil)
		case p.Async:
			u.r.literal(lit, nil, asyncly(open, call))
		default:
			for _, in := range open {
				in.span.hand(call, sig)
			}
			u.r.literal(lit, nil, open)
		}
	}
}

// aboveTx: what begins a transaction on a transaction is a savepoint, and the
// one that is open already goes on.
func aboveTx(open []*inherited, call *ast.CallExpr) bool {
	for _, in := range open {
		if in.span.UsesHandle(call.Fun) {
			return true
		}
	}
	return false
}

func asyncly(open []*inherited, start *ast.CallExpr) []*inherited {
	out := make([]*inherited, len(open))
	for i, in := range open {
		out[i] = &inherited{span: in.span, async: true, start: start, failing: in.failing}
		if in.async {
			out[i].start = in.start
		}
	}
	return out
}

// inspect visits the nodes of the body, those in literals left out.
func (u *unit) inspect(visit func(ast.Node)) { golang.Inspect(u.body, visit) }

// returns reports whether a call may return.
func (u *unit) returns(call *ast.CallExpr) bool { return golang.Returns(u.r.pass.TypesInfo, call) }

// selectComms maps the operations of the select statements of a body to them.
func selectComms(body ast.Node) map[ast.Stmt]*ast.SelectStmt {
	var m map[ast.Stmt]*ast.SelectStmt
	ast.Inspect(body, func(n ast.Node) bool {
		if s, ok := n.(*ast.SelectStmt); ok {
			for _, c := range s.Body.List {
				if comm := c.(*ast.CommClause).Comm; comm != nil {
					if m == nil {
						m = make(map[ast.Stmt]*ast.SelectStmt)
					}
					m[comm] = s
				}
			}
		}
		return true
	})
	return m
}

// channels maps the operands of range statements over channels to them.
func (u *unit) channels() map[ast.Expr]*ast.RangeStmt {
	m := make(map[ast.Expr]*ast.RangeStmt)
	u.inspect(func(n ast.Node) {
		s, ok := n.(*ast.RangeStmt)
		if !ok {
			return
		}
		if t := u.r.pass.TypesInfo.TypeOf(s.X); t != nil {
			if _, ok := t.Underlying().(*types.Chan); ok {
				m[s.X] = s
			}
		}
	})
	return m
}

func deferred(body ast.Node) map[ast.Node]bool {
	m := make(map[ast.Node]bool)
	ast.Inspect(body, func(n ast.Node) bool {
		if d, ok := n.(*ast.DeferStmt); ok {
			m[d.Call], m[ast.Unparen(d.Call.Fun)] = true, true
		}
		return true
	})
	return m
}

// blocks reports whether a select statement waits.
func blocks(s *ast.SelectStmt) bool {
	for _, c := range s.Body.List {
		if c.(*ast.CommClause).Comm == nil {
			return false
		}
	}
	return true
}

// receives reports whether an expression is a receive.
func receives(x ast.Node) (*ast.UnaryExpr, bool) {
	u, ok := x.(*ast.UnaryExpr)
	return u, ok && u.Op == token.ARROW
}

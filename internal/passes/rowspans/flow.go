package rowspans

import (
	"go/ast"
	"go/token"
	"go/types"
	"slices"
	"strings"

	"golang.org/x/tools/go/cfg"

	"github.com/sqlvet/sqlvet/internal/golang"
)

// A state is the set of what rows may be at one point; the upper half is the
// same once what closes them is deferred.
type state uint16

const (
	none   state = 1 << iota // not opened, or the query failed
	fresh                    // opened, the error not looked at
	open                     // open, not read yet
	row                      // open: Next has said that there is a row
	maybe                    // open, unless a condition that was passed says otherwise
	closed                   // closed, or read to the end
	lost                     // in other hands

	half       = 8
	undeferred = 1<<half - 1
	sure       = (open | row) | (open|row)<<half
	perhaps    = sure | maybe | maybe<<half
)

// to moves the states that are in from, in either half, to another.
func (s state) to(from, to state) state {
	if s&from != 0 {
		s = s&^from | to
	}
	if s&(from<<half) != 0 {
		s = s&^(from<<half) | to<<half
	}
	return s
}

// mixed reports whether the state depends on the way.
func (s state) mixed() bool {
	s = s&undeferred | s>>half
	return s&(s-1) != 0
}

// A flow computes the states of one variable of rows over the graph of a body.
type flow struct {
	u     *unit
	rows  *types.Var
	open  *opening // nil if the function is handed the rows
	uses  map[ast.Node]use
	asked bool                      // for the rows' error
	moves bool                      // something reads on, or closes them
	bools map[types.Object]bool     // variables that hold what Next said
	ways  map[*types.Var][]ast.Node // what tells which way was taken; nil until asked for
	at    []state                   // on entry, by block
	piled bool                      // opened again while open
	late  bool                      // and closed when the function returns
	early bool                      // a literal that closes them was deferred before they are opened
}

// newFlow returns nil if the rows cannot be followed.
func (u *unit) newFlow(v *types.Var, o *opening) *flow {
	uses, asked, ok := u.uses(v)
	if !ok {
		return nil
	}
	if u.graph == nil {
		u.graph = cfg.New(u.body, func(call *ast.CallExpr) bool { return golang.Returns(u.r.pass.TypesInfo, call) })
	}
	f := &flow{u: u, rows: v, open: o, uses: uses, asked: asked, bools: make(map[types.Object]bool), at: make([]state, len(u.graph.Blocks))}
	for n, what := range uses {
		f.moves = f.moves || what != fails
		if d, ok := n.(*ast.DeferStmt); ok && o != nil {
			_, literal := ast.Unparen(d.Call.Fun).(*ast.FuncLit)
			f.early = f.early || literal && d.End() <= o.stmt.Pos()
		}
	}
	u.inspect(func(n ast.Node) {
		a, ok := n.(*ast.AssignStmt)
		if !ok || len(a.Lhs) != 1 {
			return
		}
		if call, ok := ast.Unparen(a.Rhs[0]).(*ast.CallExpr); ok && uses[call] == next {
			if id, ok := a.Lhs[0].(*ast.Ident); ok {
				f.bools[golang.Object(u.r.pass.TypesInfo, id)] = true
			}
		}
	})
	return f
}

// solve computes the state at the entry of each block.
func (f *flow) solve(entry state) {
	golang.Solve(f.u.graph, f.at, entry, func(n ast.Node, s state) state { return f.step(n, s, nil) }, f.edge)
}

// step is the state after a node of a block; visit is told the calls that do
// nothing to the rows, and the state at each.
func (f *flow) step(n ast.Node, s state, visit func(*ast.CallExpr, state)) state {
	if d, ok := n.(*ast.DeferStmt); ok {
		if f.uses[d] == defers {
			s = s&(undeferred<<half|none) | (s&undeferred&^none)<<half
		}
		return s
	}
	var walk func(ast.Node) bool
	walk = func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.FuncLit, *ast.GoStmt:
			return false
		case *ast.CallExpr:
			ast.Inspect(n.Fun, walk)
			for _, a := range n.Args {
				ast.Inspect(a, walk)
			}
			what, known := f.uses[n]
			if visit != nil && (!known || what == closes) {
				visit(n, s)
			}
			s = f.apply(what, s)
			return false
		}
		if n != nil {
			s = f.apply(f.uses[n], s)
		}
		return true
	}
	ast.Inspect(n, walk)
	return f.assigned(n, s)
}

func (f *flow) apply(what use, s state) state {
	switch what {
	case closes:
		return s.to(fresh|open|row|maybe|lost, closed)
	case gives:
		return s.to(fresh|open|row|maybe, lost)
	case next:
		s = s.to(fresh, open)
		for _, from := range [...]state{open, row, maybe} {
			s = s.to(from, from|row|closed)
		}
		return s.to(open, row)
	}
	return s
}

// assigned is the state after an assignment of a node: of the rows, or of the
// error of the query.
func (f *flow) assigned(n ast.Node, s state) state {
	if f.open == nil {
		return s
	}
	if n == f.open.stmt {
		if s&sure != 0 {
			f.piled, f.late = true, s&undeferred&sure == 0
		}
		s = open
		if f.open.err != nil {
			s = fresh
		}
		if f.early {
			s <<= half
		}
		return s
	}
	if _, ok := f.u.assigns(n, f.rows); ok {
		return none // others
	}
	if f.open.err != nil && s&(fresh|fresh<<half) != 0 {
		if _, ok := f.u.assigns(n, f.open.err); ok {
			s = s.to(fresh, open)
		}
	}
	return s
}

// edge refines the state on the way from b to its i-th successor.
func (f *flow) edge(b *cfg.Block, i int, s state) state {
	cond, holds := golang.Condition(b), i == 0
	if cond == nil {
		return s
	}
	for {
		not, ok := ast.Unparen(cond).(*ast.UnaryExpr)
		if !ok || not.Op != token.NOT {
			break
		}
		cond, holds = not.X, !holds
	}
	info := f.u.r.pass.TypesInfo
	if call, ok := ast.Unparen(cond).(*ast.CallExpr); ok && f.uses[call] == next {
		return said(s, holds)
	}
	if id, ok := ast.Unparen(cond).(*ast.Ident); ok && f.bools[info.Uses[id]] {
		return said(s, holds)
	}
	if x, isNil, ok := golang.NilTest(info, cond); ok {
		if id, ok := ast.Unparen(x).(*ast.Ident); ok {
			return f.tested(b, info.Uses[id], isNil == holds, s)
		}
	}
	if holds && f.saysFailed(cond) {
		return s.to(fresh, none)
	}
	if s.mixed() && f.tells(cond) {
		s = s.to(open|row, maybe)
	}
	return s
}

// saysFailed reports whether a condition that holds means that the query has
// failed: err == sql.ErrNoRows, errors.Is(err, …), isTimeout(err).
func (f *flow) saysFailed(cond ast.Expr) bool {
	if f.open == nil || f.open.err == nil {
		return false
	}
	is := func(x ast.Expr) bool {
		id, ok := ast.Unparen(x).(*ast.Ident)
		return ok && f.u.r.pass.TypesInfo.Uses[id] == f.open.err
	}
	switch x := ast.Unparen(cond).(type) {
	case *ast.BinaryExpr:
		return x.Op == token.EQL && (is(x.X) || is(x.Y))
	case *ast.CallExpr:
		return slices.ContainsFunc(x.Args, is)
	}
	return false
}

// said is the state once Next, in a condition, has said whether there is a row.
func said(s state, more bool) state {
	if more {
		if t := s.to(open|row|maybe, row); t&sure != 0 {
			return t &^ (closed | closed<<half | none | none<<half)
		}
		return s
	}
	return s.to(open|row|maybe, closed)
}

// tested is the state once a variable is known to be nil, or not to be.
func (f *flow) tested(b *cfg.Block, v types.Object, isNil bool, s state) state {
	switch {
	case v == nil:
	case v == f.rows:
		if isNil {
			return none
		}
		return s &^ (none | none<<half)
	case f.open != nil && v == f.open.err && s&(fresh|fresh<<half) != 0:
		if isNil {
			return s.to(fresh, open)
		}
		return s.to(fresh, none)
	case golang.IsError(v.Type()):
		for j := len(b.Nodes) - 1; j >= 0 && !isNil; j-- {
			if call, ok := f.u.assigns(b.Nodes[j], v); ok {
				if call != nil && f.uses[call] == fails {
					return s.to(open|row|maybe, closed)
				}
				break
			}
		}
	case s.mixed():
		return s.to(open|row, maybe)
	}
	return s
}

// An exit is a way out of the function.
type exit struct {
	node  ast.Node // the return, or the body if its end is reached
	state state
}

// exits returns the ways out of the function, with the states there.
func (f *flow) exits() []exit {
	var out []exit
	for _, b := range f.u.graph.Blocks {
		if !b.Live || len(b.Succs) > 0 {
			continue
		}
		s := f.at[b.Index]
		var last ast.Node = f.u.body
		for _, n := range b.Nodes {
			s = f.step(n, s, nil)
			last = n
		}
		if x, ok := last.(*ast.ExprStmt); ok {
			if call, ok := x.X.(*ast.CallExpr); ok && !golang.Returns(f.u.r.pass.TypesInfo, call) {
				continue
			}
		}
		if ret := b.Return(); ret != nil && ret.Pos() < f.u.body.Rbrace {
			out = append(out, exit{ret, s})
		} else {
			out = append(out, exit{f.u.body, s})
		}
	}
	return out
}

// events notes what runs while the rows are open.
func (f *flow) events(s *Span) {
	for _, b := range f.u.graph.Blocks {
		if !b.Live {
			continue
		}
		at := f.at[b.Index]
		for _, n := range b.Nodes {
			at = f.step(n, at, func(call *ast.CallExpr, now state) {
				if f.uses[call] != closes {
					if now&sure != 0 {
						s.Events = append(s.Events, call)
					}
				} else if body, _ := f.u.r.rowLiteral(call); body != nil {
					s.Events = append(s.Events, calls(body)...)
				}
			})
		}
	}
}

// record notes what runs while the rows are open, and how they are left.
func (f *flow) record(s *Span) {
	f.events(s)
	if f.piled {
		s.Problems = append(s.Problems, Problem{Fault: Piled, Node: f.open.call, Deferred: f.late})
	}
	for _, e := range f.exits() {
		if e.state&undeferred&sure != 0 && !f.u.cancels(f.open.call) {
			s.Problems = append(s.Problems, Problem{Fault: LeftOpen, Node: e.node})
			break // one defer mends them all
		}
	}
	if loop := f.loop(); loop != nil && !f.asked {
		s.Problems = append(s.Problems, Problem{Fault: ErrUnread, Node: loop})
	}
}

// loop returns the Next of a loop that reads the rows to their end and gathers
// something on the way; nil if there is none, or if others may have the rows.
func (f *flow) loop() ast.Node {
	for _, what := range f.uses {
		if what == gives || what == escapes {
			return nil
		}
	}
	var found ast.Node
	f.u.inspect(func(n ast.Node) {
		loop, ok := n.(*ast.ForStmt)
		if !ok || found != nil {
			return
		}
		call, ok := ast.Unparen(loop.Cond).(*ast.CallExpr)
		if ok && f.uses[call] == next && f.u.gathers(loop) {
			found = call
		}
	})
	return found
}

// gathers reports whether a loop changes a variable that is declared before it
// (appends to it, puts something into it, counts), or writes to, sends to or calls
// what is there before it.
func (u *unit) gathers(loop *ast.ForStmt) bool {
	info, found := u.r.pass.TypesInfo, false
	before := func(x ast.Expr) bool {
		p, _ := golang.PathOf(info, x)
		return p.Root != nil && p.Root.Pos() < loop.Pos() && !golang.IsError(p.Root.Type())
	}
	ast.Inspect(loop.Body, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.FuncLit:
			return false
		case *ast.IncDecStmt:
			found = found || before(n.X)
		case *ast.AssignStmt:
			found = found || slices.ContainsFunc(n.Lhs, before)
		case *ast.SendStmt:
			found = found || before(n.Chan)
		case *ast.CallExpr:
			to := n.Args
			if recv := golang.Receiver(info, n); recv != nil {
				to = append(to[:len(to):len(to)], recv)
			} else if golang.Callee(info, n) == nil && !info.Types[n.Fun].IsBuiltin() && !info.Types[n.Fun].IsType() {
				found = found || before(n.Fun) // a function that is handed in
			}
			found = found || slices.ContainsFunc(to, func(x ast.Expr) bool { return takesOutput(info.TypeOf(x)) && before(x) })
		}
		return true
	})
	return found
}

// takesOutput reports whether what is given to a value goes out: it is an
// io.Writer, or an encoder of the standard library.
func takesOutput(t types.Type) bool {
	if t == nil {
		return false
	}
	if named := golang.Named(t); named != nil && named.Obj().Pkg() != nil && strings.HasPrefix(named.Obj().Pkg().Path(), "encoding/") {
		return true
	}
	write, _, _ := types.LookupFieldOrMethod(t, true, nil, "Write")
	fn, ok := write.(*types.Func)
	if !ok || fn.Signature().Params().Len() != 1 || fn.Signature().Results().Len() != 2 {
		return false
	}
	return types.Identical(fn.Signature().Params().At(0).Type(), types.NewSlice(types.Typ[types.Byte]))
}

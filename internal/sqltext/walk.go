package sqltext

import (
	"go/ast"
	"go/token"
	"go/types"

	"golang.org/x/tools/go/types/typeutil"
)

// A Visitor is called for each call expression that a walk passes, in order
// of evaluation. A call may be visited more than once, with different texts:
// in the two branches of what came before, or for each call of the closure it
// is in.
type Visitor func(call *ast.CallExpr, at At)

// At is a point of the program.
type At struct {
	fr *frame
	st *state
}

// Text evaluates a string expression.
func (a At) Text(e ast.Expr) []*Text { return a.fr.texts(a.st, e) }

// Statements returns the SQL that a call sends which finishes a statement
// under construction: its alternatives, each whole.
func (a At) Statements(call *ast.CallExpr) []*Text {
	s, ok := a.fr.step(call)
	if !ok || s.effect.Finish == "" || s.effect.Finish == "text" {
		return nil
	}
	return a.fr.statements(a.st, s)
}

// Decl returns the declared function that the point is in; nil outside of
// functions.
func (a At) Decl() *ast.FuncDecl { return a.fr.decl }

// Statement returns the SQL of an argument that is a statement under
// construction.
func (a At) Statement(call *ast.CallExpr, e ast.Expr) []*Text {
	if cs, ok := a.fr.eval(a.st, e).(chains); ok {
		return a.fr.rendered(cs, call, "")
	}
	return nil
}

// Callee returns the function that a call names statically, or that the
// method value it calls was made of; nil if neither is known.
func (a At) Callee(call *ast.CallExpr) *types.Func {
	if fn, ok := typeutil.Callee(a.fr.prog.info, call).(*types.Func); ok {
		return fn.Origin()
	}
	held, _ := a.fr.eval(a.st, call.Fun).(function)
	return held.fn
}

// Walk interprets a function declared in the package and visits the calls in
// its body, those in function literals included.
func (p *Program) Walk(decl *ast.FuncDecl, visit Visitor) {
	if decl.Body == nil {
		return
	}
	fr, st := p.enter(decl, visit)
	fr.block(st, decl.Body)
}

// enter returns the frame and the state at the start of a declared function.
func (p *Program) enter(decl *ast.FuncDecl, visit Visitor) (*frame, *state) {
	fr := &frame{prog: p, visit: visit, decl: decl}
	st := newState()
	if fn, ok := p.info.Defs[decl.Name].(*types.Func); ok {
		fr.sig, fr.root = fn.Signature(), fn
		fr.results(st, fr.sig)
		for i := range fr.sig.Params().Len() {
			v := fr.sig.Params().At(i)
			if isString(v.Type()) && !(fr.sig.Variadic() && i == fr.sig.Params().Len()-1) {
				st.vars[v] = texts{{pieces: []piece{{hole: &hole{name: v.Name(), param: i + 1}, from: origin{pos: v.Pos(), end: v.Pos()}}}}}
			}
			if c := p.given(v, i); c != nil {
				st.vars[v] = chains{c}
			} else if iface, ok := types.Unalias(v.Type()).(*types.Interface); ok && iface.NumMethods() == 0 {
				st.vars[v] = handed{i + 1}
			}
		}
	}
	return fr, st
}

// results gives the named results of a function their zero values.
func (fr *frame) results(st *state, sig *types.Signature) {
	for i := range sig.Results().Len() {
		if v := sig.Results().At(i); v.Name() != "" {
			if z := fr.zero(v.Type()); z != nil {
				st.vars[v] = z
			}
			st.setNum(v, fr.zeroNum(v.Pos(), v.Type()))
		}
	}
}

// given is what the i-th parameter of a function holds where a caller hands it
// a statement under construction; nil if it cannot hold one.
func (p *Program) given(v *types.Var, i int) *chain {
	lib := p.building(v.Type())
	if lib == nil {
		return nil
	}
	verb, _, ok := lib.Builder(v.Type())
	if !ok {
		return nil
	}
	c := &chain{lib: lib, verb: verb, parts: []part{{clause: "given", sub: i + 1, text: holeText(hole{kind: fragmentHole, name: v.Name(), why: WhyCaller})}}}
	if lib.Chain.InPlace {
		c.home = v
	}
	return c
}

// WalkExpr visits the calls of an expression outside of any function: the
// initial value of a package-level variable.
func (p *Program) WalkExpr(e ast.Expr, visit Visitor) {
	fr := &frame{prog: p, visit: visit}
	fr.calls(newState(), e)
}

// A state is what is known of the local variables at one point.
type state struct {
	vars map[*types.Var]value
	// nums has the numbers of local variables that were assigned to. It is
	// shared by states unless owned.
	nums  map[*types.Var]*num
	owned bool
	when  guard // what holds there
	dead  bool  // control does not reach this point
	never bool  // what would have to hold there cannot
}

func newState() *state { return &state{vars: make(map[*types.Var]value)} }

func (s *state) clone() *state {
	s.owned = false
	c := &state{vars: make(map[*types.Var]value, len(s.vars)), nums: s.nums, when: s.when, dead: s.dead, never: s.never}
	for k, v := range s.vars {
		c.vars[k] = v
	}
	return c
}

// merge returns the state where two branches meet.
func (p *Program) merge(a, b *state) *state {
	switch {
	case a == nil || a.dead:
		if b == nil {
			return a
		}
		return b
	case b == nil || b.dead:
		return a
	}
	out := newState()
	out.when = a.when.common(b.when)
	ga, gb := a.when.beyond(out.when), b.when.beyond(out.when)
	for k, v := range a.vars {
		w, ok := b.vars[k]
		if !ok {
			continue // declared in one branch only, or unknown there
		}
		if equalValues(v, w) {
			out.vars[k] = join(v, w)
		} else if j := joinUnder(v, ga, w, gb); j != nil {
			out.vars[k] = j
		}
	}
	p.mergeNums(out, a, ga, b, gb)
	return out
}

// joinUnder is join of values of which one is there where ga holds, and the other
// where gb does.
func joinUnder(v value, ga guard, w value, gb guard) value {
	r, ok := v.(*record)
	q, both := w.(*record)
	if !ok || !both {
		return join(tagged(v, ga), tagged(w, gb))
	}
	if r == q {
		return r
	}
	out := joinRecords(r, q)
	for k := range out.fields {
		if f, g := r.fields[k], q.fields[k]; f != nil && g != nil && !equalValues(f, g) {
			out.fields[k] = joinUnder(f, ga, g, gb)
		}
	}
	return out
}

// A frame is one function being interpreted.
type frame struct {
	prog    *Program
	decl    *ast.FuncDecl // the declared function around; nil if none is visited
	root    *types.Func   // the function that the walk began with, of which no caller is known
	targs   map[*types.TypeParam]types.Type
	sig     *types.Signature
	visit   Visitor // nil when only the results are wanted
	asked   *asked  // nil unless the value of one expression is wanted
	loops   []*target
	nest    int                                 // loops around the frame
	returns func(st *state, results []ast.Expr) // nil unless results are wanted
	depth   int                                 // closures and helpers entered
	epoch   int32                               // see numbers
	// built has the values of the calls that a statement under construction
	// passed through, as they were when control last passed them.
	built map[*ast.CallExpr]value
}

// inner returns a frame of a function that is entered from fr's, at a position. It
// stands in the loops that fr does: what they repeat, it repeats.
func (fr *frame) inner(at token.Pos, sub frame) *frame {
	sub.prog, sub.root, sub.nest = fr.prog, fr.root, fr.nesting()
	sub.epoch = fr.prog.nums.epoch(fr.epoch, at, 0)
	return &sub
}

// A target collects the states that leave a loop, switch or select early.
type target struct {
	label  string
	loop   bool
	breaks *state
	conts  *state
}

func (fr *frame) block(st *state, b *ast.BlockStmt) *state {
	return fr.list(st, b.List)
}

func (fr *frame) list(st *state, stmts []ast.Stmt) *state {
	for _, s := range stmts {
		if st.never {
			return st
		}
		if st.dead {
			// Unreachable, or reached by a goto: texts are not followed
			// through labels, but the calls are still looked at.
			st = newState()
		}
		st = fr.stmt(st, s, "")
	}
	return st
}

func (fr *frame) stmt(st *state, s ast.Stmt, label string) *state {
	if fr.visit == nil {
		fr.prog.budget--
		if fr.prog.budget < 0 {
			return st
		}
	}
	switch s := s.(type) {
	case *ast.BlockStmt:
		return fr.block(st, s)
	case *ast.LabeledStmt:
		return fr.stmt(st, s.Stmt, s.Label.Name)
	case *ast.ExprStmt:
		return fr.exprStmt(st, s.X)
	case *ast.IncDecStmt:
		fr.renumber(st, s.X, nil)
	case *ast.AssignStmt:
		fr.assign(st, s)
	case *ast.DeclStmt:
		fr.declare(st, s)
	case *ast.IfStmt:
		return fr.ifStmt(st, s)
	case *ast.ForStmt:
		return fr.forStmt(st, s, label)
	case *ast.RangeStmt:
		return fr.rangeStmt(st, s, label)
	case *ast.SwitchStmt:
		st = fr.init(st, s.Init)
		fr.calls(st, s.Tag)
		return fr.cases(st, s.Body, fr.chooser(st, s), label)
	case *ast.TypeSwitchStmt:
		st = fr.init(st, s.Init)
		return fr.cases(st, s.Body, fr.typeChooser(st, s), label)
	case *ast.SelectStmt:
		return fr.cases(st, s.Body, nil, label)
	case *ast.ReturnStmt:
		for _, e := range s.Results {
			fr.calls(st, e)
		}
		if fr.returns != nil {
			fr.returns(st, s.Results)
		}
		st.dead = true
	case *ast.BranchStmt:
		fr.branch(st, s)
	case *ast.GoStmt:
		fr.calls(st, s.Call)
	case *ast.DeferStmt:
		fr.calls(st, s.Call)
	case *ast.SendStmt:
		fr.calls(st, s.Chan)
		fr.calls(st, s.Value)
	}
	return st
}

func (fr *frame) init(st *state, s ast.Stmt) *state {
	if s != nil {
		return fr.stmt(st, s, "")
	}
	return st
}

// exprStmt handles a call whose result is dropped: what it does to builders,
// and whether it ends the function.
func (fr *frame) exprStmt(st *state, e ast.Expr) *state {
	fr.calls(st, e)
	if call, ok := ast.Unparen(e).(*ast.CallExpr); ok {
		if id, ok := call.Fun.(*ast.Ident); ok && fr.prog.info.Uses[id] == types.Universe.Lookup("panic") {
			st.dead = true
		}
	}
	return st
}

func (fr *frame) ifStmt(st *state, s *ast.IfStmt) *state {
	st = fr.init(st, s.Init)
	fr.calls(st, s.Cond)
	then, els := st.clone(), st.clone()
	fr.assume(then, s.Cond, true)
	fr.assume(els, s.Cond, false)
	then = fr.branchOf(st, then, s.Body)
	if s.Else != nil {
		els = fr.branchOf(st, els, s.Else)
	}
	return fr.prog.merge(then, els)
}

// branchOf interprets a branch that is entered in the state in. Where nothing
// enters it, its calls are visited all the same if no other way to the function
// shows them.
func (fr *frame) branchOf(st, in *state, s ast.Stmt) *state {
	if !in.never {
		return fr.stmt(in, s, "")
	}
	if fr.visit != nil && fr.depth == 0 {
		fr.stmt(st.clone(), s, "")
	}
	return in
}

// A chooser returns what holds in a clause of a switch; nil if it is the
// default.
type chooser func(in *state, c *ast.CaseClause) *cond

func (fr *frame) cases(st *state, body *ast.BlockStmt, chosen chooser, label string) *state {
	t := &target{label: label}
	fr.loops = append(fr.loops, t)
	defer func() { fr.loops = fr.loops[:len(fr.loops)-1] }()
	var (
		out        *state
		fall       *state // the state that falls through from the clause before
		hasDefault bool
		left       = st.clone() // where none of the clauses is chosen
		conds      = make([]*cond, len(body.List))
	)
	for i, c := range body.List {
		if c, ok := c.(*ast.CaseClause); ok && chosen != nil {
			if conds[i] = chosen(st, c); conds[i] != nil {
				fr.prog.suppose(left, fr.prog.nums.not(conds[i]))
			}
		}
	}
	before := condTrue // none of the clauses so far is chosen
	for i, c := range body.List {
		in := st.clone()
		switch {
		case conds[i] != nil:
			fr.prog.suppose(in, before)
			fr.prog.suppose(in, conds[i])
			before = fr.prog.nums.both(before, fr.prog.nums.not(conds[i]))
		case chosen != nil:
			in = left.clone()
		}
		entered := fr.prog.merge(in, fall)
		fall = nil
		var stmts []ast.Stmt
		switch c := c.(type) {
		case *ast.CaseClause:
			hasDefault = hasDefault || c.List == nil
			for _, e := range c.List {
				fr.calls(st, e)
			}
			if v, ok := fr.prog.info.Implicits[c].(*types.Var); ok {
				entered.setNum(v, fr.prog.nums.opaque(fr.epoch, c.Pos()))
			}
			stmts = c.Body
		case *ast.CommClause:
			hasDefault = true // a select takes exactly one of its clauses
			if c.Comm != nil {
				entered = fr.stmt(entered, c.Comm, "")
			}
			stmts = c.Body
		}
		end := fr.branchOf(st, entered, &ast.BlockStmt{List: stmts})
		if n := len(stmts); n > 0 {
			if b, ok := stmts[n-1].(*ast.BranchStmt); ok && b.Tok == token.FALLTHROUGH {
				fall = end
				continue
			}
		}
		out = fr.prog.merge(out, end)
	}
	if !hasDefault {
		out = fr.prog.merge(out, left)
	}
	out = fr.prog.merge(out, t.breaks)
	if out == nil {
		out = st
	}
	return out
}

func (fr *frame) branch(st *state, s *ast.BranchStmt) {
	if s.Tok == token.FALLTHROUGH {
		return
	}
	for i := len(fr.loops) - 1; i >= 0; i-- {
		t := fr.loops[i]
		if s.Label != nil && t.label != s.Label.Name {
			continue
		}
		if s.Tok == token.BREAK {
			t.breaks = fr.prog.merge(t.breaks, st.clone())
			break
		}
		if s.Tok == token.CONTINUE && t.loop {
			t.conts = fr.prog.merge(t.conts, st.clone())
			break
		}
	}
	st.dead = true
}

func (fr *frame) typeOf(e ast.Expr) types.Type {
	if t := fr.prog.info.TypeOf(e); t != nil {
		return t
	}
	return types.Typ[types.Invalid]
}

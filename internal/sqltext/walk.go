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
	dead bool // control does not reach this point
}

func newState() *state { return &state{vars: make(map[*types.Var]value)} }

func (s *state) clone() *state {
	c := &state{vars: make(map[*types.Var]value, len(s.vars)), dead: s.dead}
	for k, v := range s.vars {
		c.vars[k] = v
	}
	return c
}

// merge returns the state where two branches meet.
func merge(a, b *state) *state {
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
	for k, v := range a.vars {
		w, ok := b.vars[k]
		if !ok {
			continue // declared in one branch only, or unknown there
		}
		if j := join(v, w); j != nil {
			out.vars[k] = j
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
	returns func(st *state, results []ast.Expr) // nil unless results are wanted
	depth   int                                 // closures and helpers entered
	// built has the values of the calls that a statement under construction
	// passed through, as they were when control last passed them.
	built map[*ast.CallExpr]value
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
		return fr.cases(st, s.Body, label)
	case *ast.TypeSwitchStmt:
		st = fr.init(st, s.Init)
		return fr.cases(st, s.Body, label)
	case *ast.SelectStmt:
		return fr.cases(st, s.Body, label)
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
	then = fr.block(then, s.Body)
	if s.Else != nil {
		els = fr.stmt(els, s.Else, "")
	}
	return merge(then, els)
}

func (fr *frame) cases(st *state, body *ast.BlockStmt, label string) *state {
	t := &target{label: label}
	fr.loops = append(fr.loops, t)
	defer func() { fr.loops = fr.loops[:len(fr.loops)-1] }()
	var (
		out        *state
		fall       *state // the state that falls through from the clause before
		hasDefault bool
	)
	for _, c := range body.List {
		in := merge(st.clone(), fall)
		fall = nil
		var stmts []ast.Stmt
		switch c := c.(type) {
		case *ast.CaseClause:
			hasDefault = hasDefault || c.List == nil
			for _, e := range c.List {
				fr.calls(in, e)
			}
			stmts = c.Body
		case *ast.CommClause:
			hasDefault = true // a select takes exactly one of its clauses
			if c.Comm != nil {
				in = fr.stmt(in, c.Comm, "")
			}
			stmts = c.Body
		}
		end := fr.list(in, stmts)
		if n := len(stmts); n > 0 {
			if b, ok := stmts[n-1].(*ast.BranchStmt); ok && b.Tok == token.FALLTHROUGH {
				fall = end
				continue
			}
		}
		out = merge(out, end)
	}
	if !hasDefault {
		out = merge(out, st)
	}
	out = merge(out, t.breaks)
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
			t.breaks = merge(t.breaks, st.clone())
			break
		}
		if s.Tok == token.CONTINUE && t.loop {
			t.conts = merge(t.conts, st.clone())
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

package sqltext

import (
	"go/ast"
	"go/constant"
	"go/token"
	"go/types"
	"slices"

	"github.com/sqlvet/sqlvet/internal/golang"
)

// number returns the number of an expression's value.
func (fr *frame) number(st *state, e ast.Expr) *num {
	p, ns := fr.prog, fr.prog.nums
	if tv, ok := p.info.Types[e]; ok {
		if tv.Value != nil {
			return ns.constant(tv.Value)
		}
		if tv.IsNil() {
			return ns.null()
		}
	}
	switch e := e.(type) {
	case *ast.ParenExpr:
		return fr.number(st, e.X)
	case *ast.Ident:
		if v, ok := p.info.Uses[e].(*types.Var); ok {
			if p.packageLevel(v) && len(p.sets[v]) > 1 || p.wild[v] {
				break
			}
			return p.number(st, v)
		}
	case *ast.SelectorExpr:
		if v, ok := p.info.Uses[e.Sel].(*types.Var); ok && v.IsField() {
			return fr.fieldNumber(st, e, v)
		}
	case *ast.StarExpr:
		switch x := fr.number(st, e.X); x.kind {
		case literalNum, changedNum, lostNum:
			return x
		default:
			return ns.num(numKey{kind: fieldNum, x: x})
		}
	case *ast.UnaryExpr:
		if e.Op == token.AND {
			if lit, ok := ast.Unparen(e.X).(*ast.CompositeLit); ok {
				return fr.literalNumber(st, lit)
			}
			m := ns.literal(fr.epoch, e.Pos(), types.Typ[types.Invalid], nil)
			return m // Have: an address is not nil.
		}
		if e.Op == token.NOT || e.Op == token.SUB {
			return ns.num(numKey{kind: opNum, op: e.Op, x: fr.number(st, e.X)})
		}
	case *ast.BinaryExpr:
		return ns.num(numKey{kind: opNum, op: e.Op, x: fr.number(st, e.X), y: fr.number(st, e.Y)})
	case *ast.IndexExpr:
		if _, ok := p.info.Types[e.Index]; ok && !p.info.Types[e.Index].IsType() {
			return ns.num(numKey{kind: opNum, op: token.LBRACK, x: fr.number(st, e.X), y: fr.number(st, e.Index)})
		}
	case *ast.CompositeLit:
		return fr.literalNumber(st, e)
	case *ast.FuncLit:
		return ns.literal(fr.epoch, e.Pos(), types.Typ[types.Invalid], nil)
	case *ast.CallExpr:
		return fr.callNumber(st, e)
	}
	return ns.opaque(fr.epoch, e.Pos())
}

func (p *Program) number(st *state, v *types.Var) *num {
	if m, ok := st.nums[v]; ok {
		return m
	}
	return p.nums.variable(v)
}

func (s *state) setNum(v *types.Var, n *num) {
	if !s.owned {
		m := make(map[*types.Var]*num, len(s.nums)+1)
		for k, o := range s.nums {
			m[k] = o
		}
		s.nums, s.owned = m, true
	}
	s.nums[v] = n
}

// fieldNumber is the number of x.f, through the structs that are embedded on
// the way.
func (fr *frame) fieldNumber(st *state, e *ast.SelectorExpr, f *types.Var) *num {
	x := fr.number(st, e.X)
	sel := fr.prog.info.Selections[e]
	if sel == nil {
		return fr.prog.nums.field(x, f, 0)
	}
	t := sel.Recv()
	for _, i := range sel.Index() {
		s := structOf(t)
		if s == nil || i >= s.NumFields() {
			return fr.prog.nums.opaque(fr.epoch, e.Pos())
		}
		x, t = fr.prog.nums.field(x, s.Field(i), 0), s.Field(i).Type()
	}
	return x
}

func (fr *frame) literalNumber(st *state, lit *ast.CompositeLit) *num {
	t := fr.typeOf(lit)
	s, ok := t.Underlying().(*types.Struct)
	if !ok {
		m := fr.prog.nums.literal(fr.epoch, lit.Pos(), types.Typ[types.Invalid], nil)
		if !slices.ContainsFunc(lit.Elts, func(e ast.Expr) bool { _, keyed := e.(*ast.KeyValueExpr); return keyed }) {
			m.elems = len(lit.Elts)
		}
		return m
	}
	fields := make(map[*types.Var]*num)
	for i, e := range lit.Elts {
		if kv, ok := e.(*ast.KeyValueExpr); ok {
			if f, ok := fr.prog.info.Uses[kv.Key.(*ast.Ident)].(*types.Var); ok {
				fields[f] = fr.number(st, kv.Value)
			}
		} else if i < s.NumFields() {
			fields[s.Field(i)] = fr.number(st, e)
		}
	}
	return fr.prog.nums.literal(fr.epoch, lit.Pos(), t, fields)
}

// zeroNum is the number of a variable that is declared without a value.
func (fr *frame) zeroNum(at token.Pos, t types.Type) *num {
	if z := fr.prog.nums.zero(t); z != nil {
		return z
	}
	if isNamedStruct(t) {
		return fr.prog.nums.literal(fr.epoch, at, t, map[*types.Var]*num{})
	}
	return fr.prog.nums.opaque(fr.epoch, at)
}

func (fr *frame) callNumber(st *state, call *ast.CallExpr) *num {
	p, ns := fr.prog, fr.prog.nums
	tv := p.info.Types[call.Fun]
	switch {
	case tv.IsType() && len(call.Args) == 1:
		x := fr.number(st, call.Args[0])
		if types.Identical(tv.Type.Underlying(), fr.typeOf(call.Args[0]).Underlying()) {
			return x
		}
		return ns.num(numKey{kind: callNum, x: x, text: tv.Type.String()})
	case tv.IsBuiltin():
		id, _ := ast.Unparen(call.Fun).(*ast.Ident)
		switch {
		case id == nil:
		case id.Name == "len":
			return ns.length(fr.number(st, call.Args[0]), isString(fr.typeOf(call.Args[0])), 0)
		case id.Name == "append" && len(call.Args) > 1 && !call.Ellipsis.IsValid():
			return ns.num(numKey{kind: moreNum, x: fr.number(st, call.Args[0]), epoch: fr.epoch, pos: call.Pos()})
		case id.Name == "new":
			return fr.zeroLiteral(call)
		}
		return ns.opaque(fr.epoch, call.Pos())
	}
	fn := p.callee(call)
	if fn == nil || fn.Signature().Results().Len() != 1 {
		return ns.opaque(fr.epoch, call.Pos())
	}
	if m := fr.bodyNumber(st, fn, call); m != nil {
		return m
	}
	if !repeats(p.info, fn, call) {
		return ns.opaque(fr.epoch, call.Pos())
	}
	m := (*num)(nil)
	if x := receiver(call); x != nil && fn.Signature().Recv() != nil {
		m = fr.number(st, x)
	}
	for _, a := range call.Args {
		m = ns.num(numKey{kind: callNum, x: m, y: fr.number(st, a)})
	}
	return ns.num(numKey{kind: callNum, obj: fn, x: m})
}

func (fr *frame) zeroLiteral(call *ast.CallExpr) *num {
	if ptr, ok := types.Unalias(fr.typeOf(call)).(*types.Pointer); ok && isNamedStruct(ptr.Elem()) {
		return fr.prog.nums.literal(fr.epoch, call.Pos(), ptr.Elem(), map[*types.Var]*num{})
	}
	return fr.prog.nums.literal(fr.epoch, call.Pos(), types.Typ[types.Invalid], nil)
}

// repeats reports whether a call gives what it gave before for the same
// arguments: of values that nobody can change, or the answer to a question that
// names what is asked for.
func repeats(info *types.Info, fn *types.Func, call *ast.CallExpr) bool {
	if _, ok := fn.Signature().Results().At(0).Type().Underlying().(*types.Basic); !ok {
		return false
	}
	asked := len(call.Args) > 0
	for _, a := range call.Args {
		tv := info.Types[a]
		if tv.Value == nil {
			asked = false
		}
		switch tv.Type.Underlying().(type) {
		case *types.Basic, *types.Slice, *types.Map, *types.Struct:
		default:
			return false
		}
	}
	recv := fn.Signature().Recv()
	if recv == nil {
		return len(call.Args) > 0
	}
	return !types.IsInterface(recv.Type()) && !isPointer(recv.Type()) || asked
}

// bodyNumber is the number of what a function of the package returns that is
// nothing but an expression; nil if it is something else.
func (fr *frame) bodyNumber(st *state, fn *types.Func, call *ast.CallExpr) *num {
	decl := fr.prog.decls[fn]
	if decl == nil || decl.Body == nil || len(decl.Body.List) != 1 || fr.depth >= maxDepth || call.Ellipsis.IsValid() {
		return nil
	}
	ret, ok := decl.Body.List[0].(*ast.ReturnStmt)
	if !ok || len(ret.Results) != 1 || fr.prog.active[fn] {
		return nil
	}
	in := newState()
	fr.numberParams(st, in, decl, call)
	fr.prog.active[fn] = true
	defer delete(fr.prog.active, fn)
	return fr.inner(call.Pos(), frame{depth: fr.depth + 1}).number(in, ret.Results[0])
}

// numberParams gives the receiver and the parameters of a function the numbers
// of the arguments of a call.
func (fr *frame) numberParams(st, in *state, decl *ast.FuncDecl, call *ast.CallExpr) {
	if decl.Recv != nil && len(decl.Recv.List) > 0 && len(decl.Recv.List[0].Names) > 0 {
		if v, ok := fr.prog.info.Defs[decl.Recv.List[0].Names[0]].(*types.Var); ok {
			if x := receiver(call); x != nil && golang.Named(fr.typeOf(x)) == golang.Named(v.Type()) {
				in.setNum(v, fr.number(st, x))
			} else {
				in.setNum(v, fr.prog.nums.opaque(fr.prog.nums.epoch(fr.epoch, call.Pos(), 0), v.Pos()))
			}
		}
	}
	fr.numberArgs(st, in, decl.Type, call)
}

func (fr *frame) numberArgs(st, in *state, ft *ast.FuncType, call *ast.CallExpr) {
	i := 0
	for _, f := range ft.Params.List {
		_, variadic := f.Type.(*ast.Ellipsis)
		for _, name := range f.Names {
			v, ok := fr.prog.info.Defs[name].(*types.Var)
			switch {
			case !ok:
			case variadic && !call.Ellipsis.IsValid():
				m := fr.prog.nums.literal(fr.prog.nums.epoch(fr.epoch, call.Pos(), 0), v.Pos(), types.Typ[types.Invalid], nil)
				if m.elems = max(len(call.Args)-i, 0); m.elems == 0 {
					m = fr.prog.nums.null()
				}
				in.setNum(v, m)
			case i < len(call.Args):
				in.setNum(v, fr.number(st, call.Args[i]))
			default:
				in.setNum(v, fr.prog.nums.opaque(fr.prog.nums.epoch(fr.epoch, call.Pos(), 0), v.Pos()))
			}
			i++
		}
		if len(f.Names) == 0 {
			i++
		}
	}
}

// renumber gives what is assigned to a number: n, or one of its own if n is nil.
func (fr *frame) renumber(st *state, lhs ast.Expr, n *num) {
	if n == nil {
		n = fr.prog.nums.opaque(fr.epoch, lhs.Pos())
	}
	switch lhs := ast.Unparen(lhs).(type) {
	case *ast.Ident:
		obj := fr.prog.info.Defs[lhs]
		if obj == nil {
			obj = fr.prog.info.Uses[lhs]
		}
		if v, ok := obj.(*types.Var); ok && !fr.prog.packageLevel(v) {
			st.setNum(v, n)
		}
	case *ast.IndexExpr:
		// Have: a map may have one element more.
		fr.change(st, lhs.X, func(*num) *num { return fr.prog.nums.opaque(fr.epoch, lhs.Pos()) })
	case *ast.StarExpr:
		fr.change(st, lhs.X, func(x *num) *num { return fr.lost(x, lhs.Pos()) })
	case *ast.SelectorExpr:
		f, ok := fr.prog.info.Uses[lhs.Sel].(*types.Var)
		if !ok || !f.IsField() {
			return
		}
		fr.change(st, lhs.X, func(x *num) *num {
			return fr.prog.nums.num(numKey{kind: changedNum, x: x, obj: f, y: n})
		})
	}
}

// lost is x with fields that are not known any more.
func (fr *frame) lost(x *num, at token.Pos) *num {
	return fr.prog.nums.num(numKey{kind: lostNum, x: x, epoch: fr.epoch, pos: at})
}

// change gives what x denotes another number, and all variables that are a
// pointer to the same.
func (fr *frame) change(st *state, x ast.Expr, to func(*num) *num) {
	switch x := ast.Unparen(x).(type) {
	case *ast.Ident:
		v, ok := fr.prog.info.Uses[x].(*types.Var)
		if !ok || fr.prog.packageLevel(v) {
			return
		}
		old := fr.prog.number(st, v)
		n := to(old)
		if isPointer(v.Type()) {
			for w, m := range st.nums {
				if m == old && isPointer(w.Type()) {
					st.setNum(w, n)
				}
			}
		}
		st.setNum(v, n)
	case *ast.SelectorExpr:
		f, ok := fr.prog.info.Uses[x.Sel].(*types.Var)
		if ok && f.IsField() {
			n := to(fr.number(st, x))
			fr.change(st, x.X, func(base *num) *num {
				return fr.prog.nums.num(numKey{kind: changedNum, x: base, obj: f, y: n})
			})
		}
	case *ast.StarExpr:
		fr.change(st, x.X, to)
	}
}

// forgets notes what a call may have changed through the pointers, maps and
// addresses that it is given.
func (fr *frame) forgets(st *state, call *ast.CallExpr) {
	fn := fr.prog.callee(call)
	look := func(e ast.Expr, i int, addressed bool) {
		e = ast.Unparen(e)
		if u, ok := e.(*ast.UnaryExpr); ok && u.Op == token.AND {
			e, addressed = ast.Unparen(u.X), true
		}
		switch e.(type) {
		case *ast.Ident, *ast.SelectorExpr:
		default:
			return
		}
		t := fr.typeOf(e)
		if fr.prog.building(t) != nil {
			return
		}
		_, isMap := t.Underlying().(*types.Map)
		if !addressed && !isMap && !isPointer(t) || !fr.prog.mayWrite(fn, i, 0) {
			return
		}
		fr.change(st, e, func(x *num) *num {
			if isMap || addressed && structOf(t) == nil {
				return fr.prog.nums.opaque(fr.epoch, call.Pos())
			}
			return fr.lost(x, call.Pos())
		})
	}
	for i, a := range call.Args {
		look(a, i, false)
	}
	if x := receiver(call); x != nil && fn != nil && fn.Signature().Recv() != nil {
		look(x, -1, isPointer(fn.Signature().Recv().Type()))
	}
}

// A writeKey is a parameter of a function; -1 is its receiver.
type writeKey struct {
	fn    *types.Func
	param int
}

// mayWrite reports whether a function may change what a parameter points to. Of
// those of other packages, and of what it hands on far, that is not known.
func (p *Program) mayWrite(fn *types.Func, param, depth int) bool {
	decl := p.decls[fn]
	if decl == nil || decl.Body == nil || depth > maxDepth {
		return true
	}
	key := writeKey{fn, param}
	if w, ok := p.writes[key]; ok {
		return w
	}
	p.writes[key] = true // Have: it may call itself.
	v := fn.Signature().Recv()
	if param >= 0 {
		if n := fn.Signature().Params().Len(); param >= n || fn.Signature().Variadic() && param >= n-1 {
			return true
		}
		v = fn.Signature().Params().At(param)
	}
	var stack []ast.Node
	writes := false
	ast.Inspect(decl.Body, func(n ast.Node) bool {
		if n == nil {
			stack = stack[:len(stack)-1]
			return true
		}
		stack = append(stack, n)
		if id, ok := n.(*ast.Ident); ok && p.info.Uses[id] == v && !writes {
			writes = p.writesThrough(stack, depth)
		}
		return true
	})
	p.writes[key] = writes
	return writes
}

// writesThrough reports whether the use of a variable that the nodes around lead
// to may change what it points to.
func (p *Program) writesThrough(stack []ast.Node, depth int) bool {
	at := len(stack) - 1
	e := stack[at].(ast.Expr)
	for at--; at >= 0; at-- {
		switch up := stack[at].(type) {
		case *ast.ParenExpr:
		case *ast.StarExpr:
		case *ast.IndexExpr:
			if up.X != e {
				return false
			}
		case *ast.SelectorExpr:
			if fn, ok := p.info.Uses[up.Sel].(*types.Func); ok {
				recv := fn.Signature().Recv()
				return recv != nil && isPointer(recv.Type()) && p.mayWrite(fn.Origin(), -1, depth+1)
			}
		case *ast.AssignStmt:
			if slices.Contains(up.Lhs, e) {
				return len(stack)-1 > at+1 // Have: to the variable itself is another one.
			}
			return isReference(p.info.TypeOf(e))
		case *ast.IncDecStmt:
			return true
		case *ast.UnaryExpr:
			return up.Op == token.AND
		case *ast.BinaryExpr, *ast.IfStmt, *ast.SwitchStmt, *ast.RangeStmt, *ast.CaseClause, *ast.ExprStmt, *ast.ForStmt:
			return false
		case *ast.CallExpr:
			if !isReference(p.info.TypeOf(e)) || p.info.Types[up.Fun].IsBuiltin() {
				return false
			}
			if i := slices.Index(up.Args, e); i >= 0 {
				return p.mayWrite(p.callee(up), i, depth+1)
			}
			return true
		default:
			return isReference(p.info.TypeOf(e))
		}
		e, _ = stack[at].(ast.Expr)
	}
	return true
}

// isReference reports whether what a value of type t leads to can be changed
// through it.
func isReference(t types.Type) bool {
	if t == nil {
		return true
	}
	switch t.Underlying().(type) {
	case *types.Pointer, *types.Map, *types.Interface, *types.Signature:
		return true
	}
	return false
}

// mergeNums numbers the variables where two branches meet, which are entered
// where ga and gb hold.
func (p *Program) mergeNums(out, a *state, ga guard, b *state, gb guard) {
	out.nums = a.nums
	if len(a.nums) == 0 && len(b.nums) == 0 {
		return
	}
	c := p.nums.conj(ga)
	if len(ga) == 0 {
		c = p.nums.not(p.nums.conj(gb))
	}
	meet := func(v *types.Var) {
		m, n := p.number(a, v), p.number(b, v)
		switch {
		case m == n:
		case c == condFalse:
			// Have: nothing is known of which branch is taken.
			out.setNum(v, p.nums.num(numKey{kind: opaqueNum, x: m, y: n, obj: v}))
		default:
			out.setNum(v, p.nums.choice(c, m, n))
		}
	}
	for v := range a.nums {
		meet(v)
	}
	for v := range b.nums {
		if _, ok := a.nums[v]; !ok {
			meet(v)
		}
	}
}

// newRound begins a round of a loop: what it assigns to has values that are not
// known.
func (fr *frame) newRound(st *state, at ast.Stmt, epoch int32, pass int) {
	fr.epoch = fr.prog.nums.epoch(epoch, at.Pos(), pass)
	for _, v := range fr.prog.assignedIn(at) {
		st.setNum(v, fr.prog.nums.opaque(fr.epoch, v.Pos()))
	}
}

// assignedIn returns the variables that a loop assigns to.
func (p *Program) assignedIn(loop ast.Stmt) []*types.Var {
	if vs, ok := p.assigned[loop]; ok {
		return vs
	}
	var out []*types.Var
	add := func(e ast.Expr) {
		for {
			switch x := ast.Unparen(e).(type) {
			case *ast.SelectorExpr:
				e = x.X
				continue
			case *ast.IndexExpr:
				e = x.X
				continue
			case *ast.StarExpr:
				e = x.X
				continue
			case *ast.Ident:
				if v, ok := p.info.Uses[x].(*types.Var); ok && !p.packageLevel(v) && !slices.Contains(out, v) {
					out = append(out, v)
				}
			}
			return
		}
	}
	ast.Inspect(loop, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.AssignStmt:
			for _, e := range n.Lhs {
				add(e)
			}
		case *ast.IncDecStmt:
			add(n.X)
		case *ast.UnaryExpr:
			if n.Op == token.AND {
				add(n.X)
			}
		}
		return true
	})
	if f, ok := loop.(*ast.ForStmt); ok && f.Init != nil {
		if init, ok := f.Init.(*ast.AssignStmt); ok {
			for _, e := range init.Lhs {
				if id, ok := e.(*ast.Ident); ok {
					if v, ok := p.info.Defs[id].(*types.Var); ok && !slices.Contains(out, v) {
						out = append(out, v)
					}
				}
			}
		}
	}
	p.assigned[loop] = out
	return out
}

// suppose notes that a condition holds in a state.
func (p *Program) suppose(st *state, c *cond) {
	if c == condFalse {
		st.dead, st.never = true, true
		return
	}
	when, ok := st.when.with(c)
	if !ok {
		st.dead, st.never = true, true
		return
	}
	st.when = when
}

// chooser says what holds in the clauses of a switch.
func (fr *frame) chooser(st *state, s *ast.SwitchStmt) chooser {
	ns := fr.prog.nums
	var tag *num
	if s.Tag != nil {
		tag = fr.number(st, s.Tag)
	}
	return func(in *state, c *ast.CaseClause) *cond {
		if c.List == nil {
			return nil
		}
		out := condFalse
		for _, e := range c.List {
			if tag == nil {
				out = ns.either(out, ns.holds(fr.number(in, e), 0))
			} else {
				out = ns.either(out, ns.compare(tag, token.EQL, fr.number(in, e), 0))
			}
		}
		return out
	}
}

// typeChooser says what holds in the clauses of a type switch.
func (fr *frame) typeChooser(st *state, s *ast.TypeSwitchStmt) chooser {
	var x ast.Expr
	switch a := s.Assign.(type) {
	case *ast.ExprStmt:
		x = a.X
	case *ast.AssignStmt:
		x = a.Rhs[0]
	}
	assert, ok := ast.Unparen(x).(*ast.TypeAssertExpr)
	if !ok {
		return nil
	}
	ns := fr.prog.nums
	of := ns.num(numKey{kind: callNum, x: fr.number(st, assert.X), text: "type"})
	return func(_ *state, c *ast.CaseClause) *cond {
		if c.List == nil {
			return nil
		}
		out := condFalse
		for _, e := range c.List {
			if t := fr.typeOf(e); types.IsInterface(t) {
				return ns.comparison(ns.opaque(fr.epoch, e.Pos()), token.EQL, constant.MakeBool(true))
			} else {
				out = ns.either(out, ns.comparison(of, token.EQL, constant.MakeString(types.TypeString(t, nil))))
			}
		}
		return out
	}
}

// indexWild finds the variables that may change at any time: a function literal
// assigns to one of the function around, or their address is kept.
func (p *Program) indexWild(root ast.Node, within *ast.FuncLit) {
	handed := make(map[ast.Expr]bool)
	note := func(e ast.Expr, kept bool) {
		id, ok := ast.Unparen(e).(*ast.Ident)
		if !ok {
			return
		}
		v, ok := p.info.Uses[id].(*types.Var)
		if ok && (kept || within != nil && (v.Pos() < within.Pos() || within.End() <= v.Pos())) {
			p.wild[v] = true
		}
	}
	ast.Inspect(root, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.FuncLit:
			if n != within {
				p.indexWild(n, n)
				return false
			}
		case *ast.CallExpr:
			for _, a := range n.Args {
				handed[ast.Unparen(a)] = true
			}
		case *ast.UnaryExpr:
			if n.Op == token.AND {
				note(n.X, !handed[n])
			}
		case *ast.AssignStmt:
			for _, e := range n.Lhs {
				note(e, false)
			}
		case *ast.IncDecStmt:
			note(n.X, false)
		case *ast.RangeStmt:
			if n.Tok == token.ASSIGN {
				note(n.Key, false)
				note(n.Value, false)
			}
		}
		return true
	})
}

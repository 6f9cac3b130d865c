package sqltext

import (
	"go/ast"
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

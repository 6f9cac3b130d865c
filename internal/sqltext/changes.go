package sqltext

import (
	"go/ast"
	"go/token"
	"go/types"
	"slices"
)

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

package sqltext

import (
	"go/ast"
	"go/constant"
	"go/token"
	"go/types"
	"slices"
)

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

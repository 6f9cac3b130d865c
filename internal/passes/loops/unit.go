package loops

import (
	"go/ast"
	"go/token"
	"go/types"
)

// A unit is one top-level declaration: the scope of parents and of the
// assignments to local variables.
type unit struct {
	*Result
	root   ast.Decl
	parent map[ast.Node]ast.Node
	writes map[types.Object][]write
	idents map[types.Object][]*ast.Ident // mentions that are not definitions
	sends  map[types.Object][]*ast.SendStmt
	gotos  []*ast.BranchStmt
	labels map[types.Object]*ast.LabeledStmt
	loops  map[ast.Node]*Loop // classification of a loop for calls anywhere in it
	taints map[ast.Node]*taint
	knowns map[ast.Node][]known
}

// A writeKind says how a statement changes a variable.
type writeKind uint8

const (
	define  writeKind = iota // x := v, var x = v
	assign                   // x = v
	update                   // x += v, x++
	element                  // x.f = v, x[i] = v, *x = v
	address                  // &x: whoever has it may write
	ranged                   // for x = range v
)

// A write is one place where a variable may change.
type write struct {
	kind writeKind
	at   ast.Node // the statement or expression
	rhs  ast.Expr // the value; nil for x++ and &x, the operand for ranged
	lhs  ast.Expr // what is written, of a part of the variable; else nil
}

func newUnit(r *Result, d ast.Decl) *unit {
	u := &unit{
		Result: r, root: d,
		parent: make(map[ast.Node]ast.Node),
		writes: make(map[types.Object][]write),
		idents: make(map[types.Object][]*ast.Ident),
		sends:  make(map[types.Object][]*ast.SendStmt),
		labels: make(map[types.Object]*ast.LabeledStmt),
		loops:  make(map[ast.Node]*Loop),
		taints: make(map[ast.Node]*taint),
		knowns: make(map[ast.Node][]known),
	}
	var stack []ast.Node
	ast.Inspect(d, func(n ast.Node) bool {
		if n == nil {
			stack = stack[:len(stack)-1]
			return true
		}
		if len(stack) > 0 {
			u.parent[n] = stack[len(stack)-1]
		}
		stack = append(stack, n)
		u.record(n)
		return true
	})
	return u
}

func (u *unit) record(n ast.Node) {
	switch n := n.(type) {
	case *ast.Ident:
		if obj := u.Info.Uses[n]; obj != nil {
			u.idents[obj] = append(u.idents[obj], n)
		}
	case *ast.AssignStmt:
		u.recordAssign(n)
	case *ast.ValueSpec:
		for i, name := range n.Names {
			if obj := u.Info.Defs[name]; obj != nil {
				u.writes[obj] = append(u.writes[obj], write{kind: define, at: n, rhs: valueAt(n.Values, i)})
			}
		}
	case *ast.IncDecStmt:
		u.write(n.X, write{kind: update, at: n})
	case *ast.UnaryExpr:
		if n.Op == token.AND {
			if _, ok := ast.Unparen(n.X).(*ast.CompositeLit); !ok {
				if obj := u.rootObj(n.X); obj != nil {
					u.writes[obj] = append(u.writes[obj], write{kind: address, at: n})
				}
			}
		}
	case *ast.TypeSwitchStmt:
		u.recordTypeSwitch(n)
	case *ast.RangeStmt:
		u.write(n.Key, write{kind: ranged, at: n, rhs: n.X})
		u.write(n.Value, write{kind: ranged, at: n, rhs: n.X})
	case *ast.SendStmt:
		if obj := u.rootObj(n.Chan); obj != nil {
			u.sends[obj] = append(u.sends[obj], n)
		}
	case *ast.BranchStmt:
		if n.Tok == token.GOTO {
			u.gotos = append(u.gotos, n)
		}
	case *ast.LabeledStmt:
		if obj := u.Info.Defs[n.Label]; obj != nil {
			u.labels[obj] = n
		}
	}
}

func (u *unit) recordAssign(n *ast.AssignStmt) {
	for i, lhs := range n.Lhs {
		w := write{kind: assign, at: n, rhs: valueAt(n.Rhs, i)}
		if n.Tok != token.ASSIGN && n.Tok != token.DEFINE {
			w.kind = update
		}
		if id, ok := lhs.(*ast.Ident); ok && u.Info.Defs[id] != nil {
			w.kind = define
		}
		u.write(lhs, w)
	}
}

// recordTypeSwitch: switch v := x.(type) defines a v for each clause.
func (u *unit) recordTypeSwitch(n *ast.TypeSwitchStmt) {
	a, ok := n.Assign.(*ast.AssignStmt)
	if !ok || len(a.Rhs) != 1 {
		return
	}
	for _, c := range n.Body.List {
		if obj := u.Info.Implicits[c]; obj != nil {
			u.writes[obj] = append(u.writes[obj], write{kind: define, at: a, rhs: a.Rhs[0]})
		}
	}
}

// write records a write to the variable that lhs is, or is part of.
func (u *unit) write(lhs ast.Expr, w write) {
	if lhs == nil {
		return
	}
	obj := u.rootObj(lhs)
	if obj == nil {
		return
	}
	if _, ok := ast.Unparen(lhs).(*ast.Ident); !ok {
		w.kind, w.lhs = element, lhs
	}
	u.writes[obj] = append(u.writes[obj], w)
}

// valueAt returns the expression that gives the i-th value: the i-th one, or
// the call that returns several.
func valueAt(values []ast.Expr, i int) ast.Expr {
	switch {
	case len(values) == 0:
		return nil
	case len(values) == 1:
		return values[0]
	case i < len(values):
		return values[i]
	}
	return nil
}

// object returns the variable that an identifier is; nil for other things.
func (u *unit) object(e ast.Expr) types.Object {
	if e == nil {
		return nil
	}
	id, ok := ast.Unparen(e).(*ast.Ident)
	if !ok {
		return nil
	}
	obj := u.Info.Defs[id]
	if obj == nil {
		obj = u.Info.Uses[id]
	}
	if v, ok := obj.(*types.Var); ok {
		return v
	}
	return nil
}

// rootObj returns the variable that an addressable expression is part of.
func (u *unit) rootObj(e ast.Expr) types.Object {
	for {
		switch x := ast.Unparen(e).(type) {
		case *ast.Ident:
			return u.object(x)
		case *ast.SelectorExpr:
			if u.Info.Selections[x] == nil {
				return u.object(x.Sel) // pkg.Var
			}
			e = x.X
		case *ast.IndexExpr:
			e = x.X
		case *ast.SliceExpr:
			e = x.X
		case *ast.StarExpr:
			e = x.X
		default:
			return nil
		}
	}
}

// function returns the innermost function declaration or literal around n.
func (u *unit) function(n ast.Node) ast.Node {
	for n = u.parent[n]; n != nil; n = u.parent[n] {
		switch n.(type) {
		case *ast.FuncDecl, *ast.FuncLit:
			return n
		}
	}
	return nil
}

// loopAround returns the innermost for or range statement of the same
// function whose body n is in, nil if there is none.
func (u *unit) loopAround(n ast.Node) ast.Stmt {
	for child, p := n, u.parent[n]; p != nil; child, p = p, u.parent[p] {
		switch p := p.(type) {
		case *ast.ForStmt:
			if child != p.Init {
				return p
			}
		case *ast.RangeStmt:
			if child == p.Body {
				return p
			}
		case *ast.FuncLit, *ast.FuncDecl:
			return nil
		}
	}
	return nil
}

// local reports whether obj is declared inside n.
func local(obj types.Object, n ast.Node) bool {
	return n.Pos() <= obj.Pos() && obj.Pos() < n.End()
}

// inspect calls f for the nodes of n that run when n does: not for the bodies
// of function literals, unless they are called on the spot.
func inspect(n ast.Node, f func(ast.Node) bool) {
	called := make(map[*ast.FuncLit]bool)
	ast.Inspect(n, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.CallExpr:
			if lit, ok := ast.Unparen(n.Fun).(*ast.FuncLit); ok {
				called[lit] = true
			}
		case *ast.FuncLit:
			if !called[n] {
				return false
			}
		}
		return n != nil && f(n)
	})
}

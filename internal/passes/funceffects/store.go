package funceffects

import (
	"go/ast"
	"go/types"

	"github.com/sqlvet/sqlvet/internal/golang"
)

// A store is what a package assigns to a field or a variable of its own that
// no other package can reach. Those of interface types and files are kept.
type store struct {
	values []ast.Expr
	open   bool // something else may be in it
}

// store notes that v may hold x, or anything if x is nil.
func (g *graph) store(v *types.Var, x ast.Expr) {
	if v == nil || v.Exported() || !v.IsField() && (v.Pkg() == nil || v.Parent() != v.Pkg().Scope()) {
		return
	}
	if !types.IsInterface(v.Type()) && !golang.IsNamed(v.Type(), "os", "File") {
		return
	}
	s := g.stores[v]
	if s == nil {
		s = new(store)
		g.stores[v] = s
	}
	switch {
	case x == nil:
		s.open = true
	case !g.info.Types[x].IsNil():
		s.values = append(s.values, x)
	}
}

// holds returns what a field or variable may hold; ok is false if that is not
// all known.
func (g *graph) holds(v *types.Var) (values []ast.Expr, ok bool) {
	s := g.stores[v]
	if s == nil || s.open || len(s.values) == 0 || v.Pkg() != g.pass.Pkg {
		return nil, false
	}
	return s.values, true
}

// kinds returns the types that a value of an interface type may have, by what
// this package assigns; ok is false if it may have others.
func (f *flow) kinds(x ast.Expr) (list []types.Type, ok bool) {
	var values []ast.Expr
	switch y := ast.Unparen(x).(type) {
	case *ast.SelectorExpr:
		v, _ := f.g.info.Uses[y.Sel].(*types.Var)
		if v == nil {
			return nil, false
		}
		values, ok = f.g.holds(v.Origin())
	case *ast.Ident:
		v, _ := f.g.info.Uses[y].(*types.Var)
		switch {
		case v == nil || f.given[v]:
			return nil, false
		case !f.local(v):
			values, ok = f.g.holds(v)
		default:
			for _, w := range f.writes[v] {
				if w.fields == "" && w.rhs == nil {
					return nil, false
				}
				if w.fields == "" && !f.g.info.Types[w.rhs].IsNil() {
					values = append(values, w.rhs)
				}
			}
			ok = len(values) > 0
		}
	}
	if !ok {
		return nil, false
	}
	for _, x := range values {
		t := f.g.info.TypeOf(x)
		if t == nil || types.IsInterface(t) {
			return nil, false
		}
		list = append(list, t)
	}
	return list, true
}

// narrow leaves out the implementations that what is known of the receiver of
// a call rules out.
func (g *graph) narrow(e *edge) {
	if e.narrowed {
		return
	}
	e.narrowed = true
	f := g.flowOf(e.in)
	recv := golang.Receiver(g.info, e.call)
	if f == nil || recv == nil {
		return
	}
	kinds, ok := f.kinds(recv)
	if !ok {
		return
	}
	var list []target
	for _, t := range e.targets {
		for _, k := range kinds {
			if t.fn != nil && hasMark(k, methodMark(t.fn)) {
				list = append(list, t)
				break
			}
		}
	}
	e.targets, e.unknown = list, false
}

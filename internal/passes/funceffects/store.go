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

// narrow leaves out the implementations that what is known of the receiver of
// a call rules out.
func (g *graph) narrow(e *edge) {
	if e.narrowed {
		return
	}
	e.narrowed = true
	f := g.flowOf(e.in)
	if f == nil {
		return
	}
	kinds := f.typesOf(g.operand(e))
	if len(kinds) == 0 {
		return
	}
	var list []target
	for _, t := range e.targets {
		for _, k := range kinds {
			if t.fn != nil && k.has(methodMark(t.fn)) {
				list = append(list, t)
				break
			}
		}
	}
	e.targets, e.unknown = list, false
}

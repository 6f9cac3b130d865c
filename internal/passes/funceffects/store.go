package funceffects

import (
	"go/ast"
	"go/types"
	"strings"

	"github.com/sqlvet/sqlvet/internal/golang"
)

// A store is what a package assigns to a field or a variable of its own that
// no other package can reach, its tests left out. Those of interface types and
// files are kept.
type store struct {
	values []stored
	open   bool // something else may be in it
}

// A stored value is the first of what an expression of a body gives.
type stored struct {
	x  ast.Expr
	in *node
}

// store notes that v may hold x, or anything if x is nil.
func (w *walker) store(v *types.Var, x ast.Expr) {
	g := w.g
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
	case !g.info.Types[x].IsNil() && !strings.HasSuffix(g.pass.Fset.Position(x.Pos()).Filename, "_test.go"):
		s.values = append(s.values, stored{x, w.n})
	}
}

// heldBy returns what a field or variable may hold, whoever has it; none if that
// is not all known.
func (g *graph) heldBy(v *types.Var) []Made {
	s := g.stores[v]
	if s == nil || s.open || v.Pkg() != g.pass.Pkg {
		return nil
	}
	if list, ok := g.held[v]; ok {
		return list
	}
	g.held[v] = nil // while it is looked for
	var all []Made
	for _, s := range s.values {
		f := g.flowOf(s.in)
		if f == nil {
			return nil
		}
		list := f.typesOf(question{x: s.x})
		if len(list) == 0 {
			return nil
		}
		all = append(all, list...)
	}
	g.held[v] = compact(all)
	return g.held[v]
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

package funceffects

import (
	"cmp"
	"go/ast"
	"go/types"
	"slices"

	"github.com/sqlvet/sqlvet/internal/apis"
	"github.com/sqlvet/sqlvet/internal/golang"
)

// This file tells the link step of functions in exported fields: who calls them
// and who fills them in may not know each other.

// A fill is one function field that this package gives a value.
type fill struct {
	name   string // as in target.unseen
	in     *node
	values []target
}

// named gives a field that is called, or handed on, the name by which the package
// that fills it in knows it.
func (w *walker) named(sel *ast.SelectorExpr, v *types.Var) {
	s := w.g.info.Selections[sel]
	if s == nil || !w.g.modules.Own || !golang.IsFunc(v.Type()) {
		return
	}
	t := s.Recv()
	for _, i := range s.Index()[:len(s.Index())-1] {
		st, ok := pointed(t).Underlying().(*types.Struct)
		if !ok {
			return
		}
		t = st.Field(i).Type()
	}
	if name := w.g.fieldName(t, v); name != "" {
		w.g.fieldNames[v] = name
	}
}

// fieldName names a func field of an exported type of the module's own.
func (g *graph) fieldName(t types.Type, v *types.Var) string {
	n := golang.Named(t)
	if n == nil || !v.Exported() || !n.Obj().Exported() || !g.modules.Ours(n.Obj().Pkg()) {
		return ""
	}
	return apis.TypeName(n) + "." + v.Name()
}

// fill notes an assignment to a func field.
func (w *walker) fill(lhs, rhs ast.Expr) {
	sel, ok := ast.Unparen(lhs).(*ast.SelectorExpr)
	if !ok {
		return
	}
	if v, ok := w.g.info.Uses[sel.Sel].(*types.Var); ok && v.IsField() {
		w.fillField(w.g.info.TypeOf(sel.X), v, rhs)
	}
}

// fillField notes that the field v of a struct t is given the function x.
func (w *walker) fillField(t types.Type, v *types.Var, x ast.Expr) {
	if !w.g.modules.Own || !golang.IsFunc(v.Type()) {
		return
	}
	if name := w.g.fieldName(t, v); name != "" {
		w.g.fills = append(w.g.fills, fill{name, w.n, w.values(x)})
	}
}

// A Fill is a function that this package puts into an exported field.
type Fill struct {
	Field   string // "import/path.Type.Name"
	Func    string // for readers
	Effects []Effect
}

// Fills returns the functions that this package puts into exported fields and
// that have effects, ordered.
func (r *Result) Fills() []Fill {
	r.mu.Lock()
	defer r.mu.Unlock()
	var out []Fill
	for _, f := range r.s.g.fills {
		for _, t := range f.values {
			one := Fill{Field: f.name, Func: "a function literal", Effects: portable(r.s.effectsOf(t))}
			if t.fn != nil {
				one.Func = t.fn.Pkg().Name() + "." + r.s.g.shortName(t.fn)
			} else if t.lit == nil {
				continue
			}
			if len(one.Effects) > 0 {
				out = append(out, one)
			}
		}
	}
	slices.SortStableFunc(out, func(a, b Fill) int { return cmp.Or(cmp.Compare(a.Field, b.Field), cmp.Compare(a.Func, b.Func)) })
	return out
}

package funceffects

import (
	"go/ast"
	"go/types"
	"strings"

	"github.com/sqlvet/sqlvet/internal/golang"
)

// isStream reports whether a file is one of the standard streams: output to a
// terminal or a log is not a side effect anybody minds. A variable, a field or
// a function's result is one if everything that it is given is one.
func (g *graph) isStream(x ast.Expr) bool { return g.streams(x, make(map[types.Object]bool)) }

func (g *graph) streams(x ast.Expr, seen map[types.Object]bool) bool {
	var obj types.Object
	switch x := ast.Unparen(x).(type) {
	case *ast.Ident:
		obj = g.info.Uses[x]
	case *ast.SelectorExpr:
		obj = g.info.Uses[x.Sel]
	case *ast.CallExpr:
		fn := golang.Callee(g.info, x)
		return fn != nil && g.modules.Own && g.all(fn, seen, func(give func(ast.Expr)) {
			g.results(fn, give)
		})
	}
	v, ok := obj.(*types.Var)
	if !ok || v.Pkg() == nil {
		return false
	}
	if v.Pkg().Path() == "os" {
		return strings.HasPrefix(v.Name(), "Std")
	}
	if !g.modules.Own || v.Pkg() != g.pass.Pkg || v.Exported() && (v.IsField() || v.Parent() == v.Pkg().Scope()) {
		return false // others may give it anything
	}
	return g.all(v, seen, func(give func(ast.Expr)) {
		for _, f := range g.pass.Files {
			if v.IsField() || v.Parent() == v.Pkg().Scope() || f.FileStart <= v.Pos() && v.Pos() < f.FileEnd {
				g.given(f, v, give)
			}
		}
	})
}

// onStream reports whether a method is called on a standard stream.
func (g *graph) onStream(call *ast.CallExpr) bool {
	sel, ok := ast.Unparen(call.Fun).(*ast.SelectorExpr)
	return ok && g.isStream(sel.X)
}

// results calls give with what a function of the package returns first.
func (g *graph) results(fn *types.Func, give func(ast.Expr)) {
	if fn.Pkg() != g.pass.Pkg || fn.Signature().Results().Len() != 1 {
		return
	}
	for _, f := range g.pass.Files {
		for _, d := range f.Decls {
			d, ok := d.(*ast.FuncDecl)
			if !ok || d.Body == nil || g.info.Defs[d.Name] != fn {
				continue
			}
			ast.Inspect(d.Body, func(n ast.Node) bool {
				switch n := n.(type) {
				case *ast.FuncLit:
					return false
				case *ast.ReturnStmt:
					if len(n.Results) != 1 {
						give(nil)
						break
					}
					give(n.Results[0])
				}
				return true
			})
		}
	}
}

// all reports whether all that is given to obj are streams, and something is.
func (g *graph) all(obj types.Object, seen map[types.Object]bool, each func(give func(ast.Expr))) bool {
	if seen[obj] {
		return true // of itself: the rest decides
	}
	seen[obj] = true
	n, ok := 0, true
	each(func(x ast.Expr) {
		n++
		ok = ok && x != nil && g.streams(x, seen)
	})
	return ok && n > 0
}

// given calls give with each value that a file gives to a variable or field;
// with nil where the value cannot be seen.
func (g *graph) given(f *ast.File, v *types.Var, give func(ast.Expr)) {
	is := func(x ast.Expr) bool {
		switch x := ast.Unparen(x).(type) {
		case *ast.Ident:
			return g.info.Defs[x] == v || g.info.Uses[x] == v
		case *ast.SelectorExpr:
			return g.info.Uses[x.Sel] == v
		}
		return false
	}
	list := func(lhs, rhs []ast.Expr) {
		for i, l := range lhs {
			switch {
			case !is(l):
			case len(lhs) == len(rhs):
				give(rhs[i])
			case len(rhs) > 0:
				give(nil)
			}
		}
	}
	ast.Inspect(f, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.AssignStmt:
			list(n.Lhs, n.Rhs)
		case *ast.ValueSpec:
			lhs := make([]ast.Expr, len(n.Names))
			for i, id := range n.Names {
				lhs[i] = id
			}
			list(lhs, n.Values)
		case *ast.CompositeLit:
			g.fields(n, v, give)
		case *ast.UnaryExpr:
			if is(n.X) {
				give(nil) // its address
			}
		case *ast.Field:
			// A parameter is given what its callers have.
			for _, id := range n.Names {
				if g.info.Defs[id] == v && !v.IsField() {
					give(nil)
				}
			}
		}
		return true
	})
}

// fields calls give with what a struct literal gives the field v.
func (g *graph) fields(lit *ast.CompositeLit, v *types.Var, give func(ast.Expr)) {
	t := g.info.TypeOf(lit)
	if t == nil || !v.IsField() {
		return
	}
	st, ok := t.Underlying().(*types.Struct)
	if !ok {
		return
	}
	for i, e := range lit.Elts {
		if kv, ok := e.(*ast.KeyValueExpr); ok {
			if id, ok := kv.Key.(*ast.Ident); ok && g.info.Uses[id] == v {
				give(kv.Value)
			}
		} else if i < st.NumFields() && st.Field(i) == v {
			give(e)
		}
	}
}

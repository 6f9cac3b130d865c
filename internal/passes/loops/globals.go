package loops

import (
	"go/ast"
	"go/token"
	"go/types"
)

// A global is what a package does to one of its variables.
type global struct {
	value   ast.Expr // of its declaration
	changed bool     // assigned, appended to or address taken in a function other than init
}

// sourceGlobal: a variable of a package that is written by its declaration
// only is a table of constants. So is an exported one of another package, for
// lack of evidence against.
func (u *unit) sourceGlobal(obj types.Object) verdict {
	if obj.Pkg() != u.Types {
		if _, ok := under(obj.Type()).(*types.Chan); ok {
			return byType(obj.Type())
		}
		return verdict{bound: Constant, why: "the package-level variable " + obj.Pkg().Name() + "." + obj.Name()}
	}
	g := u.globalsOf()[obj]
	if g == nil || g.changed || g.value == nil {
		return byType(obj.Type())
	}
	if lit, ok := ast.Unparen(g.value).(*ast.CompositeLit); ok {
		return constantly(int64(len(lit.Elts)), "the package-level table "+obj.Name())
	}
	if other := u.Result.unit(g.value.Pos()); other != nil {
		if v := other.sourceAt(g.value, 3); v.bound == Constant {
			return v
		}
	}
	return byType(obj.Type())
}

// globalsOf collects what this package does to its variables.
func (r *Result) globalsOf() map[types.Object]*global {
	if r.globals != nil {
		return r.globals
	}
	r.globals = make(map[types.Object]*global)
	get := func(obj types.Object) *global {
		g := r.globals[obj]
		if g == nil {
			g = new(global)
			r.globals[obj] = g
		}
		return g
	}
	for _, d := range r.decls {
		switch d := d.(type) {
		case *ast.GenDecl:
			if d.Tok != token.VAR {
				continue
			}
			for _, spec := range d.Specs {
				s := spec.(*ast.ValueSpec)
				for i, name := range s.Names {
					if obj := r.Info.Defs[name]; obj != nil && len(s.Values) == len(s.Names) {
						get(obj).value = s.Values[i]
					}
				}
			}
		case *ast.FuncDecl:
			if d.Recv == nil && d.Name.Name == "init" {
				continue
			}
			u := r.unit(d.Pos())
			for obj, ws := range u.writes {
				if len(ws) > 0 && r.isGlobal(obj) {
					get(obj).changed = true
				}
			}
		}
	}
	return r.globals
}

// funcDecl returns the declaration of a function of this package.
func (r *Result) funcDecl(fn *types.Func) *ast.FuncDecl {
	if fn.Pkg() != r.Types {
		return nil
	}
	if r.funcs == nil {
		r.funcs = make(map[*types.Func]*ast.FuncDecl)
		for _, d := range r.decls {
			if d, ok := d.(*ast.FuncDecl); ok {
				if fn, ok := r.Info.Defs[d.Name].(*types.Func); ok {
					r.funcs[fn] = d
				}
			}
		}
	}
	return r.funcs[fn]
}

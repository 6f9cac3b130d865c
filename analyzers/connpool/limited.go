package connpool

import (
	"go/ast"
	"go/token"
	"go/types"
	"slices"

	"github.com/sqlvet/sqlvet/internal/apis"
	"github.com/sqlvet/sqlvet/internal/golang"
)

// This file follows a pool from where it is limited back to where it is opened.

// limitedBy returns the calls that open the pools which a mention of the method limits;
// nil if it may be any.
func (c *checker) limitedBy(id *ast.Ident) []*ast.CallExpr {
	d := c.around(id.Pos())
	if d == nil {
		return nil
	}
	for n := range ast.Preorder(d.Body) {
		if sel, ok := n.(*ast.SelectorExpr); ok && sel.Sel == id {
			return c.made(d, sel.X, 6)
		}
	}
	return nil
}

// around returns the function that a place is in, nil if there is none.
func (c *checker) around(pos token.Pos) *ast.FuncDecl {
	for _, f := range c.pass.Files {
		for _, d := range f.Decls {
			if d, ok := d.(*ast.FuncDecl); ok && d.Body != nil && d.Body.Pos() <= pos && pos < d.Body.End() {
				return d
			}
		}
	}
	return nil
}

// made returns the calls that open what an expression is, or has inside: all values of a
// variable of the function or of the package, what the callers hand over.
func (c *checker) made(d *ast.FuncDecl, x ast.Expr, depth int) []*ast.CallExpr {
	if depth == 0 {
		return nil
	}
	switch x := ast.Unparen(x).(type) {
	case *ast.SelectorExpr:
		if made := c.valuesIn(d.Body, c.place(x), depth-1); made != nil {
			return made // of the field itself, in this function
		}
		return c.made(d, x.X, depth-1)
	case *ast.CallExpr:
		if c.opens(x) {
			return []*ast.CallExpr{x}
		}
		if recv := golang.Receiver(c.pass.TypesInfo, x); recv != nil && apis.HandleOf(first(c.pass.TypesInfo.TypeOf(x))) == apis.PoolHandle {
			return c.made(d, recv, depth-1)
		}
	case *ast.Ident:
		v, _ := c.pass.TypesInfo.Uses[x].(*types.Var)
		switch {
		case v == nil || v.Exported() && v.Parent() == c.pass.Pkg.Scope():
		case v.Parent() == c.pass.Pkg.Scope():
			var all []*ast.CallExpr
			for _, f := range c.pass.Files {
				all = append(all, c.valuesIn(f, c.place(x), depth-1)...)
			}
			return all
		case d.Body.Pos() <= v.Pos() && v.Pos() < d.Body.End():
			return c.valuesIn(d.Body, c.place(x), depth-1)
		default:
			return c.handedIn(d, v, depth-1)
		}
	}
	return nil
}

// place returns the place that an expression is; its Root is nil if it is none.
func (c *checker) place(x ast.Expr) golang.Path {
	p, exact := golang.PathOf(c.pass.TypesInfo, x)
	if !exact {
		return golang.Path{}
	}
	return p
}

// valuesIn returns the calls that open what a place is given below a node; nil if one of its
// values is something else.
func (c *checker) valuesIn(root ast.Node, p golang.Path, depth int) []*ast.CallExpr {
	var out []*ast.CallExpr
	if p.Root == nil {
		return nil
	}
	for n := range ast.Preorder(root) {
		lhs, rhs := golang.Assigned(n)
		for i, l := range lhs {
			if c.place(l) != p || len(rhs) == 0 {
				continue
			}
			d := c.around(n.Pos())
			if d == nil {
				return nil
			}
			made := c.made(d, rhs[min(i, len(rhs)-1)], depth)
			if made == nil {
				return nil
			}
			out = append(out, made...)
		}
	}
	return out
}

// handedIn returns the calls that open what the callers of a function hand it as a
// parameter; nil unless all of them are seen.
func (c *checker) handedIn(d *ast.FuncDecl, v *types.Var, depth int) []*ast.CallExpr {
	fn, _ := c.pass.TypesInfo.Defs[d.Name].(*types.Func)
	if fn == nil || fn.Exported() && c.pass.Pkg.Name() != "main" {
		return nil
	}
	at := -1
	for i := range fn.Signature().Params().Len() {
		if fn.Signature().Params().At(i) == v {
			at = i
		}
	}
	var out []*ast.CallExpr
	callers := c.callersOf(fn)
	for i, caller := range callers {
		if slices.Contains(callers[:i], caller) {
			continue
		}
		for n := range ast.Preorder(caller.Body) {
			call, ok := n.(*ast.CallExpr)
			if !ok || golang.Callee(c.pass.TypesInfo, call) != fn {
				continue
			}
			if at < 0 || at >= len(call.Args) {
				return nil
			}
			made := c.made(caller, call.Args[at], depth)
			if made == nil {
				return nil
			}
			out = append(out, made...)
		}
	}
	return out
}

package funceffects

import (
	"go/ast"
	"go/types"

	"github.com/sqlvet/sqlvet/internal/apis"
	"github.com/sqlvet/sqlvet/internal/golang"
)

// This file tells functions that do one round trip for many keys or records
// from those that do one for each: what a call passes depends on a parameter
// that holds many, and on no parameter that holds one.

// parameters notes what the parameters of a body hold. A literal that is
// handed one element of the outer function's list has no list.
func (w *walker) parameters(n *node) {
	for i, v := range n.params {
		variadic := n.fn != nil && n.fn.Signature().Variadic() && i == len(n.params)-1
		switch {
		case holdsMany(v.Type(), variadic):
			if w.many == nil {
				w.many = make(map[types.Object]bool)
			}
			w.many[v] = true
		case holdsOne(v.Type()):
			if w.one == nil {
				w.one = make(map[types.Object]bool)
			}
			w.one[v] = true
		}
	}
}

// holdsMany reports whether a parameter is a list of keys or records, not the
// bind values, options or bytes of one.
func holdsMany(t types.Type, variadic bool) bool {
	var elem types.Type
	switch u := t.Underlying().(type) {
	case *types.Slice:
		elem = u.Elem()
	case *types.Map:
		return !isAny(u.Elem()) // map[string]any is one record
	default:
		return false
	}
	switch u := elem.Underlying().(type) {
	case *types.Basic:
		return u.Kind() != types.Byte
	case *types.Interface:
		_, param := types.Unalias(elem).(*types.TypeParam)
		return param || !variadic && u.NumMethods() > 0
	case *types.Signature:
		return false
	}
	return true
}

// holdsOne reports whether a parameter is one key or record: a number, a
// string, an identifier, a struct with data in it.
func holdsOne(t types.Type) bool {
	if p, ok := t.Underlying().(*types.Pointer); ok {
		t = p.Elem()
	}
	switch u := t.Underlying().(type) {
	case *types.Basic:
		return u.Info()&(types.IsNumeric|types.IsString) != 0
	case *types.Array:
		return true
	case *types.Struct:
		n := golang.Named(t)
		if n != nil && n.Obj().Pkg() != nil {
			if _, ok := apis.LibraryOf(n.Obj().Pkg().Path()); ok {
				return false // a handle
			}
		}
		for i := range u.NumFields() {
			if f := u.Field(i); f.Exported() && !f.Embedded() {
				if _, ok := f.Type().Underlying().(*types.Basic); ok {
					return true
				}
			}
		}
	}
	return false
}

func isAny(t types.Type) bool {
	i, ok := t.Underlying().(*types.Interface)
	return ok && i.NumMethods() == 0
}

// spread: what is made from a list is as many, what is made from one is one.
func (w *walker) spread(lhs, rhs []ast.Expr) {
	if len(w.many) == 0 {
		return
	}
	for _, set := range [...]map[types.Object]bool{w.many, w.one} {
		from := false
		for _, x := range rhs {
			from = from || w.mentions(x, set)
		}
		for _, x := range lhs {
			if id, ok := x.(*ast.Ident); ok && from {
				if obj := w.object(id); obj != nil {
					set[obj] = true
				}
			}
		}
	}
}

// mentions reports whether an expression uses one of the variables.
func (w *walker) mentions(x ast.Expr, set map[types.Object]bool) bool {
	if len(set) == 0 {
		return false
	}
	found := false
	ast.Inspect(x, func(n ast.Node) bool {
		if id, ok := n.(*ast.Ident); ok && set[w.g.info.Uses[id]] {
			found = true
		}
		return !found
	})
	return found
}

// passesMany reports whether what a call passes is many, and not one of
// something besides.
func (w *walker) passesMany(call *ast.CallExpr) bool {
	if len(w.many) == 0 {
		return false
	}
	many := w.mentions(call.Fun, w.many)
	one := w.mentions(call.Fun, w.one)
	for _, a := range call.Args {
		many = many || w.mentions(a, w.many)
		one = one || w.mentions(a, w.one)
	}
	return many && !one
}

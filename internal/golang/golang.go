// Package golang answers what every pass asks of Go code, once: which function
// a call names, what a type is, which variable or field an expression denotes.
// It knows no SQL and no database library.
package golang

import (
	"go/ast"
	"go/types"

	"golang.org/x/tools/go/types/typeutil"
)

// Callee returns the function that a call names statically, or the interface
// method; the origin of a generic one. It is nil for calls of function values.
func Callee(info *types.Info, call *ast.CallExpr) *types.Func {
	fn, _ := typeutil.Callee(info, call).(*types.Func)
	if fn == nil {
		return nil
	}
	return fn.Origin()
}

// Receiver returns what the method of a call is called on, nil if the call is
// none of a method.
func Receiver(info *types.Info, call *ast.CallExpr) ast.Expr {
	sel, ok := Unindex(ast.Unparen(call.Fun)).(*ast.SelectorExpr)
	if !ok || info.Selections[sel] == nil {
		return nil
	}
	return sel.X
}

// Switched returns the value whose type a switch asks for.
func Switched(s *ast.TypeSwitchStmt) ast.Expr {
	var x ast.Expr
	switch a := s.Assign.(type) {
	case *ast.AssignStmt:
		x = a.Rhs[0]
	case *ast.ExprStmt:
		x = a.X
	}
	if t, ok := ast.Unparen(x).(*ast.TypeAssertExpr); ok {
		return t.X
	}
	return x
}

// Unindex strips the type arguments of a generic function.
func Unindex(x ast.Expr) ast.Expr {
	switch y := x.(type) {
	case *ast.IndexExpr:
		return ast.Unparen(y.X)
	case *ast.IndexListExpr:
		return ast.Unparen(y.X)
	}
	return x
}

// Object returns what an identifier defines or uses.
func Object(info *types.Info, id *ast.Ident) types.Object {
	if obj := info.Defs[id]; obj != nil {
		return obj
	}
	return info.Uses[id]
}

// Named returns the named type of t or *t, its origin; nil if there is none.
func Named(t types.Type) *types.Named {
	if t == nil {
		return nil
	}
	t = types.Unalias(t)
	if p, ok := t.(*types.Pointer); ok {
		t = types.Unalias(p.Elem())
	}
	if n, ok := t.(*types.Named); ok {
		return n.Origin()
	}
	return nil
}

// IsNamed reports whether t, or what it points to, is the named type of a
// package.
func IsNamed(t types.Type, path, name string) bool {
	n := Named(t)
	return n != nil && n.Obj().Name() == name && n.Obj().Pkg() != nil && n.Obj().Pkg().Path() == path
}

// IsError reports whether values of t say what failed, and are nil if nothing did:
// error, an interface that has more than it, a pointer to a named type that is one.
func IsError(t types.Type) bool {
	if t == nil {
		return false
	}
	switch u := t.Underlying().(type) {
	case *types.Interface:
		return !u.Empty() && types.Implements(t, errorType)
	case *types.Pointer:
		_, named := types.Unalias(u.Elem()).(*types.Named)
		return named && types.Implements(t, errorType)
	}
	return false
}

var errorType = types.Universe.Lookup("error").Type().Underlying().(*types.Interface)

// LastIsError reports whether the last result of a function says what failed.
func LastIsError(sig *types.Signature) bool {
	n := sig.Results().Len()
	return n > 0 && IsError(sig.Results().At(n-1).Type())
}

// IsBool reports whether t is a truth value.
func IsBool(t types.Type) bool {
	if t == nil {
		return false
	}
	b, ok := t.Underlying().(*types.Basic)
	return ok && b.Info()&types.IsBoolean != 0
}

// IsContext reports whether t is context.Context.
func IsContext(t types.Type) bool {
	if t == nil || !types.IsInterface(t) {
		return false
	}
	return IsNamed(t, "context", "Context")
}

// IsFunc reports whether values of type t can be called.
func IsFunc(t types.Type) bool {
	if t == nil {
		return false
	}
	_, ok := t.Underlying().(*types.Signature)
	return ok
}

// IsInterfaceMethod reports whether fn is a method of an interface: a call of
// it may execute any implementation.
func IsInterfaceMethod(fn *types.Func) bool {
	recv := fn.Signature().Recv()
	return recv != nil && types.IsInterface(recv.Type())
}

// Core returns the one type that a constraint like ~[]E allows, nil if there
// are several or none.
func Core(tp *types.TypeParam) types.Type {
	iface, ok := tp.Constraint().Underlying().(*types.Interface)
	if !ok || iface.NumEmbeddeds() != 1 {
		return nil
	}
	switch e := types.Unalias(iface.EmbeddedType(0)).(type) {
	case *types.Union:
		if e.Len() == 1 {
			return e.Term(0).Type()
		}
	default:
		return e
	}
	return nil
}

// IsZero reports whether x is nil or the constant 0, "" or false.
func IsZero(info *types.Info, x ast.Expr) bool {
	tv := info.Types[x]
	if tv.IsNil() {
		return true
	}
	if tv.Value == nil {
		return false
	}
	switch tv.Value.ExactString() {
	case "0", `""`, "false":
		return true
	}
	return false
}

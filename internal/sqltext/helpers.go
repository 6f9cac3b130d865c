package sqltext

import (
	"go/ast"
	"go/types"

	"github.com/sqlvet/sqlvet/internal/apis"
	"github.com/sqlvet/sqlvet/internal/golang"
)

// callee returns the function that a call names; its origin if generic.
func (p *Program) callee(call *ast.CallExpr) *types.Func {
	return golang.Callee(p.info, call)
}

// building returns the library whose statement a value of type t is a part
// of: a statement under construction, a condition, or a list of them; nil if
// none is.
func (p *Program) building(t types.Type) *apis.Library {
	t = types.Unalias(t)
	switch u := t.(type) {
	case *types.Pointer:
		return p.building(u.Elem())
	case *types.Slice:
		return p.building(u.Elem())
	case *types.Named:
		if lib := p.oracle.LibraryAt(u.Obj().Pkg()); lib != nil {
			if _, _, ok := lib.Builder(t); ok {
				return lib
			}
			if _, ok := lib.Value(t); ok || types.IsInterface(u) && lib.Covers(u.Obj().Pkg()) {
				return lib
			}
		}
		switch s := u.Underlying().(type) {
		case *types.Slice:
			return p.building(s.Elem())
		case *types.Signature:
			return p.building(s)
		}
	case *types.Signature:
		if u.Params().Len() > 0 {
			return p.building(u.Params().At(0).Type())
		}
	}
	return nil
}

// isBuilder reports whether t is a pointer to a statement under construction.
func (p *Program) isBuilder(t types.Type) bool {
	lib := p.building(t)
	if lib == nil || !isPointer(t) {
		return false
	}
	_, handle, ok := lib.Builder(t)
	return ok && !handle
}

// isNamedStruct reports whether t is a struct type with a name.
func isNamedStruct(t types.Type) bool {
	_, ok := types.Unalias(t).(*types.Named)
	return ok && structOf(t) != nil && !isPointer(t)
}

func isPointer(t types.Type) bool {
	_, ok := t.Underlying().(*types.Pointer)
	return ok
}

// isBuilding reports whether a conversion keeps what a value is in a
// statement.
func (fr *frame) isBuilding(call *ast.CallExpr) bool {
	tv, ok := fr.prog.info.Types[call.Fun]
	return ok && tv.IsType() && len(call.Args) == 1 && fr.prog.building(tv.Type) != nil
}

// isPairs reports whether t is a map from strings to values of any type.
func isPairs(t types.Type) bool {
	m, ok := t.Underlying().(*types.Map)
	return ok && isString(m.Key()) && types.IsInterface(m.Elem())
}

package sqltext

import (
	"go/ast"
	"go/types"

	"github.com/sqlvet/sqlvet/internal/apis"
	"github.com/sqlvet/sqlvet/internal/golang"
)

// callee returns the function that a call names; its origin if generic. Of a
// method of an interface of the package it is that of the one type there which
// has it.
func (p *Program) callee(call *ast.CallExpr) *types.Func {
	fn := golang.Callee(p.info, call)
	if fn == nil || fn.Pkg() != p.pkg {
		return fn
	}
	return p.Only(fn)
}

// Only returns the method that a method of an interface of the package is, if
// one type there has it; other functions are what they are.
func (p *Program) Only(fn *types.Func) *types.Func {
	if recv := fn.Signature().Recv(); recv == nil || !types.IsInterface(recv.Type()) {
		return fn
	}
	m, ok := p.only[fn]
	if !ok {
		m = fn
		if impls := p.implementers(fn); len(impls) == 1 {
			m = impls[0]
		}
		p.only[fn] = m
	}
	return m
}

// implementers returns the methods of the package's types that a method of an
// interface may be; those of tests are none.
func (p *Program) implementers(fn *types.Func) []*types.Func {
	iface, ok := fn.Signature().Recv().Type().Underlying().(*types.Interface)
	if !ok {
		return nil
	}
	var out []*types.Func
	for _, name := range p.pkg.Scope().Names() {
		tn, ok := p.pkg.Scope().Lookup(name).(*types.TypeName)
		if !ok || tn.IsAlias() || types.IsInterface(tn.Type()) || p.isTest(tn.Pos()) {
			continue
		}
		if named, ok := tn.Type().(*types.Named); !ok || named.TypeParams().Len() > 0 || !types.Implements(types.NewPointer(named), iface) {
			continue
		}
		obj, _, _ := types.LookupFieldOrMethod(tn.Type(), true, p.pkg, fn.Name())
		if m, ok := obj.(*types.Func); ok {
			out = append(out, m.Origin())
		}
	}
	return out
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

package golang

import "go/types"

// Implementing returns n, an instance of it if it is generic, of which a pointer has
// the methods of iface: the signatures tell the type arguments. It is nil if there is
// none.
func Implementing(n *types.Named, iface *types.Interface) types.Type {
	params := n.TypeParams()
	if params.Len() == 0 {
		if types.Implements(types.NewPointer(n), iface) {
			return n
		}
		return nil
	}
	n = n.Origin()
	args := make([]types.Type, params.Len())
	for i := range iface.NumMethods() {
		want := iface.Method(i)
		obj, _, _ := types.LookupFieldOrMethod(types.NewPointer(n), true, want.Pkg(), want.Name())
		have, ok := obj.(*types.Func)
		if !ok {
			return nil
		}
		// A method declares the type's parameters by names of its own.
		if !unify(have.Signature(), want.Signature(), args) {
			return nil
		}
	}
	for _, a := range args {
		if a == nil {
			return nil
		}
	}
	inst, err := types.Instantiate(nil, n, args, true)
	if err != nil || !types.Implements(types.NewPointer(inst), iface) {
		return nil
	}
	return inst
}

// unify finds the type arguments, by index, with which t is u; false if there are none.
func unify(t, u types.Type, args []types.Type) bool {
	t, u = types.Unalias(t), types.Unalias(u)
	if tp, ok := t.(*types.TypeParam); ok && tp.Index() < len(args) {
		if args[tp.Index()] == nil {
			args[tp.Index()] = u
		}
		return types.Identical(args[tp.Index()], u)
	}
	switch t := t.(type) {
	case *types.Named:
		u, ok := u.(*types.Named)
		if !ok || t.Origin() != u.Origin() {
			return false
		}
		for i := range t.TypeArgs().Len() {
			if !unify(t.TypeArgs().At(i), u.TypeArgs().At(i), args) {
				return false
			}
		}
		return true
	case *types.Pointer:
		u, ok := u.(*types.Pointer)
		return ok && unify(t.Elem(), u.Elem(), args)
	case *types.Slice:
		u, ok := u.(*types.Slice)
		return ok && unify(t.Elem(), u.Elem(), args)
	case *types.Array:
		u, ok := u.(*types.Array)
		return ok && t.Len() == u.Len() && unify(t.Elem(), u.Elem(), args)
	case *types.Map:
		u, ok := u.(*types.Map)
		return ok && unify(t.Key(), u.Key(), args) && unify(t.Elem(), u.Elem(), args)
	case *types.Chan:
		u, ok := u.(*types.Chan)
		return ok && t.Dir() == u.Dir() && unify(t.Elem(), u.Elem(), args)
	case *types.Signature:
		u, ok := u.(*types.Signature)
		return ok && t.Variadic() == u.Variadic() && unifyAll(t.Params(), u.Params(), args) && unifyAll(t.Results(), u.Results(), args)
	}
	return types.Identical(t, u)
}

func unifyAll(t, u *types.Tuple, args []types.Type) bool {
	if t.Len() != u.Len() {
		return false
	}
	for i := range t.Len() {
		if !unify(t.At(i).Type(), u.At(i).Type(), args) {
			return false
		}
	}
	return true
}

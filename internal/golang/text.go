package golang

import "go/types"

// HoldsText reports whether a value of a type may hold the name of something:
// text, or a value of which the type says nothing. Numbers, keys of fixed size
// and functions do not.
func HoldsText(t types.Type) bool { return holdsText(t, 4) }

func holdsText(t types.Type, depth int) bool {
	if t == nil || depth == 0 {
		return true // not known
	}
	if _, ok := types.Unalias(t).(*types.TypeParam); ok {
		return true
	}
	switch u := t.Underlying().(type) {
	case *types.Basic:
		return u.Info()&types.IsString != 0
	case *types.Signature, *types.Array, *types.Chan:
		return false
	case *types.Pointer:
		return holdsText(u.Elem(), depth-1)
	case *types.Slice:
		return holdsText(u.Elem(), depth-1)
	}
	return true
}

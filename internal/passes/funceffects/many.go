package funceffects

import (
	"go/types"

	"github.com/sqlvet/sqlvet/internal/apis"
	"github.com/sqlvet/sqlvet/internal/golang"
)

// This file tells functions that do one round trip for many keys or records
// from those that do one for each: the statement depends on a parameter that
// holds many, and on none that is one thing.

// forMany reports whether what a body is given is many of something, and not
// one of something besides. What the receiver holds is neither.
func (n *node) forMany(s Inputs) bool {
	if !s.Known {
		return false
	}
	many := false
	for _, in := range s.List {
		if in.v == nil || in.Receiver() || golang.IsContext(in.v.Type()) {
			continue
		}
		t := golang.TypeAt(in.v.Type(), in.Fields)
		i, ok := in.Param()
		switch {
		case t == nil:
			return false
		case holdsMany(t, ok && in.Fields == "" && n.sig.Variadic() && i == n.sig.Params().Len()-1):
			many = many || in.Fields == "" // the list of one record says nothing
		case holdsOne(t):
			return false
		}
	}
	return many
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

// holdsOne reports whether a parameter is one key, record or other subject, not
// a handle or a function.
func holdsOne(t types.Type) bool {
	if n := golang.Named(t); n != nil && n.Obj().Pkg() != nil {
		if _, ok := apis.LibraryOf(n.Obj().Pkg().Path()); ok {
			return false
		}
	}
	return !golang.IsFunc(t)
}

func isAny(t types.Type) bool {
	i, ok := t.Underlying().(*types.Interface)
	return ok && i.NumMethods() == 0
}

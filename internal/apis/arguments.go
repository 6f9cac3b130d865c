package apis

import (
	"go/types"
	"maps"
	"slices"
	"strings"

	"github.com/sqlvet/sqlvet/internal/golang"
)

// How libraries put arguments in the place of placeholders: the values of
// Header.Arguments, and "" for what is bound.
const (
	ArgName = "name" // as an identifier
	ArgSQL  = "sql"  // as SQL: an expression, a list, a query
	ArgList = "list" // as a list of values
)

// Writes returns how the library of a puts an argument of type t into its
// text; "" if it binds it as a value. made is the function that the argument
// is a call of, nil if none.
//
// from is a package that imports the library.
func (a API) Writes(from *types.Package, t types.Type, made *types.Func) string {
	lib := a.writer()
	if lib == nil || t == nil {
		return ""
	}
	if made != nil {
		if how, ok := lib.Arguments[Key(made)]; ok {
			return how
		}
	}
	t = types.Unalias(t)
	if how, ok := lib.Arguments[types.TypeString(t, nil)]; ok {
		return how
	}
	for _, name := range slices.Sorted(maps.Keys(lib.Arguments)) {
		i, ok := typeNamed(from, name).(*types.Interface)
		if ok && i.NumMethods() > 0 && types.Implements(t, i) {
			return lib.Arguments[name]
		}
	}
	return ""
}

// typeNamed returns the underlying type of PATH.NAME as the packages below
// from see it; nil if they do not.
func typeNamed(from *types.Package, name string) types.Type {
	dot := strings.LastIndexByte(name, '.')
	if dot < 0 {
		return nil
	}
	p := golang.Imported(from, name[:dot])
	if p == nil {
		return nil
	}
	obj, ok := p.Scope().Lookup(name[dot+1:]).(*types.TypeName)
	if !ok {
		return nil
	}
	return obj.Type().Underlying()
}

// WritesSome reports whether the library of a writes some arguments into its
// text.
func (a API) WritesSome() bool {
	return a.writer() != nil
}

// writer returns the library of a if it writes some arguments into its text.
func (a API) writer() *Library {
	if a.own != nil && len(a.own.Arguments) > 0 {
		return a.own
	}
	if lib, ok := LibraryOf(a.Library); ok && len(lib.Arguments) > 0 {
		return lib
	}
	return nil
}

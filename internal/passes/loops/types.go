package loops

import (
	"go/ast"
	"go/constant"
	"go/types"
	"strings"
	"unicode"

	"github.com/sqlvet/sqlvet/internal/apis"
	"github.com/sqlvet/sqlvet/internal/golang"
)

// callee returns the function or method that a call names; its origin if it
// is generic.
func (r *Result) callee(call *ast.CallExpr) *types.Func {
	return golang.Callee(r.Info, call)
}

// api returns what the catalogue says of the callee.
func (r *Result) api(call *ast.CallExpr) (apis.API, bool) {
	return r.APIs.Lookup(r.callee(call))
}

// builtin returns the name of the builtin function that is called, or "".
func (r *Result) builtin(call *ast.CallExpr) string {
	if id, ok := ast.Unparen(call.Fun).(*ast.Ident); ok {
		if b, ok := r.Info.Uses[id].(*types.Builtin); ok {
			return b.Name()
		}
	}
	return ""
}

// under returns the type below names, aliases, type parameters with a core
// type, and pointers.
func under(t types.Type) types.Type {
	if t == nil {
		return types.Typ[types.Invalid]
	}
	if p, ok := t.Underlying().(*types.Pointer); ok {
		t = p.Elem()
	}
	if tp, ok := types.Unalias(t).(*types.TypeParam); ok {
		if core := golang.CoreType(tp); core != nil {
			return core
		}
	}
	return t.Underlying()
}

// elem returns the type of the elements that ranging over t yields as values;
// keys for a set and the yielded value for an iterator. Nil if there is none.
func elem(t types.Type) types.Type {
	switch t := under(t).(type) {
	case *types.Slice:
		return t.Elem()
	case *types.Array:
		return t.Elem()
	case *types.Map:
		return t.Elem()
	case *types.Chan:
		return t.Elem()
	case *types.Signature:
		if t.Params().Len() == 1 {
			if yield, ok := t.Params().At(0).Type().Underlying().(*types.Signature); ok && yield.Params().Len() > 0 {
				return yield.Params().At(yield.Params().Len() - 1).Type()
			}
		}
	}
	return nil
}

func isCollection(t types.Type) bool {
	switch t := under(t).(type) {
	case *types.Slice, *types.Array, *types.Map, *types.Chan:
		return true
	case *types.Signature:
		return elem(t) != nil
	}
	return false
}

func isInteger(t types.Type) bool {
	b, ok := under(t).(*types.Basic)
	return ok && b.Info()&types.IsInteger != 0
}

// named returns the package path and the name of a type or of what it points
// to; empty strings if it has none.
func named(t types.Type) (path, name string) {
	if t == nil {
		return "", ""
	}
	if p, ok := types.Unalias(t).(*types.Pointer); ok {
		t = p.Elem()
	}
	n, ok := types.Unalias(t).(*types.Named)
	if !ok {
		return "", ""
	}
	if n.Obj().Pkg() != nil {
		path = n.Obj().Pkg().Path()
	}
	return path, n.Obj().Name()
}

// handleKind tells database handles from other types.
type handleKind uint8

const (
	noHandle     handleKind = iota
	plainHandle             // a database, connection or transaction
	buildsHandle            // such a type that also is the library's query builder: *gorm.DB
)

// handle returns whether a value of type t is a database handle: something
// that the catalogue's functions are called on to run a statement. A struct is
// one if it embeds one.
func (r *Result) handle(t types.Type) handleKind {
	if t == nil {
		return noHandle
	}
	k, ok := r.handles[t]
	if !ok {
		r.handles[t] = noHandle // for a type that embeds itself
		k = r.findHandle(t)
		r.handles[t] = k
	}
	return k
}

func (r *Result) findHandle(t types.Type) handleKind {
	path, name := named(t)
	if name == "" {
		return noHandle
	}
	if s, ok := under(t).(*types.Struct); ok && !isLibrary(path) {
		for i := range s.NumFields() {
			if f := s.Field(i); f.Embedded() && r.handle(f.Type()) != noHandle {
				return r.handle(f.Type())
			}
		}
		return noHandle
	}
	runs, builds := false, false
	set := types.NewMethodSet(pointerTo(t))
	for i := range set.Len() {
		fn, ok := set.At(i).Obj().(*types.Func)
		if !ok || !fn.Exported() {
			continue
		}
		api, ok := r.APIs.Lookup(fn)
		if !ok {
			continue
		}
		switch api.Role {
		case apis.Query, apis.QueryRow, apis.Exec, apis.Begin, apis.TxClosure:
			runs = runs || api.RoundTrip && api.ArgsStart != 0 && !api.Optional
		case apis.Builder, apis.RawSQL, apis.BuilderTerminal:
			builds = true
		}
	}
	switch {
	case !runs:
		return noHandle
	case builds:
		return buildsHandle
	}
	return plainHandle
}

// holdsHandle reports whether t is a struct with a database handle, or another
// such struct, and nothing in it that would be data: a repository, a shard.
// Texts that say where to ask are no data.
func (r *Result) holdsHandle(t types.Type) bool {
	s, ok := under(t).(*types.Struct)
	if path, name := named(t); !ok || name == "" || isLibrary(path) {
		return false
	}
	holds := false
	for i := range s.NumFields() {
		f := s.Field(i)
		switch ft := f.Type(); {
		case r.handle(ft) != noHandle:
			holds = true
		case r.ignored(ft) || types.IsInterface(ft):
		default:
			path, _ := named(ft)
			if path == "sync" || path == "sync/atomic" {
				continue
			}
			switch u := under(ft).(type) {
			case *types.Basic:
				if u.Info()&types.IsString == 0 {
					return false
				}
			case *types.Struct:
				if !r.holdsHandleOf(ft) {
					return false
				}
				holds = true
			case *types.Signature, *types.Chan:
			default:
				return false
			}
		}
	}
	return holds
}

// holdsHandleOf is holdsHandle for a field, which may be of the type that is
// asked for.
func (r *Result) holdsHandleOf(t types.Type) bool {
	k, ok := r.holders[t]
	if !ok {
		r.holders[t] = false
		k = r.holdsHandle(t)
		r.holders[t] = k
	}
	return k
}

// hidesHandle reports whether t is an interface behind which there are
// repositories or shards only: of the types that implement it, as far as this
// package sees, some hold a database handle, and none holds data beside it.
func (r *Result) hidesHandle(t types.Type) bool {
	iface, ok := t.Underlying().(*types.Interface)
	if path, name := named(t); !ok || name == "" || iface.NumMethods() == 0 || isLibrary(path) {
		return false
	}
	k, ok := r.holders[t]
	if !ok {
		k = r.findHidden(iface)
		r.holders[t] = k
	}
	return k
}

func (r *Result) findHidden(iface *types.Interface) bool {
	found := false
	for _, pkg := range append([]*types.Package{r.Types}, r.Types.Imports()...) {
		if !r.ours(pkg) {
			continue // a scope is decoded only where it is looked into
		}
		scope := pkg.Scope()
		for _, name := range scope.Names() {
			tn, ok := scope.Lookup(name).(*types.TypeName)
			if !ok || tn.IsAlias() || types.IsInterface(tn.Type()) || !types.Implements(types.NewPointer(tn.Type()), iface) {
				continue
			}
			switch s, isStruct := tn.Type().Underlying().(*types.Struct); {
			case r.holdsHandleOf(tn.Type()):
				found = true
			case !isStruct || r.reachesHandle(s, 4):
				return false // a record that knows its database, or anything
			}
		}
	}
	return found
}

// ours reports whether a package is worked on together with this one.
func (r *Result) ours(p *types.Package) bool {
	return p == r.Types || r.Modules != nil && r.Modules.Ours(p)
}

// oursNamed reports whether the type behind pointers was declared in a package
// that is worked on together with this one.
func (r *Result) oursNamed(t types.Type) bool {
	n := golang.Named(t)
	return n != nil && n.Obj().Pkg() != nil && r.ours(n.Obj().Pkg())
}

// reachesHandle reports whether a field of s is or holds a handle, down to
// some depth.
func (r *Result) reachesHandle(s *types.Struct, depth int) bool {
	for f := range s.Fields() {
		if r.handle(f.Type()) != noHandle {
			return true
		}
		if inner, ok := under(f.Type()).(*types.Struct); ok && depth > 0 && r.reachesHandle(inner, depth-1) {
			return true
		}
	}
	return false
}

func pointerTo(t types.Type) types.Type {
	if types.IsInterface(t) {
		return t
	}
	if _, ok := t.Underlying().(*types.Pointer); ok {
		return t
	}
	return types.NewPointer(t)
}

func isLibrary(path string) bool {
	_, ok := apis.LibraryOf(path)
	return ok
}

// words splits a name at its humps and underscores, in lower case.
func words(name string) []string {
	var list []string
	start := 0
	runes := []rune(name)
	flush := func(end int) {
		if end > start {
			list = append(list, strings.ToLower(string(runes[start:end])))
		}
		start = end
	}
	for i, c := range runes {
		switch {
		case c == '_':
			flush(i)
			start = i + 1
		case unicode.IsUpper(c) && i > 0 && (!unicode.IsUpper(runes[i-1]) || i+1 < len(runes) && unicode.IsLower(runes[i+1])):
			flush(i)
		}
	}
	flush(len(runes))
	return list
}

// speaks reports whether a name holds a word that begins with one of stems.
func speaks(name string, stems ...string) bool {
	for _, w := range words(name) {
		for _, s := range stems {
			if strings.HasPrefix(w, s) {
				return true
			}
		}
	}
	return false
}

// integer returns the value of a constant integer expression.
func (r *Result) integer(e ast.Expr) (int64, bool) {
	if e == nil {
		return 0, false
	}
	tv := r.Info.Types[e]
	if tv.Value == nil {
		return 0, false
	}
	v := constant.ToInt(tv.Value)
	if v.Kind() != constant.Int {
		return 0, false
	}
	return constant.Int64Val(v)
}

// isGlobal reports whether v is a variable of a package.
func (r *Result) isGlobal(v types.Object) bool {
	return v.Pkg() != nil && v.Parent() == v.Pkg().Scope()
}

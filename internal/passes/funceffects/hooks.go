package funceffects

import (
	"go/types"

	"github.com/sqlvet/sqlvet/internal/golang"
)

// This file knows which methods the standard library calls of the values that
// it is given: a hidden loop, if the value holds many.

// hooks are, by package, the methods that its functions call of what they are
// given as any, the first that a type has.
var hooks = map[string][]string{
	"encoding/json": {"MarshalJSON", "MarshalText"},
	"encoding/xml":  {"MarshalXML", "MarshalText"},
	"encoding/gob":  {"GobEncode", "MarshalBinary"},
	"fmt":           {"Format", "Error", "String"},
	"log":           {"Format", "Error", "String"},
	"log/slog":      {"LogValue"},
}

// A hook is a method that is called of a part of a value.
type hook struct {
	fn   *types.Func
	each bool // of each of many parts
}

// hooked adds the methods to an edge that its callee calls of the arguments.
func (w *walker) hooked(e *edge, fn *types.Func) {
	if !w.g.modules.Own || fn.Pkg() == nil {
		return
	}
	names := hooks[fn.Pkg().Path()]
	if names == nil {
		return
	}
	sig := fn.Signature()
	for i, a := range e.call.Args {
		p := sig.Params().At(min(i, sig.Params().Len()-1)).Type()
		if s, ok := p.(*types.Slice); ok && sig.Variadic() && i >= sig.Params().Len()-1 {
			p = s.Elem()
		}
		t := w.g.info.TypeOf(a)
		if !isAny(p) || t == nil {
			continue
		}
		for _, h := range w.g.hooksOf(t, names, fn.Pkg().Path()) {
			times := Once
			if h.each {
				times = PerElement
			}
			e.args = append(e.args, arg{index: i, x: a, values: []target{{fn: h.fn}}})
			e.calls = append(e.calls, Param{Index: i, Times: times})
		}
	}
}

type hookKey struct {
	t    types.Type
	path string
}

func (g *graph) hooksOf(t types.Type, names []string, path string) []hook {
	key := hookKey{t, path}
	if list, ok := g.hooks[key]; ok {
		return list
	}
	var list []hook
	seen := make(map[types.Type]bool)
	var visit func(t types.Type, each bool, depth int)
	visit = func(t types.Type, each bool, depth int) {
		if depth == 0 || seen[t] {
			return
		}
		seen[t] = true
		if n := golang.Named(t); n != nil && !types.IsInterface(n) {
			for _, name := range names {
				obj, _, _ := types.LookupFieldOrMethod(t, true, n.Obj().Pkg(), name)
				if fn, ok := obj.(*types.Func); ok {
					if fn = fn.Origin(); g.impls.known(fn) {
						list = append(list, hook{fn, each})
					}
					return // it says what is written of it
				}
			}
		}
		switch u := t.Underlying().(type) {
		case *types.Pointer:
			visit(u.Elem(), each, depth-1)
		case *types.Slice:
			visit(u.Elem(), true, depth-1)
		case *types.Array:
			visit(u.Elem(), each, depth-1)
		case *types.Map:
			visit(u.Elem(), true, depth-1)
		case *types.Struct:
			for v := range u.Fields() {
				if v.Exported() {
					visit(v.Type(), each, depth-1)
				}
			}
		}
	}
	visit(t, false, 6)
	g.hooks[key] = list
	return list
}

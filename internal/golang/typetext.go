package golang

import (
	"fmt"
	"go/types"
	"slices"
	"strconv"
	"strings"
)

// TypeText writes a type so that identical ones give the same text, in whatever
// package, and others do not: no names of parameters, no aliases, packages by
// their path. Type parameters are written by their place.
func TypeText(t types.Type) string {
	w := new(typeWriter)
	w.typ(t)
	return w.String()
}

type typeWriter struct {
	strings.Builder
	depth int
}

// maxDepth bounds the nesting of literal types; what lies deeper is taken for
// the same.
const maxDepth = 20

func (w *typeWriter) typ(t types.Type) {
	if w.depth++; w.depth <= maxDepth {
		w.write(types.Unalias(t))
	}
	w.depth--
}

func (w *typeWriter) write(t types.Type) {
	switch t := t.(type) {
	case *types.Basic:
		w.WriteString(types.Typ[t.Kind()].Name()) // byte is uint8
	case *types.Named:
		if p := t.Obj().Pkg(); p != nil {
			w.WriteString(p.Path() + ".")
		}
		w.WriteString(t.Obj().Name())
		for i := range t.TypeArgs().Len() {
			w.WriteByte("[,"[min(i, 1)])
			w.typ(t.TypeArgs().At(i))
		}
		if t.TypeArgs().Len() > 0 {
			w.WriteByte(']')
		}
	case *types.TypeParam:
		w.WriteString("$" + strconv.Itoa(t.Index()))
	case *types.Pointer:
		w.prefixed("*", t.Elem())
	case *types.Slice:
		w.prefixed("[]", t.Elem())
	case *types.Array:
		w.prefixed("["+strconv.FormatInt(t.Len(), 10)+"]", t.Elem())
	case *types.Map:
		w.prefixed("map[", t.Key())
		w.prefixed("]", t.Elem())
	case *types.Chan:
		w.prefixed(fmt.Sprintf("chan%d ", t.Dir()), t.Elem())
	case *types.Signature:
		w.WriteString("func")
		w.tuple(t.Params())
		if t.Variadic() {
			w.WriteString("...")
		}
		w.tuple(t.Results())
	case *types.Struct:
		w.WriteString("struct{")
		for i := range t.NumFields() {
			f := t.Field(i)
			w.WriteString(f.Id() + " ")
			if f.Embedded() {
				w.WriteString("embedded ")
			}
			w.typ(f.Type())
			w.WriteString(strconv.Quote(t.Tag(i)) + ";")
		}
		w.WriteByte('}')
	case *types.Interface:
		w.iface(t)
	case *types.Union:
		for i := range t.Len() {
			if t.Term(i).Tilde() {
				w.WriteByte('~')
			}
			w.typ(t.Term(i).Type())
			w.WriteByte('|')
		}
	default:
		w.WriteString(t.String())
	}
}

func (w *typeWriter) prefixed(s string, t types.Type) {
	w.WriteString(s)
	w.typ(t)
}

func (w *typeWriter) tuple(t *types.Tuple) {
	w.WriteByte('(')
	for v := range t.Variables() {
		w.typ(v.Type())
		w.WriteByte(',')
	}
	w.WriteByte(')')
}

// iface writes an unnamed interface by its method set, in the order of names.
func (w *typeWriter) iface(t *types.Interface) {
	var methods []*types.Func
	for m := range t.Methods() {
		methods = append(methods, m)
	}
	slices.SortFunc(methods, func(a, b *types.Func) int { return strings.Compare(a.Id(), b.Id()) })
	w.WriteString("interface{")
	for _, m := range methods {
		w.prefixed(m.Id(), m.Type())
		w.WriteByte(';')
	}
	if t.IsComparable() {
		w.WriteString("comparable;")
	}
	for e := range t.EmbeddedTypes() {
		if _, ok := e.Underlying().(*types.Interface); !ok {
			w.prefixed("", e) // of a constraint
			w.WriteByte(';')
		}
	}
	w.WriteByte('}')
}

// HasTypeParam reports whether a type parameter is among the type arguments of
// t, or of one of those.
func HasTypeParam(t types.Type) bool {
	return strings.Contains(TypeText(t), "$")
}

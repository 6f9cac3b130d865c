package linkage

import (
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"go/types"
	"slices"
	"strconv"
	"strings"
)

// methodIDs returns what identifies each method of a set, sorted: two methods
// have the same identity if one implements the other, in whatever package and
// with whatever words their signatures are written.
func methodIDs(set *types.MethodSet) []string {
	var out []string
	for sel := range set.Methods() {
		if fn, ok := sel.Obj().(*types.Func); ok {
			// The type of the selection, for methods of instances of generic types.
			out = append(out, methodID(fn.Id(), sel.Type()))
		}
	}
	slices.Sort(out)
	return out
}

// methodID is a method's name with a hash of its signature: signatures that
// spell out import paths would be most of what the link step is given.
func methodID(name string, signature types.Type) string {
	w := new(typeWriter)
	w.typ(signature)
	sum := sha256.Sum256([]byte(w.String()))
	return name + " " + base64.RawStdEncoding.EncodeToString(sum[:9])
}

// A typeWriter writes types so that identical ones give the same text and
// others do not: no names of parameters, no aliases, packages by their path.
// The receiver's type parameters are written by their place.
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

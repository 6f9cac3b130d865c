package sqltext

import (
	"go/ast"
	"go/types"
	"strconv"

	"golang.org/x/tools/go/types/typeutil"

	"github.com/sqlvet/sqlvet/internal/golang"
)

// A handed value is an argument that the caller of the function being
// interpreted decides.
type handed struct{ param int } // 1 + its index

func (h handed) join(other value) value {
	if h.equal(other) {
		return h
	}
	return nil
}

func (h handed) widen(after value) value { return h.join(after) }

func (h handed) equal(other value) bool { return h == other }

// typeArgs returns the types that a call gives the type parameters of the
// function it names, in their order, and those parameters: its own or those of
// its receiver.
func (fr *frame) typeArgs(call *ast.CallExpr) (params *types.TypeParamList, args []types.Type) {
	fn, ok := typeutil.Callee(fr.prog.info, call).(*types.Func)
	if !ok {
		return nil, nil
	}
	var list *types.TypeList
	if params = fn.Origin().Signature().TypeParams(); params.Len() > 0 {
		switch f := golang.Unindex(ast.Unparen(call.Fun)).(type) {
		case *ast.Ident:
			list = fr.prog.info.Instances[f].TypeArgs
		case *ast.SelectorExpr:
			list = fr.prog.info.Instances[f.Sel].TypeArgs
		}
	} else if params = fn.Origin().Signature().RecvTypeParams(); params.Len() > 0 {
		if x := receiver(call); x != nil {
			if named, ok := types.Unalias(golang.Deref(fr.prog.info.TypeOf(x))).(*types.Named); ok {
				list = named.TypeArgs()
			}
		}
	}
	if params.Len() == 0 || list.Len() != params.Len() {
		return nil, nil
	}
	for i := range list.Len() {
		args = append(args, fr.subst(list.At(i)))
	}
	return params, args
}

// instantiated returns what the type parameters of a function stand for in a
// call of it.
func (fr *frame) instantiated(call *ast.CallExpr) map[*types.TypeParam]types.Type {
	params, args := fr.typeArgs(call)
	if params == nil {
		return nil
	}
	out := make(map[*types.TypeParam]types.Type)
	for i, t := range args {
		out[params.At(i)] = t
	}
	return out
}

// subst puts the types that the caller gives in the place of type parameters,
// through pointers, slices and arrays.
func (fr *frame) subst(t types.Type) types.Type {
	if len(fr.targs) == 0 {
		return t
	}
	switch u := types.Unalias(t).(type) {
	case *types.TypeParam:
		if s, ok := fr.targs[u]; ok {
			return s
		}
	case *types.Pointer:
		return types.NewPointer(fr.subst(u.Elem()))
	case *types.Slice:
		return types.NewSlice(fr.subst(u.Elem()))
	case *types.Array:
		return types.NewArray(fr.subst(u.Elem()), u.Len())
	}
	return t
}

// behind returns the type behind pointers and slices, as far as they can nest.
func behind(t types.Type) types.Type {
	for range 8 {
		switch u := types.Unalias(t).(type) {
		case *types.Pointer:
			t = u.Elem()
		case *types.Slice:
			t = u.Elem()
		default:
			return u
		}
	}
	return t
}

// typeParam returns the type parameter behind pointers and slices; nil if
// there is none.
func typeParam(t types.Type) *types.TypeParam {
	p, _ := behind(t).(*types.TypeParam)
	return p
}

// generic reports whether what a statement is about is a type that the caller
// gives.
func (c *chain) generic() bool {
	for _, p := range c.parts {
		if p.typ != nil && (typeParam(p.typ) != nil || p.clause == "model" && p.sub > 0) {
			return true
		}
	}
	return false
}

// typeParamName is how a type parameter stands in a summary.
func typeParamName(t *types.TypeParam) string { return "$" + strconv.Itoa(t.Index()) }

// asksCaller reports whether a function of the package sends a statement about
// what its caller gives: a type argument, or a place for rows of any type.
func (p *Program) asksCaller(fn *types.Func) bool {
	if asks, ok := p.asks[fn]; ok {
		return asks
	}
	decl := p.decls[fn]
	asks := false
	fr := &frame{prog: p}
	ast.Inspect(decl.Body, func(n ast.Node) bool {
		call, ok := n.(*ast.CallExpr)
		if !ok || asks {
			return !asks
		}
		s, ok := fr.step(call)
		if !ok || s.effect.Finish == "" && s.effect.Clause != "model" {
			return true
		}
		for _, a := range call.Args {
			t := fr.typeOf(a)
			id, isName := ast.Unparen(a).(*ast.Ident)
			isParam := isName && types.IsInterface(t) && fr.prog.isParam(fn, id)
			asks = asks || isParam || typeParam(t) != nil
		}
		params, args := fr.typeArgs(call)
		for i := range params.Len() {
			asks = asks || typeParam(args[i]) != nil
		}
		return true
	})
	p.asks[fn] = asks
	return asks
}

func (p *Program) isParam(fn *types.Func, id *ast.Ident) bool {
	for i := range fn.Signature().Params().Len() {
		if p.info.Uses[id] == fn.Signature().Params().At(i) {
			return true
		}
	}
	return false
}

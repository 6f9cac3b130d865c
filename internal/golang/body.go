package golang

import (
	"go/ast"
	"go/types"
)

// Inspect visits the nodes of a body that run where they stand: those of
// literals are left out.
func Inspect(body ast.Node, visit func(ast.Node)) {
	ast.Inspect(body, func(n ast.Node) bool {
		if _, ok := n.(*ast.FuncLit); ok {
			return false
		}
		if n != nil {
			visit(n)
		}
		return true
	})
}

// EndsInReturn reports whether the last statement of a block is a return.
func EndsInReturn(b *ast.BlockStmt) bool {
	if len(b.List) == 0 {
		return false
	}
	_, ok := b.List[len(b.List)-1].(*ast.ReturnStmt)
	return ok
}

// Within reports whether a node is in another one, or is it; nothing is in nil.
func Within(n, in ast.Node) bool {
	return in != nil && in.Pos() <= n.Pos() && n.End() <= in.End()
}

// Deref returns the type that a pointer type points to, and other types as they
// are; aliases are resolved.
func Deref(t types.Type) types.Type {
	t = types.Unalias(t)
	if p, ok := t.(*types.Pointer); ok {
		return types.Unalias(p.Elem())
	}
	return t
}

// CoreType returns the underlying type that all types of a constraint share; nil if
// they share none.
func CoreType(tp *types.TypeParam) types.Type {
	iface, ok := tp.Constraint().Underlying().(*types.Interface)
	if !ok || iface.NumEmbeddeds() != 1 {
		return nil
	}
	switch e := iface.EmbeddedType(0).(type) {
	case *types.Union:
		if e.Len() == 1 {
			return e.Term(0).Type().Underlying()
		}
	default:
		if _, ok := e.Underlying().(*types.Interface); !ok {
			return e.Underlying()
		}
	}
	return nil
}

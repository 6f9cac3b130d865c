package golang

import (
	"go/ast"
	"go/token"
	"go/types"
	"strings"

	"golang.org/x/tools/go/cfg"
)

// Returns reports whether a call may return: what ends the process or the
// goroutine, or panics, does not.
func Returns(info *types.Info, call *ast.CallExpr) bool {
	if id, ok := ast.Unparen(call.Fun).(*ast.Ident); ok {
		if b, ok := info.Uses[id].(*types.Builtin); ok {
			return b.Name() != "panic"
		}
	}
	fn := Callee(info, call)
	if fn == nil || fn.Pkg() == nil {
		return true
	}
	switch fn.Pkg().Path() {
	case "os", "runtime":
		return fn.Name() != "Exit" && fn.Name() != "Goexit"
	case "log":
		return !strings.HasPrefix(fn.Name(), "Fatal") && !strings.HasPrefix(fn.Name(), "Panic")
	}
	return true
}

// Condition returns what decides between the two ways out of a block; nil if
// there are no two.
func Condition(b *cfg.Block) ast.Expr {
	if len(b.Succs) != 2 || len(b.Nodes) == 0 {
		return nil
	}
	x, _ := b.Nodes[len(b.Nodes)-1].(ast.Expr)
	return x
}

// NilTest returns what a condition compares with nil, and whether that is nil on
// the first way out of the block.
func NilTest(info *types.Info, cond ast.Expr) (x ast.Expr, isNil, ok bool) {
	c, ok := cond.(*ast.BinaryExpr)
	if !ok || c.Op != token.EQL && c.Op != token.NEQ {
		return nil, false, false
	}
	x, y := c.X, c.Y
	if info.Types[x].IsNil() {
		x, y = y, x
	}
	return x, c.Op == token.EQL, info.Types[y].IsNil()
}

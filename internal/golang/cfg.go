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

// Conjuncts calls f for the operands of && in cond, which may be nil.
func Conjuncts(cond ast.Expr, f func(ast.Expr)) {
	if cond == nil {
		return
	}
	if b, ok := ast.Unparen(cond).(*ast.BinaryExpr); ok && b.Op == token.LAND {
		Conjuncts(b.X, f)
		Conjuncts(b.Y, f)
		return
	}
	f(cond)
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

// Solve computes what holds at the entry of each block of a graph, as a set of
// bits that only grows: at is by block and filled in, entry is at the first
// block, step what a node makes of a set, edge what goes on to a block's i-th
// successor.
func Solve[S ~uint8 | ~uint16](g *cfg.CFG, at []S, entry S, step func(ast.Node, S) S, edge func(b *cfg.Block, i int, s S) S) {
	at[0] = entry
	for work := []*cfg.Block{g.Blocks[0]}; len(work) > 0; {
		b := work[len(work)-1]
		work = work[:len(work)-1]
		s := at[b.Index]
		for _, n := range b.Nodes {
			s = step(n, s)
		}
		for i, succ := range b.Succs {
			if out := edge(b, i, s); out&^at[succ.Index] != 0 {
				at[succ.Index] |= out
				work = append(work, succ)
			}
		}
	}
}

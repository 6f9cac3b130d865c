package sqltext

import (
	"go/ast"
	"go/token"
	"go/types"
)

// assume drops the alternatives of local variables that a condition rules
// out: in the branch of len(conds) > 0, conds is not empty. Conditions of
// other forms rule out nothing.
func (fr *frame) assume(st *state, cond ast.Expr, holds bool) {
	b, ok := ast.Unparen(cond).(*ast.BinaryExpr)
	if !ok {
		if n, ok := ast.Unparen(cond).(*ast.UnaryExpr); ok && n.Op == token.NOT {
			fr.assume(st, n.X, !holds)
		}
		return
	}
	switch b.Op {
	case token.LAND, token.LOR:
		// Of "a && b" that holds, and of "a || b" that does not, both parts
		// are known.
		if (b.Op == token.LAND) == holds {
			fr.assume(st, b.X, holds)
			fr.assume(st, b.Y, holds)
		}
	case token.GTR, token.NEQ:
		fr.assumeEmpty(st, b, !holds)
	case token.EQL:
		fr.assumeEmpty(st, b, holds)
	}
}

// assumeEmpty handles comparisons with nothing: len(x) with 0, x with "".
func (fr *frame) assumeEmpty(st *state, b *ast.BinaryExpr, empty bool) {
	zero, ok := fr.constantValue(b.Y)
	if !ok || zero != "0" && zero != "" {
		return
	}
	x := ast.Unparen(b.X)
	if call, ok := x.(*ast.CallExpr); ok && len(call.Args) == 1 {
		id, ok := call.Fun.(*ast.Ident)
		if !ok || fr.prog.info.Uses[id] != types.Universe.Lookup("len") {
			return
		}
		x = ast.Unparen(call.Args[0])
	}
	id, ok := x.(*ast.Ident)
	if !ok {
		return
	}
	v, ok := fr.prog.info.Uses[id].(*types.Var)
	if !ok {
		return
	}
	switch old := st.vars[v].(type) {
	case texts:
		var left texts
		for _, t := range old {
			if holes := t.Len() == 0 && len(t.pieces) > 0; holes || (t.Len() == 0) == empty {
				left = append(left, t)
			}
		}
		if len(left) > 0 {
			st.vars[v] = left
		}
	case lists:
		var left lists
		for _, l := range old {
			if l.open && len(l.elems) == 0 || (len(l.elems) == 0) == empty {
				left = append(left, l)
			}
		}
		if len(left) > 0 {
			st.vars[v] = left
		}
	}
}

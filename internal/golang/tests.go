package golang

import (
	"go/ast"
	"go/token"
)

// A Test is one of the questions that a condition is made of, and its answer:
// that X Op Y, or, where Y is nil, that X is true, or false if Op is token.NOT.
type Test struct {
	X  ast.Expr
	Op token.Token
	Y  ast.Expr
}

// maxClauses bounds what a condition is taken apart into.
const maxClauses = 8

// Clauses returns what is known where cond, which may be nil, holds, or does not:
// of each list at least one test holds. value returns what a variable in it was
// set to, nil if that is not known.
func Clauses(cond ast.Expr, holds bool, value func(*ast.Ident) ast.Expr) [][]Test {
	if cond == nil {
		return nil
	}
	return clauses(cond, holds, value, 3)
}

func clauses(cond ast.Expr, holds bool, value func(*ast.Ident) ast.Expr, depth int) [][]Test {
	switch x := ast.Unparen(cond).(type) {
	case *ast.UnaryExpr:
		if x.Op == token.NOT {
			return clauses(x.X, !holds, value, depth)
		}
	case *ast.Ident:
		if v := value(x); v != nil && depth > 0 {
			return clauses(v, holds, value, depth-1)
		}
	case *ast.BinaryExpr:
		switch {
		case x.Op == token.LAND && holds, x.Op == token.LOR && !holds:
			return append(clauses(x.X, holds, value, depth), clauses(x.Y, holds, value, depth)...)
		case x.Op == token.LAND, x.Op == token.LOR:
			return either(clauses(x.X, holds, value, depth), clauses(x.Y, holds, value, depth))
		case Opposite[x.Op] != 0:
			t := Test{x.X, x.Op, x.Y}
			if !holds {
				t.Op = Opposite[x.Op]
			}
			return [][]Test{{t}}
		}
	}
	t := Test{X: ast.Unparen(cond)}
	if !holds {
		t.Op = token.NOT
	}
	return [][]Test{{t}}
}

// either returns what is known where one of two holds.
func either(a, b [][]Test) [][]Test {
	if len(a)*len(b) > maxClauses {
		return nil
	}
	var out [][]Test
	for _, x := range a {
		for _, y := range b {
			out = append(out, append(x[:len(x):len(x)], y...))
		}
	}
	return out
}

// Opposite are the comparisons that hold where others do not.
var Opposite = map[token.Token]token.Token{
	token.EQL: token.NEQ, token.NEQ: token.EQL,
	token.LSS: token.GEQ, token.GEQ: token.LSS,
	token.LEQ: token.GTR, token.GTR: token.LEQ,
}

// Mirrored are the comparisons with their sides exchanged.
var Mirrored = map[token.Token]token.Token{
	token.EQL: token.EQL, token.NEQ: token.NEQ,
	token.LSS: token.GTR, token.GTR: token.LSS,
	token.LEQ: token.GEQ, token.GEQ: token.LEQ,
}

// Sides returns a comparison as it is written and with its sides exchanged; nil
// for what compares nothing.
func (t Test) Sides() []Test {
	if t.Y == nil {
		return nil
	}
	return []Test{t, {t.Y, Mirrored[t.Op], t.X}}
}

// Inspect calls f for the nodes of both sides, as ast.Inspect does.
func (t Test) Inspect(f func(ast.Node) bool) {
	ast.Inspect(t.X, f)
	if t.Y != nil {
		ast.Inspect(t.Y, f)
	}
}

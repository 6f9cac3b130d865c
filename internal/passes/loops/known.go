package loops

import (
	"go/ast"
	"go/token"
	"go/types"
	"slices"

	"github.com/sqlvet/sqlvet/internal/golang"
)

// A known is what holds where some code runs: at least one of the tests.
type known struct {
	any []golang.Test
	at  ast.Stmt // that asks
	// in is the code that runs only because of it: a branch, or what follows a
	// branch that leaves.
	in ast.Node
	// branch is where the first branch begins: what was set before it was asked.
	branch token.Pos
}

// A span of the source as a node.
type span struct{ from, to token.Pos }

func (s span) Pos() token.Pos { return s.from }
func (s span) End() token.Pos { return s.to }

// known returns what the conditions say by which control has come to a node, the
// nearest first: those in a node around it, or in the whole declaration if that is nil.
func (u *unit) known(n, around ast.Node) []known {
	list, ok := u.knowns[n]
	if !ok {
		list = u.tests(n)
		u.knowns[n] = list
	}
	if i := slices.IndexFunc(list, func(k known) bool { return around != nil && !golang.Within(k.in, around) }); i >= 0 {
		return list[:i]
	}
	return list
}

func (u *unit) tests(n ast.Node) []known {
	var list []known
	add := func(cond ast.Expr, holds bool, k known) {
		for _, k.any = range golang.Clauses(cond, holds, u.asked) {
			list = append(list, k)
		}
	}
	for child, p := n, u.parent[n]; p != nil; child, p = p, u.parent[p] {
		var before []ast.Stmt
		switch p := p.(type) {
		case *ast.IfStmt:
			if child == p.Body || child == p.Else {
				add(p.Cond, child == p.Body, known{at: p, in: child, branch: p.Body.Pos()})
			}
		case *ast.CaseClause:
			before = p.Body
			if s, ok := u.parent[u.parent[p]].(*ast.SwitchStmt); ok {
				for _, c := range s.Body.List {
					c := c.(*ast.CaseClause)
					if c == p || p.List == nil || s.Tag == nil && c.Pos() < p.Pos() {
						add(caseCond(s, c), c == p, known{at: s, in: p, branch: s.Body.Pos()})
					}
				}
			}
		case *ast.CommClause:
			before = p.Body
		case *ast.BlockStmt:
			before = p.List
		}
		for _, s := range before {
			if s.End() > child.Pos() {
				break
			}
			after := span{s.End(), p.End()}
			switch s := s.(type) {
			case *ast.IfStmt: // if err == nil { return }
				if !u.stmt(s.Body).normal {
					add(s.Cond, false, known{at: s, in: after, branch: s.Body.Pos()})
				}
			case *ast.SwitchStmt: // switch { case err == nil: return }
				for _, c := range s.Body.List {
					if c := c.(*ast.CaseClause); s.Tag == nil && !u.list(c.Body).normal {
						add(caseCond(s, c), false, known{at: s, in: after, branch: s.Body.Pos()})
					}
				}
			}
		}
	}
	return list
}

// caseCond returns the condition under which a switch takes a clause, as far as
// the clause itself says it; nil of the default.
func caseCond(s *ast.SwitchStmt, c *ast.CaseClause) ast.Expr {
	var cond ast.Expr
	for _, x := range c.List {
		if s.Tag != nil {
			x = &ast.BinaryExpr{X: s.Tag, Op: token.EQL, Y: x}
		}
		if cond != nil {
			x = &ast.BinaryExpr{X: cond, Op: token.LOR, Y: x}
		}
		cond = x
	}
	return cond
}

// asked returns the condition that a variable was given, if it has no other value.
func (u *unit) asked(id *ast.Ident) ast.Expr {
	v, ok := u.object(id).(*types.Var)
	if !ok || !golang.IsBool(v.Type()) {
		return nil
	}
	if ws := u.writes[v]; len(ws) == 1 && ws[0].kind == define {
		return ws[0].rhs
	}
	return nil
}

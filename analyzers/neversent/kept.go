package neversent

import (
	"fmt"
	"go/ast"
	"go/types"

	"github.com/sqlvet/sqlvet/internal/apis"
	"github.com/sqlvet/sqlvet/internal/golang"
)

// This file follows statements that are kept in a local variable.

// A kept is a variable of which all values are statements under construction.
type kept struct {
	built *ast.CallExpr     // the first of them
	api   apis.API          // of its last call
	read  *ast.SelectorExpr // a field that is read: the error, or the rows affected
	other bool              // it is used for something else
}

// kept judges the variables of a function that hold statements.
func (c *checker) kept(body *ast.BlockStmt) {
	vars := make(map[*types.Var]*kept)
	var order []*kept
	for n := range ast.Preorder(body) {
		lhs, rhs := golang.Assigned(n)
		if len(lhs) != 1 || len(rhs) != 1 {
			continue
		}
		call, _ := ast.Unparen(rhs[0]).(*ast.CallExpr)
		v := c.variable(lhs[0])
		if call == nil || v == nil || vars[v] != nil || v.Pos() < body.Pos() || body.End() <= v.Pos() {
			continue
		}
		if api, ok := c.unsent(call); ok && (api.Role == apis.RawSQL || c.fresh(call)) {
			vars[v] = &kept{built: call, api: api}
			order = append(order, vars[v])
		}
	}
	if len(vars) == 0 {
		return
	}
	c.uses(body, vars)
	for _, k := range order {
		switch {
		case k.other:
		case k.read != nil:
			c.report(k.built, "error", fmt.Sprintf("nothing sends this statement, whose %s is read at line %d: %s only builds it; %s", k.read.Sel.Name, c.pass.Fset.Position(k.read.Pos()).Line, callee(k.built), remedy(k.api)))
		default:
			c.report(k.built, "dropped", fmt.Sprintf("the statement that this builds is dropped: %s does not send it; %s", callee(k.built), remedy(k.api)))
		}
	}
}

func (c *checker) variable(x ast.Expr) *types.Var {
	id, ok := ast.Unparen(x).(*ast.Ident)
	if !ok {
		return nil
	}
	v, _ := golang.Object(c.pass.TypesInfo, id).(*types.Var)
	return v
}

// uses notes what becomes of the variables: what is neither more building nor a
// look at what building has left may send the statement.
func (c *checker) uses(body *ast.BlockStmt, vars map[*types.Var]*kept) {
	harmless := make(map[ast.Expr]bool)
	for n := range ast.Preorder(body) {
		switch n := n.(type) {
		case *ast.AssignStmt, *ast.ValueSpec:
			lhs, rhs := golang.Assigned(n)
			for i, l := range lhs {
				v := c.variable(l)
				harmless[ast.Unparen(l)] = true
				if i >= len(rhs) {
					if k := vars[v]; k != nil {
						k.other = true // one of several results
					}
					continue
				}
				if id, ok := l.(*ast.Ident); ok && id.Name == "_" {
					harmless[ast.Unparen(rhs[i])] = true
				} else if k := vars[v]; k != nil {
					k.other = k.other || !c.builds(rhs[i], v, harmless)
				}
			}
		case *ast.ExprStmt:
			c.builds(n.X, nil, harmless)
		case *ast.SelectorExpr:
			if k := vars[c.variable(n.X)]; k != nil && c.result(n) {
				if harmless[ast.Unparen(n.X)] = true; k.read == nil {
					k.read = n
				}
			}
		case *ast.Ident:
			if v, ok := c.pass.TypesInfo.Uses[n].(*types.Var); ok && vars[v] != nil && !harmless[n] {
				vars[v].other = true
			}
		}
	}
}

// builds reports whether an expression adds parts to a statement and does not send
// it: that of the variable, if it is given, or a new one.
func (c *checker) builds(x ast.Expr, v *types.Var, harmless map[ast.Expr]bool) bool {
	call, ok := ast.Unparen(x).(*ast.CallExpr)
	if !ok {
		return false
	}
	if _, ok := c.unsent(call); !ok {
		return false
	}
	root := golang.Receiver(c.pass.TypesInfo, call)
	for {
		next, ok := ast.Unparen(root).(*ast.CallExpr)
		if root == nil || !ok {
			break
		}
		root = golang.Receiver(c.pass.TypesInfo, next)
	}
	if root == nil {
		return true
	}
	if of := c.variable(root); v == nil || of == v {
		harmless[ast.Unparen(root)] = true
	}
	return true
}

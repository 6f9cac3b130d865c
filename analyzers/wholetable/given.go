package wholetable

import (
	"go/ast"
	"go/types"
	"strings"

	"github.com/sqlvet/sqlvet/analyzers/sqlparse"
	"github.com/sqlvet/sqlvet/internal/golang"
)

// This file asks the function around a statement without a condition whether it was
// meant to have one.

// unasked returns a parameter of the function that it only puts into errors and logs:
// what the statement was to be narrowed by, most likely; "" if there is none.
func (c *checker) unasked(q *sqlparse.Query) string {
	if q.Func == nil || q.Func.Body == nil || q.Func.Type.Params == nil {
		return ""
	}
	for _, field := range q.Func.Type.Params.List {
		for _, id := range field.Names {
			v, _ := c.pass.TypesInfo.Defs[id].(*types.Var)
			if v == nil || !selects(v.Type()) {
				continue
			}
			told, used := 0, false
			ast.PreorderStack(q.Func.Body, nil, func(n ast.Node, stack []ast.Node) bool {
				if x, ok := n.(*ast.Ident); ok && c.pass.TypesInfo.Uses[x] == v {
					if c.tells(stack) {
						told++
					} else {
						used = true
					}
				}
				return true
			})
			if told > 0 && !used {
				return v.Name()
			}
		}
	}
	return ""
}

// selects reports whether values of a type may name rows: numbers, texts, and arrays of
// bytes such as UUIDs.
func selects(t types.Type) bool {
	switch u := t.Underlying().(type) {
	case *types.Basic:
		return u.Info()&(types.IsInteger|types.IsString) != 0
	case *types.Array:
		return types.Identical(u.Elem(), types.Typ[types.Byte])
	}
	return false
}

// tells reports whether a mention is an argument of a call that makes a text for people:
// an error, a line of a log.
func (c *checker) tells(stack []ast.Node) bool {
	for i := len(stack) - 1; i >= 0; i-- {
		call, ok := stack[i].(*ast.CallExpr)
		if !ok {
			if _, expr := stack[i].(ast.Expr); !expr {
				return false
			}
			continue
		}
		fn := golang.Callee(c.pass.TypesInfo, call)
		if fn == nil || fn.Pkg() == nil {
			continue
		}
		switch path := fn.Pkg().Path(); {
		case path == "fmt" && fn.Name() == "Errorf", path == "log", path == "log/slog", strings.Contains(path, "/errors"):
			return true
		}
	}
	return false
}

// refused reports whether the function leaves, before the call, for what the conditions
// of the statement depend on: then one of them is there.
func (c *checker) refused(q *sqlparse.Query) bool {
	if q.Func == nil || q.Func.Body == nil {
		return true
	}
	leaving, adding := make(map[types.Object]bool), make(map[types.Object]bool)
	ast.Inspect(q.Func.Body, func(n ast.Node) bool {
		branch, ok := n.(*ast.IfStmt)
		if !ok || branch.Pos() > q.Call.Pos() {
			return true
		}
		to := adding
		if len(branch.Body.List) > 0 {
			switch last := branch.Body.List[len(branch.Body.List)-1].(type) {
			case *ast.ReturnStmt:
				to = leaving
			case *ast.ExprStmt:
				if call, ok := last.X.(*ast.CallExpr); ok && !golang.Returns(c.pass.TypesInfo, call) {
					to = leaving
				}
			}
		}
		ast.Inspect(branch.Cond, func(n ast.Node) bool {
			if id, ok := n.(*ast.Ident); ok {
				if v, ok := c.pass.TypesInfo.Uses[id].(*types.Var); ok && !golang.IsError(v.Type()) {
					to[v] = true
				}
			}
			return true
		})
		return true
	})
	for v := range leaving {
		if adding[v] {
			return true
		}
	}
	return false
}

package loops

import (
	"go/ast"
	"go/types"

	"github.com/sqlvet/sqlvet/internal/apis"
	"github.com/sqlvet/sqlvet/internal/golang"
	"github.com/sqlvet/sqlvet/internal/passes/funceffects"
)

// This file knows loops that go from one row to the next: each is asked for by
// what the one before says.

// rowToRow: the write gives a variable what one row says that was asked for by
// its value before. What comes with many rows is a page instead.
func (u *unit) rowToRow(obj types.Object, w write, body ast.Node) bool {
	if w.rhs == nil || w.kind != assign {
		return false
	}
	for _, call := range u.sources(w.rhs, body, 3) {
		if u.readsOne(call) && u.mentions(call, obj) && !u.readsMany(call, body) {
			return true
		}
	}
	return false
}

// readsMany: one of the calls of n, other than a database's own, answers with
// many.
func (u *unit) readsMany(n, body ast.Node) bool {
	found := false
	ast.Inspect(n, func(n ast.Node) bool {
		if call, ok := n.(*ast.CallExpr); ok && !found {
			_, known := u.api(call)
			found = !known && u.answersMany(call, body)
		}
		return !found
	})
	return found
}

// sources returns the calls in body that the value of e comes from: that
// return it or are given its address.
func (u *unit) sources(e ast.Expr, body ast.Node, depth int) []ast.Node {
	var list []ast.Node
	ast.Inspect(e, func(n ast.Node) bool {
		if call, ok := n.(*ast.CallExpr); ok && u.builtin(call) == "" && !u.Info.Types[call.Fun].IsType() {
			list = append(list, u.outerCall(call))
		}
		return true
	})
	for _, obj := range u.objectsIn(e) {
		for _, w := range u.writes[obj] {
			switch {
			case !golang.Within(w.at, body):
			case w.kind == address:
				list = append(list, u.outerCall(w.at))
			case w.rhs != nil && (w.kind == define || w.kind == assign || w.kind == ranged) && depth > 0 && w.rhs != e:
				list = append(list, u.sources(w.rhs, body, depth-1)...)
			}
		}
		if _, ok := obj.Type().Underlying().(*types.Pointer); ok && local(obj, body) {
			list = append(list, u.givenTo(obj, body)...)
		}
	}
	return list
}

// givenTo returns the calls in body that have a variable for an argument.
func (u *unit) givenTo(obj types.Object, body ast.Node) []ast.Node {
	var list []ast.Node
	for _, id := range u.idents[obj] {
		if call, ok := u.parent[id].(*ast.CallExpr); ok && call.Fun != id && golang.Within(call, body) {
			list = append(list, u.outerCall(call))
		}
	}
	return list
}

// readsOne: the calls of n read the database, for one row, and do not write.
func (u *unit) readsOne(n ast.Node) bool {
	reads := false
	ast.Inspect(n, func(n ast.Node) bool {
		call, ok := n.(*ast.CallExpr)
		if !ok {
			return true
		}
		if api, known := u.api(call); known {
			switch api.Role {
			case apis.QueryRow:
				reads = true
			case apis.BuilderTerminal:
				one := api.DestArg != apis.None && api.DestArg < len(call.Args) && !isCollection(u.Info.TypeOf(call.Args[api.DestArg]))
				reads = reads || one && (api.Stmt == "" || api.Stmt == "select")
			}
			return true
		}
		if fn := u.callee(call); fn != nil && u.effects != nil {
			for _, e := range u.effects.Of(fn) {
				if e.Kind == funceffects.WriteDB {
					reads = false
					return false
				}
				reads = reads || e.Kind == funceffects.ReadDB && e.Name == ""
			}
		}
		return true
	})
	return reads
}

// movesByRows: the loop goes on with what one row says that was asked for by
// the value before.
func (u *unit) movesByRows(s *ast.ForStmt, obj types.Object) bool {
	if obj == nil {
		return false
	}
	for _, w := range u.writes[obj] {
		if golang.Within(w.at, s.Body) && u.rowToRow(obj, w, s.Body) {
			return true
		}
	}
	return false
}

package funceffects

import (
	"go/ast"

	"github.com/sqlvet/sqlvet/internal/apis"
	"github.com/sqlvet/sqlvet/internal/golang"
)

// This file tells files of SQL that are run as they are: schema changes, or
// what fills a new database.

// fromFile notes the variables that hold what was read from a file, or text
// made of it.
func (w *walker) fromFile(lhs []ast.Expr, rhs ast.Expr) {
	if w.files == nil || !w.isFile(rhs) {
		return
	}
	for _, x := range lhs {
		if id, ok := x.(*ast.Ident); ok {
			if obj := w.object(id); obj != nil {
				w.files[obj] = true
			}
		}
	}
}

// isFile: the content of a file, converted, trimmed or split.
func (w *walker) isFile(x ast.Expr) bool {
	switch x := ast.Unparen(x).(type) {
	case *ast.Ident:
		return w.files[w.g.info.Uses[x]]
	case *ast.CallExpr:
		if w.g.info.Types[ast.Unparen(x.Fun)].IsType() && len(x.Args) == 1 {
			return w.isFile(x.Args[0])
		}
		fn := golang.Callee(w.g.info, x)
		if fn == nil || fn.Pkg() == nil {
			return false
		}
		if fn.Name() == "ReadFile" {
			return true
		}
		return (fn.Pkg().Path() == "strings" || fn.Pkg().Path() == "bytes") && len(x.Args) > 0 && w.isFile(x.Args[0])
	}
	return false
}

// runsFile reports whether a call executes the text of a file. With bind
// values it is a query that is kept in a file.
func (w *walker) runsFile(call *ast.CallExpr, api apis.API) bool {
	if api.Role != apis.Exec && !(api.Role == apis.RawSQL && api.RoundTrip) {
		return false
	}
	return api.SQLArg >= 0 && api.SQLArg == len(call.Args)-1 && w.isFile(call.Args[api.SQLArg])
}

// migrating names effects as a migration's.
func migrating(list []Effect) []Effect {
	out := make([]Effect, 0, len(list))
	for _, e := range list {
		if e.Kind.Database() {
			e.Name = Migration
		}
		out = append(out, e)
	}
	return out
}

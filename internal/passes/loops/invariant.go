package loops

import (
	"go/ast"
	"go/token"
	"go/types"
	"strings"

	"github.com/sqlvet/sqlvet/internal/apis"
	"github.com/sqlvet/sqlvet/internal/golang"
)

// invariant reports whether e is provably the same in each iteration. Have: e
// mentions no changing variable.
func (t *taint) invariant(e ast.Expr, depth int) bool {
	if depth == 0 {
		return false
	}
	if tv := t.u.Info.Types[e]; tv.Value != nil || tv.IsType() || tv.IsNil() || t.u.ignored(tv.Type) && tv.IsValue() {
		return true
	}
	all := func(list []ast.Expr) bool {
		for _, x := range list {
			if x != nil && !t.invariant(x, depth) {
				return false
			}
		}
		return true
	}
	switch x := e.(type) {
	case *ast.ParenExpr:
		return t.invariant(x.X, depth)
	case *ast.BasicLit:
		return true
	case *ast.Ident:
		return t.invariantIdent(x, depth-1)
	case *ast.SelectorExpr:
		if t.u.Info.Selections[x] == nil {
			return true // of another package
		}
		if obj := t.u.rootObj(x); obj != nil && t.u.handle(t.u.Info.TypeOf(x)) == noHandle && t.touched(obj) {
			return false
		}
		return t.invariant(x.X, depth)
	case *ast.IndexExpr:
		return all([]ast.Expr{x.X, x.Index})
	case *ast.SliceExpr:
		return all([]ast.Expr{x.X, x.Low, x.High, x.Max})
	case *ast.StarExpr:
		return t.invariant(x.X, depth)
	case *ast.BinaryExpr:
		return all([]ast.Expr{x.X, x.Y})
	case *ast.UnaryExpr:
		if x.Op == token.AND {
			if obj := t.u.object(x.X); obj != nil {
				return t.declaredIn(obj) || t.invariant(x.X, depth)
			}
		}
		return x.Op != token.ARROW && t.invariant(x.X, depth)
	case *ast.TypeAssertExpr:
		return t.invariant(x.X, depth)
	case *ast.CompositeLit:
		return all(x.Elts)
	case *ast.KeyValueExpr:
		return t.invariant(x.Value, depth)
	case *ast.CallExpr:
		// A function that is asked for a handle gives the one that it is told to.
		gives := t.pure(x) || t.u.handle(t.u.Info.TypeOf(x)) == plainHandle
		return gives && (recv(x) == nil || t.invariant(recv(x), depth)) && all(x.Args)
	}
	return false
}

func (t *taint) invariantIdent(id *ast.Ident, depth int) bool {
	switch obj := t.u.Info.Uses[id].(type) {
	case *types.Var:
		if t.declaredIn(obj) && len(t.u.writes[obj]) == 0 && t.u.handle(obj.Type()) == noHandle {
			arg := t.argument(obj) // of a literal's parameter
			return arg != nil && t.invariant(arg, depth)
		}
		for _, w := range t.u.writes[obj] {
			if !t.in(w.at) {
				continue
			}
			if w.kind == address && t.declaredIn(obj) {
				continue // a destination
			}
			if w.kind == define && w.rhs == nil {
				continue
			}
			if w.kind != define && w.kind != assign && w.kind != ranged || w.rhs == nil || !t.invariant(w.rhs, depth) {
				return false
			}
		}
		return true
	case *types.PkgName, *types.Const, *types.Func, *types.Nil, *types.TypeName, *types.Builtin:
		return true
	}
	return false
}

// argument returns what a literal that is called in one place, on the spot or
// by a local variable, gets for a parameter; nil if that is not known.
func (t *taint) argument(param types.Object) ast.Expr {
	var arg ast.Expr
	calls := 0
	ast.Inspect(t.u.root, func(n ast.Node) bool {
		call, ok := n.(*ast.CallExpr)
		if !ok {
			return true
		}
		lit := t.u.closure(call)
		if lit == nil || !local(param, lit) {
			return true
		}
		for i, p := range t.u.params(lit.Type) {
			if p == param && i < len(call.Args) {
				arg = call.Args[i]
				calls++
			}
		}
		return true
	})
	if calls != 1 {
		return nil
	}
	return arg
}

// touched: the regions call a method of obj, or hand obj to a function, which
// may change its fields.
func (t *taint) touched(obj types.Object) bool { return t.touchedBeside(obj, nil) }

// touchedBeside is touched by something other than one call.
func (t *taint) touchedBeside(obj types.Object, call *ast.CallExpr) bool {
	for _, id := range t.u.idents[obj] {
		if !t.in(id) || call != nil && golang.Within(id, call) {
			continue
		}
		switch p := t.u.parent[id].(type) {
		case *ast.CallExpr:
			if p.Fun != id {
				return true
			}
		case *ast.SelectorExpr:
			if s := t.u.Info.Selections[p]; s != nil && s.Kind() == types.MethodVal {
				return true
			}
		case *ast.UnaryExpr:
			return true
		}
	}
	return false
}

// pure: calls whose result depends on their arguments and receiver only.
func (t *taint) pure(call *ast.CallExpr) bool {
	if t.u.Info.Types[call.Fun].IsType() {
		return true
	}
	switch t.u.builtin(call) {
	case "":
	case "len", "cap", "min", "max", "new", "make", "append", "real", "imag", "complex":
		return true
	default:
		return false
	}
	fn := t.u.callee(call)
	if fn == nil || fn.Pkg() == nil {
		return false
	}
	switch fn.Pkg().Path() {
	case "strings", "strconv", "path", "path/filepath", "errors", "slices", "maps", "database/sql/driver":
		return true
	case "fmt":
		return strings.HasPrefix(fn.Name(), "Sprint")
	case "github.com/lib/pq":
		return fn.Name() == "Array"
	}
	api, ok := t.u.APIs.Lookup(fn)
	return ok && (api.Role == apis.Builder || api.Role == apis.RawSQL || api.Role == apis.ConnAcquire || api.Role == apis.Preload || api.Role == apis.Begin || api.Role == apis.TxBind)
}

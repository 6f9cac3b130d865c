package selectstar

import (
	"go/ast"
	"go/constant"
	"go/types"
	"strings"

	"golang.org/x/tools/go/types/typeutil"

	"github.com/sqlvet/sqlvet/analyzers/sqlparse"
	"github.com/sqlvet/sqlvet/internal/apis"
)

// A use knows what the function around a call does with the call's result:
// which calls are chained to it, where the rows or the builder go.
type use struct {
	info    *types.Info
	apis    *apis.Catalogue
	q       *sqlparse.Query
	root    ast.Node // the declaration around the call, or the call itself
	parents map[ast.Node]ast.Node
	top     ast.Expr // the last call of the chain
}

func (c *checker) use(q *sqlparse.Query) *use {
	u := &use{info: c.pass.TypesInfo, apis: c.settings.APIs, q: q, root: q.Call}
	// Not q.Func: calls in package-level variables have a declaration, too.
	for _, f := range c.pass.Files {
		for _, d := range f.Decls {
			if d.Pos() <= q.Call.Pos() && q.Call.End() <= d.End() {
				u.root = d
			}
		}
	}
	u.parents = c.parents[u.root]
	if u.parents == nil {
		u.parents = parents(u.root)
		c.parents[u.root] = u.parents
	}
	u.top = u.climb(q.Call)
	return u
}

// parents returns the parent of each node below root.
func parents(root ast.Node) map[ast.Node]ast.Node {
	m := make(map[ast.Node]ast.Node)
	var stack []ast.Node
	ast.Inspect(root, func(n ast.Node) bool {
		if n == nil {
			stack = stack[:len(stack)-1]
			return true
		}
		if len(stack) > 0 {
			m[n] = stack[len(stack)-1]
		}
		stack = append(stack, n)
		return true
	})
	return m
}

// climb returns the last call of the method chain that e is part of.
func (u *use) climb(e ast.Expr) ast.Expr {
	for {
		switch p := u.parents[e].(type) {
		case *ast.ParenExpr:
			e = p
		case *ast.SelectorExpr:
			call, ok := u.parents[p].(*ast.CallExpr)
			if !ok || p.X != e || call.Fun != p {
				return e
			}
			e = call
		default:
			return e
		}
	}
}

// descend calls f for each call of the method chain that ends with e, and
// returns the variable that the chain starts at, if it starts at one.
func (u *use) descend(e ast.Expr, f func(*ast.CallExpr)) *types.Var {
	for {
		switch x := ast.Unparen(e).(type) {
		case *ast.CallExpr:
			f(x)
			sel, ok := ast.Unparen(x.Fun).(*ast.SelectorExpr)
			if !ok {
				return nil
			}
			e = sel.X
		case *ast.Ident:
			v, _ := u.info.ObjectOf(x).(*types.Var)
			return v
		default:
			return nil
		}
	}
}

// assigned returns the variable that the first result of e is assigned to.
func (u *use) assigned(e ast.Expr) *types.Var {
	var id ast.Expr
	switch p := u.parents[e].(type) {
	case *ast.AssignStmt:
		if len(p.Rhs) == 1 && p.Rhs[0] == e {
			id = p.Lhs[0]
		}
		for i, r := range p.Rhs {
			if r == e && len(p.Lhs) == len(p.Rhs) {
				id = p.Lhs[i]
			}
		}
	case *ast.ValueSpec:
		for i, r := range p.Values {
			if r == e && i < len(p.Names) {
				id = p.Names[i]
			}
		}
	}
	if id, ok := id.(*ast.Ident); ok && id.Name != "_" {
		v, _ := u.info.ObjectOf(id).(*types.Var)
		return v
	}
	return nil
}

// chain returns the calls that are made on the value of the query's call and
// on what it was built from: its own method chain, and those that are joined
// to it by a local variable.
func (u *use) chain() []*ast.CallExpr {
	var calls []*ast.CallExpr
	add := func(c *ast.CallExpr) { calls = append(calls, c) }
	start := u.descend(u.top, add)
	end := u.assigned(u.top)
	vars := make(map[*types.Var]bool)
	if end != nil {
		vars[end] = true
	}
	if start != nil && start != end && u.extended(start) {
		vars[start] = true
	}
	if len(vars) == 0 {
		return calls
	}
	ast.Inspect(u.root, func(n ast.Node) bool {
		call, ok := n.(*ast.CallExpr)
		if !ok || call == u.top || u.climb(call) != call {
			return true
		}
		// Have: call ends a chain of its own.
		var own []*ast.CallExpr
		root := u.descend(call, func(c *ast.CallExpr) { own = append(own, c) })
		if root != nil && vars[root] || vars[u.assigned(call)] {
			calls = append(calls, own...)
		}
		return true
	})
	return calls
}

// extended reports whether v is a local variable that holds a builder under
// construction: v = v.Where(…). A database handle is not.
func (u *use) extended(v *types.Var) bool {
	found := false
	ast.Inspect(u.root, func(n ast.Node) bool {
		a, ok := n.(*ast.AssignStmt)
		if !ok || len(a.Lhs) != 1 || len(a.Rhs) != 1 {
			return true
		}
		id, ok := a.Lhs[0].(*ast.Ident)
		if ok && u.info.ObjectOf(id) == v {
			found = found || u.descend(a.Rhs[0], func(*ast.CallExpr) {}) == v
		}
		return true
	})
	return found
}

// function returns the function that a call names, and what the catalogue
// knows of it.
func (u *use) function(call *ast.CallExpr) (*types.Func, apis.API, bool) {
	fn, ok := typeutil.Callee(u.info, call).(*types.Func)
	if !ok {
		return nil, apis.API{}, false
	}
	api, known := u.apis.Lookup(fn)
	return fn, api, known
}

// text returns the constant text of an expression.
func (u *use) text(e ast.Expr) (string, bool) {
	if tv := u.info.Types[e]; tv.Value != nil && tv.Value.Kind() == constant.String {
		return constant.StringVal(tv.Value), true
	}
	return "", false
}

// generic reports whether the rows are read by the names of their columns:
// the program wants whatever columns there are.
func (u *use) generic() bool {
	if d := u.q.API.DestArg; d >= 0 && d < len(u.q.Call.Args) && isMap(u.info.TypeOf(u.q.Call.Args[d])) {
		return true
	}
	if isMap(u.info.TypeOf(u.top)) {
		return true
	}
	for _, call := range u.chain() {
		if call == u.q.Call {
			continue
		}
		fn, api, _ := u.function(call)
		if fn == nil {
			continue
		}
		// Builders have methods called Columns and Values, too: they take
		// what to select or insert.
		if byName[fn.Name()] && (fn.Signature().Params().Len() == 0 || fn.Name() == "MapScan") {
			return true
		}
		if d := api.DestArg; d >= 0 && d < len(call.Args) && isMap(u.info.TypeOf(call.Args[d])) {
			return true
		}
	}
	rows := u.assigned(u.top)
	return rows != nil && u.collected(rows)
}

// byName are the methods of rows that tell the names or the number of their
// columns, or read them whatever they are.
var byName = map[string]bool{
	"Columns": true, "ColumnTypes": true, "FieldDescriptions": true,
	"MapScan": true, "SliceScan": true, "Values": true,
}

// collected reports whether rows go into a call together with a function that
// makes maps of them.
func (u *use) collected(rows *types.Var) bool {
	found := false
	ast.Inspect(u.root, func(n ast.Node) bool {
		call, ok := n.(*ast.CallExpr)
		if !ok || len(call.Args) < 2 {
			return true
		}
		id, ok := ast.Unparen(call.Args[0]).(*ast.Ident)
		if !ok || u.info.ObjectOf(id) != rows {
			return true
		}
		for _, arg := range call.Args[1:] {
			if fn := u.funcValue(arg); fn != nil && fn.Name() == "RowToMap" {
				found = true
			}
		}
		return true
	})
	return found
}

// funcValue returns the function that an expression names.
func (u *use) funcValue(e ast.Expr) *types.Func {
	switch x := ast.Unparen(e).(type) {
	case *ast.IndexExpr:
		return u.funcValue(x.X)
	case *ast.SelectorExpr:
		fn, _ := u.info.ObjectOf(x.Sel).(*types.Func)
		return fn
	case *ast.Ident:
		fn, _ := u.info.ObjectOf(x).(*types.Func)
		return fn
	}
	return nil
}

// isMap reports whether t is a map, or pointers to and slices of one; of
// several results the first counts.
func isMap(t types.Type) bool {
	if t == nil {
		return false
	}
	if tuple, ok := t.(*types.Tuple); ok {
		return tuple.Len() > 0 && isMap(tuple.At(0).Type())
	}
	switch u := t.Underlying().(type) {
	case *types.Map:
		return true
	case *types.Pointer:
		return isMap(u.Elem())
	case *types.Slice:
		return isMap(u.Elem())
	}
	return false
}

// sameLibrary reports whether fn belongs to the library of the query's call.
func (u *use) sameLibrary(fn *types.Func) bool {
	if fn.Pkg() == nil || u.q.API.Library == "" {
		return false
	}
	return strings.HasPrefix(fn.Pkg().Path()+"/", u.q.API.Library+"/")
}

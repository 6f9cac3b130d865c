package selectstar

import (
	"go/ast"
	"go/types"
	"slices"

	"github.com/sqlvet/sqlvet/analyzers/sqlparse"
	"github.com/sqlvet/sqlvet/internal/apis"
	"github.com/sqlvet/sqlvet/internal/golang"
)

// A use knows what the function around a call does with the call's result:
// which calls are chained to it, where the rows or the builder go.
type use struct {
	c       *checker
	info    *types.Info
	apis    *apis.Catalogue
	q       *sqlparse.Query
	root    ast.Node // the declaration around the call, or the call itself
	parents map[ast.Node]ast.Node
	top     ast.Expr // the last call made on the result of the query's
	// rowType is the struct that the rows are scanned into, nil if that is not
	// plain to see; dest the argument, or collector the call, that has them.
	rowType types.Type
	// byPosition: they are put into a struct that has a field for each column.
	byPosition bool
	dest       ast.Expr
	collector  ast.Expr
	// keys are those under which the rows are looked up, if they are maps of which
	// nothing else is asked.
	keys []string
}

func (c *checker) use(q *sqlparse.Query) *use {
	u := &use{c: c, info: c.pass.TypesInfo, apis: c.settings.APIs, q: q, root: q.Call}
	// Not q.Func: calls in package-level variables have a declaration, too.
	if d := c.declaration(q.Call.Pos()); d != nil {
		u.root = d
	}
	u.parents = c.parentsOf(u.root)
	u.top = u.climb(q.Call)
	u.scanned()
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

// later returns the calls that are made on the result of the query's call: in
// its own method chain, and on the variable that holds the result.
func (u *use) later() []*ast.CallExpr {
	var calls []*ast.CallExpr
	for e := u.top; e != ast.Expr(u.q.Call); {
		switch x := e.(type) {
		case *ast.ParenExpr:
			e = x.X
		case *ast.CallExpr:
			calls = append(calls, x)
			e = ast.Unparen(x.Fun).(*ast.SelectorExpr).X
		}
	}
	v := u.assigned(u.top)
	if v == nil {
		return calls
	}
	ast.Inspect(u.root, func(n ast.Node) bool {
		if call, ok := n.(*ast.CallExpr); ok {
			if sel, ok := ast.Unparen(call.Fun).(*ast.SelectorExpr); ok {
				if id, ok := ast.Unparen(sel.X).(*ast.Ident); ok && u.info.Uses[id] == v {
					calls = append(calls, call)
				}
			}
		}
		return true
	})
	return calls
}

// generic reports whether the rows are read by the names of their columns, and not
// by a few that stand in the program: it wants whatever columns there are.
func (u *use) generic() bool {
	if !u.byNames() {
		return false
	}
	r := &reader{use: u, seen: make(map[any]bool)}
	switch {
	case u.dest != nil && isMap(u.info.TypeOf(u.dest)):
		r.start()
	case isMap(u.info.TypeOf(u.top)):
		r.result(u.top, 0)
	case u.collector != nil:
		r.result(u.collector, 0)
	default:
		r.lost = true
	}
	if r.lost || len(r.fields) == 0 {
		return true
	}
	slices.Sort(r.fields)
	u.keys = slices.Compact(r.fields)
	return false
}

// byNames reports whether the rows are read by the names of their columns.
func (u *use) byNames() bool {
	if u.dest != nil && isMap(u.info.TypeOf(u.dest)) || isMap(u.info.TypeOf(u.top)) {
		return true
	}
	for _, call := range u.later() {
		fn := golang.Callee(u.info, call)
		if fn == nil {
			continue
		}
		// Builders have methods called Columns and Values, too: they take
		// what to select or insert.
		if byName[fn.Name()] && (fn.Signature().Params().Len() == 0 || fn.Name() == "MapScan") {
			if len(call.Args) == 1 {
				u.dest = call.Args[0]
			}
			return true
		}
		api, _ := u.apis.Lookup(fn)
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
				found, u.collector = true, call
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

package lostupdate

import (
	"go/ast"
	"go/token"
	"go/types"
	"slices"
	"strings"

	"github.com/sqlvet/sqlvet/analyzers/sqlparse"
	"github.com/sqlvet/sqlvet/internal/golang"
	"github.com/sqlvet/sqlvet/internal/sqlmodel"
)

// This file knows which rows a function reads and writes by their keys, through the
// functions of the package that it calls, too.

// An access is a statement that reads or writes one table's row by its key, or a record
// that an ORM fills or saves, as a body sees it.
type access struct {
	q     *sqlparse.Query
	call  *ast.CallExpr // of the body, which runs it
	write bool
	level *sqlmodel.Level
	table string
	key   map[string]golang.Path // column to the value that it is compared with; nil if a record is all that is known
	sets  map[string]value       // a write: column to what it gets
	puts  map[string]golang.Path // a read: column to where it goes
	dest  golang.Path            // a read: the record or the variable that all of it goes into
	// record is what an ORM fills or saves whole; its Root may be nil.
	record golang.Path
}

// A body is what a function does to rows. locked: it keeps others away.
type body struct {
	list   []access
	locked bool
}

// body returns what a function does, with those that it calls, in order.
func (c *checker) body(fn *ast.FuncDecl) *body {
	if b, ok := c.known[fn]; ok {
		return b
	}
	b := new(body)
	c.known[fn] = b // for what calls itself
	for _, q := range c.queries[fn] {
		b.locked = b.locked || locks(q)
		b.list = append(b.list, c.direct(fn, q)...)
	}
	ast.Inspect(fn.Body, func(n ast.Node) bool {
		call, ok := n.(*ast.CallExpr)
		if !ok {
			return true
		}
		if d := c.callee(call); d != nil && d != fn {
			in := c.body(d)
			b.locked = b.locked || in.locked
			for _, a := range in.list {
				if a, ok := c.translate(fn, call, d, a); ok {
					b.list = append(b.list, a)
				}
			}
		}
		return true
	})
	slices.SortStableFunc(b.list, func(x, y access) int { return int(x.call.Pos() - y.call.Pos()) })
	return b
}

// direct returns what one statement of a function does.
func (c *checker) direct(fn *ast.FuncDecl, q *sqlparse.Query) []access {
	var out []access
	for _, s := range q.Model().Statements {
		if len(s.Levels) == 0 || !s.Exact || s.Kind != sqlmodel.Select && s.Kind != sqlmodel.Update {
			continue
		}
		a := access{q: q, call: q.Call, write: s.Kind == sqlmodel.Update, level: s.Levels[0], puts: make(map[string]golang.Path), sets: make(map[string]value)}
		if !c.row(&a) {
			continue
		}
		if !a.write {
			c.scanned(fn, &a)
		}
		for _, set := range a.level.Sets {
			if set.Value == nil || set.Value.Kind != sqlmodel.ExprParam {
				continue
			}
			if v, ok := c.bound(q, set.Value); ok {
				a.sets[set.Column] = v
			}
		}
		out = append(out, a)
	}
	for _, stmt := range [...]string{"select", "update"} {
		if p := c.record(q, stmt); p.Root != nil {
			out = append(out, access{q: q, call: q.Call, write: stmt == "update", record: p})
		}
	}
	return out
}

// row notes which row of which table a level reads or writes; it is false unless all
// that it says of it are equalities with values of the program.
func (c *checker) row(a *access) bool {
	l := a.level
	if len(l.Relations) != 1 || l.Relations[0].Kind != sqlmodel.RelTable || l.Relations[0].Name == "" || l.Relations[0].Hole || len(l.Group) > 0 || l.Aggregates {
		return false
	}
	a.table, a.key = l.Relations[0].Schema+"."+l.Relations[0].Name, make(map[string]golang.Path)
	for _, p := range l.Predicates {
		if p.Op != sqlmodel.OpEq || p.Or || p.Negated || p.Left == nil || p.Left.Kind != sqlmodel.ExprColumn || p.Right == nil || p.Right.Kind != sqlmodel.ExprParam {
			return false
		}
		v, ok := c.bound(a.q, p.Right)
		if !ok || v.at.Root == nil {
			return false
		}
		a.key[p.Left.Name] = v.at
	}
	return len(a.key) > 0
}

// callee returns the declaration of the package that a call runs: the function, or
// the only implementation of an interface's method.
func (c *checker) callee(call *ast.CallExpr) *ast.FuncDecl {
	fn := golang.Callee(c.info, call)
	if fn == nil || fn.Pkg() != c.pass.Pkg {
		return nil
	}
	if !golang.IsInterfaceMethod(fn) {
		return c.decls[fn.Origin()]
	}
	iface, ok := fn.Signature().Recv().Type().Underlying().(*types.Interface)
	if !ok {
		return nil
	}
	var only *ast.FuncDecl
	for _, name := range c.pass.Pkg.Scope().Names() {
		t, ok := c.pass.Pkg.Scope().Lookup(name).(*types.TypeName)
		if !ok || t.IsAlias() || types.IsInterface(t.Type()) || !types.Implements(types.NewPointer(t.Type()), iface) {
			continue
		}
		obj, _, _ := types.LookupFieldOrMethod(t.Type(), true, c.pass.Pkg, fn.Name())
		m, _ := obj.(*types.Func)
		if only != nil || m == nil {
			return nil
		}
		only = c.decls[m]
	}
	return only
}

// translate returns an access of a function that is called as the body around the call
// sees it; ok is false if the row is none that the body knows.
func (c *checker) translate(fn *ast.FuncDecl, call *ast.CallExpr, d *ast.FuncDecl, a access) (out access, known bool) {
	out = a
	out.call, out.key, out.puts, out.sets = call, nil, make(map[string]golang.Path), make(map[string]value)
	for column, p := range a.key {
		v, ok := c.outside(fn, call, d, p)
		if !ok || v.at.Root == nil {
			return access{}, false
		}
		if out.key == nil {
			out.key = make(map[string]golang.Path)
		}
		out.key[column] = v.at
	}
	for column, p := range a.puts {
		if v, ok := c.outside(fn, call, d, p); ok && v.at.Root != nil {
			out.puts[column], known = v.at, true
		}
	}
	for column, v := range a.sets {
		if v, ok := c.outside(fn, call, d, v.at); ok {
			out.sets[column], known = v, true
		}
	}
	for _, p := range [...]*golang.Path{&out.dest, &out.record} {
		v, _ := c.outside(fn, call, d, *p)
		*p, known = v.at, known || v.at.Root != nil
	}
	return out, known
}

// outside returns what a place of a function that is called is for the body around
// the call: an argument, the receiver, the variable that gets the result.
func (c *checker) outside(fn *ast.FuncDecl, call *ast.CallExpr, d *ast.FuncDecl, p golang.Path) (value, bool) {
	if p.Root == nil {
		return value{}, false
	}
	f, _ := c.info.Defs[d.Name].(*types.Func)
	sig := f.Signature()
	var x ast.Expr
	if p.Root == sig.Recv() {
		x = golang.Receiver(c.info, call)
	}
	for i := range sig.Params().Len() {
		if sig.Params().At(i) == p.Root && i < len(call.Args) && !(sig.Variadic() && i == sig.Params().Len()-1) {
			x = call.Args[i]
		}
	}
	if x == nil {
		x = c.result(fn, call, d, p.Root)
	}
	if x == nil {
		return value{}, false
	}
	v := c.valueOf(deref(x))
	if p.Fields == "" {
		return v, true
	}
	return value{at: golang.Path{Root: v.at.Root, Fields: golang.Join(v.at.Fields, p.Fields)}}, v.at.Root != nil
}

// result returns what the body around a call puts the result into that is a variable of
// the function that is called; nil if that is returned nowhere.
func (c *checker) result(fn *ast.FuncDecl, call *ast.CallExpr, d *ast.FuncDecl, v *types.Var) ast.Expr {
	f, _ := c.info.Defs[d.Name].(*types.Func)
	at := -1
	for i := range f.Signature().Results().Len() {
		if f.Signature().Results().At(i) == v {
			at = i
		}
	}
	golang.Inspect(d.Body, func(n ast.Node) {
		if ret, ok := n.(*ast.ReturnStmt); ok {
			for i, x := range ret.Results {
				if c.is(deref(x), golang.Path{Root: v}) {
					at = i
				}
			}
		}
	})
	var to ast.Expr
	ast.Inspect(fn.Body, func(n ast.Node) bool {
		lhs, rhs := golang.Assigned(n)
		if at >= 0 && at < len(lhs) && len(rhs) == 1 && ast.Unparen(rhs[0]) == call {
			to = lhs[at]
		}
		return to == nil
	})
	return to
}

// calls visits the functions of the package that a body calls between two points: each
// place that one is handed, p, and what that is inside of it.
func (c *checker) calls(fn *ast.FuncDecl, from, to token.Pos, visit func(d *ast.FuncDecl, p, inside golang.Path)) {
	ast.Inspect(fn.Body, func(n ast.Node) bool {
		call, ok := n.(*ast.CallExpr)
		if !ok || call.Pos() < from || call.End() > to {
			return true
		}
		d := c.callee(call)
		if d == nil || c.busy[d] {
			return true
		}
		c.busy[d] = true
		defer delete(c.busy, d)
		f, _ := c.info.Defs[d.Name].(*types.Func)
		hand := func(x ast.Expr, v *types.Var) {
			if _, ok := v.Type().Underlying().(*types.Pointer); !ok {
				return // a copy
			}
			if p, exact := golang.PathOf(c.info, deref(x)); exact {
				visit(d, p, golang.Path{Root: v})
			}
		}
		if recv := golang.Receiver(c.info, call); recv != nil && f.Signature().Recv() != nil {
			hand(recv, f.Signature().Recv())
		}
		for i := range min(f.Signature().Params().Len(), len(call.Args)) {
			hand(call.Args[i], f.Signature().Params().At(i))
		}
		return true
	})
}

// below returns the fields on the way from one place to another that lies in it.
func below(v, in golang.Path) (string, bool) {
	switch {
	case v.Root != in.Root:
		return "", false
	case v.Fields == in.Fields:
		return "", true
	case in.Fields == "":
		return v.Fields, true
	}
	return strings.CutPrefix(v.Fields, in.Fields+".")
}

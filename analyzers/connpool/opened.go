package connpool

import (
	"fmt"
	"go/ast"
	"go/types"

	"github.com/sqlvet/sqlvet/internal/apis"
	"github.com/sqlvet/sqlvet/internal/golang"
	"github.com/sqlvet/sqlvet/internal/passes/loops"
	"github.com/sqlvet/sqlvet/internal/passes/suppress"
)

// This file judges what is opened for one request, or for one turn of a loop.

// opens reports whether a call opens a database: not one that wraps a handle that
// is there already.
func (c *checker) opens(call *ast.CallExpr) bool {
	fn := golang.Callee(c.pass.TypesInfo, call)
	if fn == nil {
		return false
	}
	api, ok := c.apis.Lookup(fn)
	if !ok || api.Role != apis.Open || fn.Signature().Results().Len() == 0 {
		return false
	}
	if t := fn.Signature().Results().At(0).Type(); !apis.IsHandle(t) && apis.HandleOf(t) == apis.AnyHandle {
		if tx, handle := apis.IsTx(t); !tx || !handle {
			return false // a listener, another kind of connection
		}
	}
	wraps := false
	for _, a := range call.Args {
		ast.Inspect(a, func(n ast.Node) bool {
			if x, ok := n.(ast.Expr); ok {
				if t := c.pass.TypesInfo.TypeOf(x); t != nil && apis.HandleOf(t) != apis.AnyHandle {
					wraps = true
				}
			}
			return !wraps
		})
	}
	return !wraps
}

// madeFor reports whether a call of somebody's own function returns a pool, or a value
// around what the function opens, that was made for this call: the function that
// gets it closes it.
func (c *checker) madeFor(d *ast.FuncDecl, call *ast.CallExpr, v *types.Var) bool {
	fn := golang.Callee(c.pass.TypesInfo, call)
	if fn == nil || fn.Pkg() == nil || apis.Standard(fn.Pkg().Path()) {
		return false
	}
	if _, listed := apis.LibraryOf(fn.Pkg().Path()); listed || !c.closes(d, v) {
		return false
	}
	return apis.HandleOf(v.Type()) == apis.PoolHandle || c.opensInside(fn, 2)
}

// opensInside reports whether a function of the package opens a database, as deep
// into others that it calls.
func (c *checker) opensInside(fn *types.Func, depth int) bool {
	d := c.declaration(fn)
	if d == nil || depth == 0 {
		return false
	}
	found := false
	golang.Inspect(d.Body, func(n ast.Node) {
		if call, ok := n.(*ast.CallExpr); ok && !found {
			found = c.opens(call)
			if callee := golang.Callee(c.pass.TypesInfo, call); !found && callee != nil && callee != fn && callee.Pkg() == c.pass.Pkg {
				found = c.opensInside(callee, depth-1)
			}
		}
	})
	return found
}

// declaration returns the declaration of a function of the package, nil if it has
// none with a body.
func (c *checker) declaration(fn *types.Func) *ast.FuncDecl {
	for _, f := range c.pass.Files {
		for _, d := range f.Decls {
			if d, ok := d.(*ast.FuncDecl); ok && d.Body != nil && fn != nil && c.pass.TypesInfo.Defs[d.Name] == fn.Origin() {
				return d
			}
		}
	}
	return nil
}

// stays reports whether a variable is local and its value goes nowhere else: its
// methods are called, and it is handed to functions.
func (c *checker) stays(d *ast.FuncDecl, v *types.Var) bool {
	if v.Pos() < d.Body.Pos() || d.Body.End() <= v.Pos() {
		return false
	}
	stays := true
	ast.PreorderStack(d.Body, nil, func(n ast.Node, stack []ast.Node) bool {
		id, ok := n.(*ast.Ident)
		if !ok || c.pass.TypesInfo.Uses[id] != v || len(stack) == 0 {
			return true
		}
		switch p := stack[len(stack)-1].(type) {
		case *ast.SelectorExpr, *ast.BinaryExpr:
		case *ast.CallExpr:
			// A constructor may keep it.
			if t := c.pass.TypesInfo.TypeOf(p); t != nil && keeps(t) && !c.closes(d, v) {
				stays = false
			}
		case *ast.AssignStmt:
			for _, x := range p.Rhs {
				stays = stays && ast.Unparen(x) != id
			}
		default:
			stays = false
		}
		return true
	})
	return stays
}

// keeps reports whether a result may hold what the call was given.
func keeps(t types.Type) bool {
	if tuple, ok := t.(*types.Tuple); ok {
		for v := range tuple.Variables() {
			if keeps(v.Type()) {
				return true
			}
		}
		return false
	}
	switch t.Underlying().(type) {
	case *types.Pointer, *types.Struct, *types.Interface, *types.Signature:
		return !golang.IsError(t)
	}
	return false
}

// closesInside reports whether a method of the package closes a handle that its receiver has.
func (c *checker) closesInside(fn *types.Func) bool {
	d := c.declaration(fn)
	if d == nil || d.Recv == nil {
		return false
	}
	found := false
	golang.Inspect(d.Body, func(n ast.Node) {
		if sel, ok := n.(*ast.SelectorExpr); ok && sel.Sel.Name == "Close" {
			found = found || apis.HandleOf(c.pass.TypesInfo.TypeOf(sel.X)) != apis.AnyHandle
		}
	})
	return found
}

// closes reports whether a function closes what a variable holds.
func (c *checker) closes(d *ast.FuncDecl, v *types.Var) bool {
	found := false
	ast.Inspect(d.Body, func(n ast.Node) bool {
		call, ok := n.(*ast.CallExpr)
		if !ok {
			return !found
		}
		sel, ok := ast.Unparen(call.Fun).(*ast.SelectorExpr)
		if !ok || sel.Sel.Name != "Close" && !c.closesInside(golang.Callee(c.pass.TypesInfo, call)) {
			return !found
		}
		id, ok := ast.Unparen(sel.X).(*ast.Ident)
		found = found || ok && c.pass.TypesInfo.Uses[id] == v
		return !found
	})
	return found
}

// opened judges a call that opens a database which the function does not keep.
func (c *checker) opened(d *ast.FuncDecl, call *ast.CallExpr) {
	if c.sql.DialectAt(call).Foreign() || !c.counts(call) {
		return
	}
	if l := c.piled(d, call); l != nil {
		f := c.finding(call, "per-loop", fmt.Sprintf("the loop at line %d opens another one each time, and what closes them is deferred until the function returns: all of them stay open; open, use and close each in a function of its own", l.Line))
		suppress.Report(c.pass, f)
		return
	}
	for _, l := range c.loops.Enclosing(call) {
		kept := l.Bound == loops.Poll && !c.closed(d, call)
		if l.Bound != loops.Data && l.Bound != loops.Unknown && l.Bound != loops.Worker && !kept || c.loops.DependsOnIteration(l, call) != loops.Invariant {
			continue
		}
		message := fmt.Sprintf("the loop at line %d connects to the same database each time, which takes longer than most queries: open it once before", l.Line)
		if kept {
			message = fmt.Sprintf("the loop at line %d opens another pool each time and closes none of them, so that their connections add up: open one before", l.Line)
		}
		f := c.finding(call, "per-loop", message)
		suppress.Report(c.pass, f)
		return
	}
	if from := c.request(d, call, 2, make(map[*ast.FuncDecl]bool)); from != nil {
		by := ""
		if from != d {
			by = fmt.Sprintf(" (by %s)", from.Name.Name)
		}
		f := c.finding(call, "per-request", fmt.Sprintf("each request opens a connection of its own here%s, which takes longer than most queries and ends where the server has max_connections: open one pool when the program starts, and hand it to the handlers", by))
		suppress.Report(c.pass, f)
	}
}

// piled returns the loop that opens something each time around and closes it by a
// defer of the function around, nil if there is none.
func (c *checker) piled(d *ast.FuncDecl, call *ast.CallExpr) *loops.Loop {
	v := c.holder(d, call)
	for _, l := range c.loops.Enclosing(call) {
		if v == nil || l.Bound != loops.Data && l.Bound != loops.Unknown {
			continue
		}
		deferred := false
		golang.Inspect(l.Body, func(n ast.Node) {
			def, ok := n.(*ast.DeferStmt)
			if !ok {
				return
			}
			if sel, ok := ast.Unparen(def.Call.Fun).(*ast.SelectorExpr); ok && sel.Sel.Name == "Close" {
				id, ok := ast.Unparen(sel.X).(*ast.Ident)
				deferred = deferred || ok && c.pass.TypesInfo.Uses[id] == v
			}
		})
		if deferred {
			return l
		}
	}
	return nil
}

// closed reports whether a function may close what a call of its own opens: it does,
// or gets hold of the pool inside, as gorm's DB does.
func (c *checker) closed(d *ast.FuncDecl, call *ast.CallExpr) bool {
	v := c.holder(d, call)
	if v == nil || c.closes(d, v) {
		return true
	}
	for n := range ast.Preorder(d.Body) {
		if inner, ok := n.(*ast.CallExpr); ok {
			id, ok := ast.Unparen(golang.Receiver(c.pass.TypesInfo, inner)).(*ast.Ident)
			if ok && c.pass.TypesInfo.Uses[id] == v && apis.HandleOf(first(c.pass.TypesInfo.TypeOf(inner))) == apis.PoolHandle {
				return true
			}
		}
	}
	return false
}

// first returns the first of a call's results.
func first(t types.Type) types.Type {
	if tuple, ok := t.(*types.Tuple); ok && tuple.Len() > 0 {
		return tuple.At(0).Type()
	}
	return t
}

// request returns the function that handles a request, of those that lead to a
// place; nil if none is seen.
func (c *checker) request(d *ast.FuncDecl, at ast.Node, depth int, seen map[*ast.FuncDecl]bool) *ast.FuncDecl {
	if seen[d] || depth < 0 {
		return nil
	}
	seen[d] = true
	fn, _ := c.pass.TypesInfo.Defs[d.Name].(*types.Func)
	if fn == nil {
		return nil
	}
	found := handles(fn.Signature())
	ast.Inspect(d.Body, func(n ast.Node) bool {
		if lit, ok := n.(*ast.FuncLit); ok && golang.Within(at, lit) {
			sig, _ := c.pass.TypesInfo.TypeOf(lit).(*types.Signature)
			found = found || sig != nil && handles(sig)
		}
		return !found
	})
	if found {
		return d
	}
	for _, caller := range c.callersOf(fn) {
		if from := c.request(caller, caller.Name, depth-1, seen); from != nil {
			return from
		}
	}
	return nil
}

// handles reports whether a function is handed a request: an *http.Request, or
// what a framework wraps around one.
func handles(sig *types.Signature) bool {
	for v := range sig.Params().Variables() {
		if golang.IsNamed(v.Type(), "net/http", "Request") {
			return true
		}
		obj, _, _ := types.LookupFieldOrMethod(v.Type(), true, nil, "Request")
		switch obj := obj.(type) {
		case *types.Var:
			if golang.IsNamed(obj.Type(), "net/http", "Request") {
				return true
			}
		case *types.Func:
			if r := obj.Signature().Results(); r.Len() == 1 && golang.IsNamed(r.At(0).Type(), "net/http", "Request") {
				return true
			}
		}
	}
	return false
}

// callersOf returns the functions of the package that call fn.
func (c *checker) callersOf(fn *types.Func) []*ast.FuncDecl {
	if c.callers == nil {
		c.callers = make(map[*types.Func][]*ast.FuncDecl)
		for _, f := range c.pass.Files {
			for _, d := range f.Decls {
				d, ok := d.(*ast.FuncDecl)
				if !ok || d.Body == nil {
					continue
				}
				ast.Inspect(d.Body, func(n ast.Node) bool {
					if call, ok := n.(*ast.CallExpr); ok {
						if callee := golang.Callee(c.pass.TypesInfo, call); callee != nil && callee.Pkg() == c.pass.Pkg {
							c.callers[callee] = append(c.callers[callee], d)
						}
					}
					return true
				})
			}
		}
	}
	return c.callers[fn]
}

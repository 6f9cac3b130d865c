package connpool

import (
	"go/ast"
	"go/types"
	"slices"

	"github.com/sqlvet/sqlvet/analyzers/sqlparse"
	"github.com/sqlvet/sqlvet/internal/apis"
	"github.com/sqlvet/sqlvet/internal/config"
	"github.com/sqlvet/sqlvet/internal/golang"
	"github.com/sqlvet/sqlvet/internal/link"
	"github.com/sqlvet/sqlvet/internal/passes/linkage"
	"github.com/sqlvet/sqlvet/internal/passes/reach"
	"github.com/sqlvet/sqlvet/internal/passes/suppress"
)

// linking is set by the sqlvet command, the one driver that sees all packages
// at once.
var linking bool

func init() { linkage.Flag(Analyzer, &linking) }

// sizing is the method that limits a pool of database/sql, by itself or as
// libraries have it that keep one.
const sizing = "SetMaxOpenConns"

// told describes what the package has to do with the sizes of pools.
func (c *checker) told() (p link.Package) {
	limited := make(map[*ast.CallExpr]bool) // by what opens it
	for id, obj := range c.pass.TypesInfo.Uses {
		fn, ok := obj.(*types.Func)
		if !ok || fn.Name() != sizing || fn.Pkg() == nil {
			continue
		}
		if _, listed := apis.LibraryOf(fn.Pkg().Path()); listed {
			made := c.limitedBy(id)
			for _, m := range made {
				limited[m] = true
			}
			p.Sized = p.Sized || len(made) == 0
		}
	}
	for _, f := range c.pass.Files {
		for _, d := range f.Decls {
			d, ok := d.(*ast.FuncDecl)
			if !ok || d.Body == nil || !c.counts(d) {
				continue
			}
			ast.Inspect(d, func(n ast.Node) bool {
				switch n := n.(type) {
				case *ast.FuncType:
					sig, ok := c.pass.TypesInfo.TypeOf(n).(*types.Signature)
					p.Serves = p.Serves || ok && handles(sig)
				case *ast.CallExpr:
					if c.opens(n) && !limited[n] && c.sizable(n) && !c.brief(d, n) && suppress.Admits(c.pass, c.finding(n, "unlimited", "")) {
						fset := c.pass.Fset
						p.Pools = append(p.Pools, link.Pool{
							Posn: fset.Position(n.Pos()).String(), End: fset.Position(n.End()).String(), Func: c.reach.At(n), Alone: c.alone(d, n),
						})
					}
				}
				return true
			})
			if fn, ok := c.pass.TypesInfo.Defs[d.Name].(*types.Func); ok {
				p.Serves = p.Serves || handles(fn.Signature())
			}
		}
	}
	if c.pass.Pkg.Name() == "main" && !p.Serves {
		p.Pools = nil // a program of its own, of which nobody asks many things at once
	}
	return p
}

// sizable reports whether a call opens a pool of database/sql that is not
// SQLite's: those have no limit unless they are given one.
func (c *checker) sizable(call *ast.CallExpr) bool {
	if c.sql.DialectAt(call) == sqlparse.SQLite {
		return false
	}
	for _, a := range call.Args {
		if made, ok := ast.Unparen(a).(*ast.CallExpr); ok {
			if fn := golang.Callee(c.pass.TypesInfo, made); fn != nil && fn.Pkg() != nil && c.apis.Dialect(fn.Pkg().Path()) == string(sqlparse.SQLite) {
				return false // gorm.Open(sqlite.Open(…))
			}
		}
	}
	t := golang.Callee(c.pass.TypesInfo, call).Signature().Results().At(0).Type()
	if m, _, _ := types.LookupFieldOrMethod(t, true, nil, sizing); m != nil {
		return true
	}
	m, _, _ := types.LookupFieldOrMethod(t, true, nil, "DB")
	fn, ok := m.(*types.Func)
	return ok && fn.Signature().Results().Len() > 0 && golang.IsNamed(fn.Signature().Results().At(0).Type(), "database/sql", "DB")
}

// brief reports whether the function closes what a call of its own opens before
// the program ends, or is the only one that has it.
func (c *checker) brief(d *ast.FuncDecl, call *ast.CallExpr) bool {
	if d.Name.Name == "main" && d.Recv == nil && c.pass.Pkg.Name() == "main" || c.listens(d) {
		return false
	}
	v := c.holder(d, call)
	return v != nil && (c.closes(d, v) || c.stays(d, v))
}

// holder returns the variable that gets the first result of a call.
func (c *checker) holder(d *ast.FuncDecl, call *ast.CallExpr) (v *types.Var) {
	for n := range ast.Preorder(d.Body) {
		if a, ok := n.(*ast.AssignStmt); ok && len(a.Rhs) == 1 && ast.Unparen(a.Rhs[0]) == call {
			if id, ok := a.Lhs[0].(*ast.Ident); ok {
				v, _ = golang.Object(c.pass.TypesInfo, id).(*types.Var)
			}
		}
	}
	return v
}

// listens reports whether a function runs as long as a server does: it calls what
// is given an http.Handler, is a method of one or of an http.Server, and comes
// back with an error alone.
func (c *checker) listens(d *ast.FuncDecl) bool {
	serves := func(t types.Type) bool {
		return golang.IsNamed(t, "net/http", "Server") || golang.IsNamed(t, "net/http", "Handler") || hasMethod(t, "ServeHTTP")
	}
	for n := range ast.Preorder(d.Body) {
		call, ok := n.(*ast.CallExpr)
		if !ok {
			continue
		}
		fn := golang.Callee(c.pass.TypesInfo, call)
		if fn == nil || fn.Signature().Results().Len() != 1 || !golang.IsError(fn.Signature().Results().At(0).Type()) {
			continue
		}
		if r := fn.Signature().Recv(); r != nil && serves(r.Type()) {
			return true
		}
		for p := range fn.Signature().Params().Variables() {
			if serves(p.Type()) {
				return true
			}
		}
	}
	return false
}

func hasMethod(t types.Type, name string) bool {
	m, _, _ := types.LookupFieldOrMethod(t, true, nil, name)
	_, ok := m.(*types.Func)
	return ok
}

// alone reports whether everything is seen that has the pool which a call opens, and
// nothing of that limits it.
func (c *checker) alone(d *ast.FuncDecl, call *ast.CallExpr) bool {
	if v := c.holder(d, call); v != nil {
		return d.Body.Pos() <= v.Pos() && v.Pos() < d.Body.End() && !c.limited(d, v, 3)
	}
	fn, _ := c.pass.TypesInfo.Defs[d.Name].(*types.Func)
	if fn == nil || fn.Exported() || !returns(d, call) {
		return false
	}
	for _, caller := range c.callersOf(fn) {
		for n := range ast.Preorder(caller.Body) {
			if made, ok := n.(*ast.CallExpr); ok && golang.Callee(c.pass.TypesInfo, made) == fn && (c.brief(caller, made) || !c.alone(caller, made)) {
				return false
			}
		}
	}
	return len(c.callersOf(fn)) > 0
}

// returns reports whether a function returns what a call gives, as it is or in the
// handle that is made of it.
func returns(d *ast.FuncDecl, call *ast.CallExpr) bool {
	found := false
	golang.Inspect(d.Body, func(n ast.Node) {
		if ret, ok := n.(*ast.ReturnStmt); ok && len(ret.Results) > 0 {
			found = found || golang.Within(call, ret.Results[0])
		}
	})
	return found
}

// limited reports whether a function may limit the pool that a variable of its own
// holds, or may hand it to what does: as far into functions of the package.
func (c *checker) limited(d *ast.FuncDecl, v *types.Var, depth int) bool {
	found := false
	ast.PreorderStack(d.Body, nil, func(n ast.Node, stack []ast.Node) bool {
		id, ok := n.(*ast.Ident)
		if !ok || c.pass.TypesInfo.Uses[id] != v || found {
			return true
		}
		x, i := ast.Expr(id), len(stack)-1
		for ; i > 0; i-- {
			sel, ok := stack[i].(*ast.SelectorExpr)
			if !ok || sel.X != x {
				break
			}
			x = sel // the pool that it embeds
		}
		switch p := stack[i].(type) {
		case *ast.CallExpr:
			if sel, ok := x.(*ast.SelectorExpr); ok && p.Fun == x {
				found = found || sel.Sel.Name == sizing || apis.HandleOf(c.pass.TypesInfo.TypeOf(p)) != apis.AnyHandle
			} else {
				found = found || c.handsOn(p, x, depth)
			}
		case *ast.BinaryExpr:
		case *ast.AssignStmt:
			found = found || !slices.Contains(p.Lhs, x)
		default:
			found = true
		}
		return true
	})
	return found
}

// handsOn reports whether a function that is handed a pool may limit it.
func (c *checker) handsOn(call *ast.CallExpr, x ast.Expr, depth int) bool {
	fn := golang.Callee(c.pass.TypesInfo, call)
	at := slices.Index(call.Args, x)
	if fn == nil || at < 0 || at >= fn.Signature().Params().Len() || depth == 0 {
		return true
	}
	d := c.declaration(fn)
	return d == nil || c.limited(d, fn.Signature().Params().At(at), depth-1)
}

// Link reports pools without a limit in a program that answers requests, when all
// packages are known: where it limits another, only those that nothing else has.
func Link(p *link.Program) []link.Finding {
	if !p.Serves() || p.Speaks(string(sqlparse.SQLite)) {
		return nil
	}
	var list []link.Finding
	for _, o := range p.Pools() {
		if p.Sized() && !o.Alone || p.Origin(o.Func) == reach.Command {
			continue // Have: it may be this one that is limited, or it is a tool's beside the server.
		}
		list = append(list, link.Finding{
			Package: o.Package, Posn: o.Posn, End: o.End, Category: "unlimited", Severity: config.SeverityInfo, Callers: true,
			Message: "nothing limits this pool: a burst of requests opens as many connections, until the server refuses them; " +
				"set " + sizing + ", and SetMaxIdleConns to as many",
		})
	}
	return list
}

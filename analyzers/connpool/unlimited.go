package connpool

import (
	"go/ast"
	"go/types"

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
	for _, obj := range c.pass.TypesInfo.Uses {
		if fn, ok := obj.(*types.Func); ok && fn.Name() == sizing && fn.Pkg() != nil {
			_, listed := apis.LibraryOf(fn.Pkg().Path())
			p.Sized = p.Sized || listed
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
					if c.opens(n) && c.sizable(n) && !c.brief(d, n) && suppress.Admits(c.pass, c.finding(n, "unlimited", "")) {
						fset := c.pass.Fset
						p.Pools = append(p.Pools, link.Pool{
							Posn: fset.Position(n.Pos()).String(), End: fset.Position(n.End()).String(), Func: c.reach.At(n),
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

// brief reports whether the function closes what a call of its own opens, before
// the program ends.
func (c *checker) brief(d *ast.FuncDecl, call *ast.CallExpr) bool {
	if d.Name.Name == "main" && d.Recv == nil && c.pass.Pkg.Name() == "main" {
		return false
	}
	found := false
	ast.Inspect(d.Body, func(n ast.Node) bool {
		a, ok := n.(*ast.AssignStmt)
		if !ok || len(a.Rhs) != 1 || ast.Unparen(a.Rhs[0]) != call {
			return !found
		}
		if id, ok := a.Lhs[0].(*ast.Ident); ok {
			v, ok := golang.Object(c.pass.TypesInfo, id).(*types.Var)
			found = ok && c.closes(d, v)
		}
		return false
	})
	return found
}

// Link reports pools without a limit in a program that answers requests and that
// limits none, when all packages are known.
func Link(p *link.Program) []link.Finding {
	if p.Sized() || !p.Serves() || p.Speaks(string(sqlparse.SQLite)) {
		return nil
	}
	var list []link.Finding
	for _, o := range p.Pools() {
		if p.Origin(o.Func) == reach.Command {
			continue // a tool beside the server
		}
		list = append(list, link.Finding{
			Package: o.Package, Posn: o.Posn, End: o.End, Category: "unlimited", Severity: config.SeverityInfo, Callers: true,
			Message: "nothing in the program limits this pool: a burst of requests opens as many connections, until the server refuses them; " +
				"set " + sizing + ", and SetMaxIdleConns to as many",
		})
	}
	return list
}

package funceffects

import (
	"go/ast"
	"go/types"

	"github.com/sqlvet/sqlvet/internal/apis"
	"github.com/sqlvet/sqlvet/internal/golang"
)

// This file tells files of SQL that are run as they are: schema changes, or
// what fills a new database.

// isFile reports whether an expression is the content of a file, converted,
// trimmed, split, or changed by a function of this package.
func (f *flow) isFile(x ast.Expr) bool {
	switch x := ast.Unparen(x).(type) {
	case *ast.Ident, *ast.SelectorExpr:
		p, _ := golang.PathOf(f.g.info, x)
		return p.Root != nil && !f.given[p.Root] && f.local(p.Root) && isText(f.g.info.TypeOf(x)) && f.fileVar(p)
	case *ast.IndexExpr:
		return f.isFile(x.X)
	case *ast.SliceExpr:
		return f.isFile(x.X)
	case *ast.CallExpr:
		return f.fileBy(x)
	}
	return false
}

// fileVar: a variable gets the content of a file somewhere. Each is looked at
// once.
func (f *flow) fileVar(p golang.Path) bool {
	is, known := f.files[p]
	if known {
		return is
	}
	f.files[p] = false
	for _, w := range f.writes[p.Root] {
		is = is || golang.Overlap(w.fields, p.Fields) && len(w.from) > 0 && f.isFile(w.from[0])
	}
	f.files[p] = is
	return is
}

// fileBy: what a call returns is the content of a file, or made of it.
func (f *flow) fileBy(call *ast.CallExpr) bool {
	given := func() bool {
		for _, a := range call.Args {
			if isText(f.g.info.TypeOf(a)) && f.isFile(a) {
				return true
			}
		}
		return false
	}
	if f.g.info.Types[ast.Unparen(call.Fun)].IsType() {
		return given()
	}
	fn := golang.Callee(f.g.info, call)
	if fn == nil || fn.Pkg() == nil {
		return false
	}
	switch fn.FullName() {
	case "os.ReadFile", "io/fs.ReadFile", "io/ioutil.ReadFile", "(embed.FS).ReadFile", "(io/fs.ReadFileFS).ReadFile":
		return true
	}
	if path := fn.Pkg().Path(); path == "strings" || path == "bytes" {
		return given()
	}
	n := f.g.decls[fn]
	if n == nil || n.sig.Results().Len() == 0 || !isText(n.sig.Results().At(0).Type()) {
		return false
	}
	if given() {
		return true
	}
	is, known := f.g.readers[fn]
	if known {
		return is
	}
	f.g.readers[fn] = false
	own := f.g.flowOf(n)
	for _, r := range n.results {
		// A bare return is one of the result's variable.
		is = is || r.x != nil && own.isFile(r.x) || r.x == nil && own.fileVar(golang.Path{Root: n.sig.Results().At(0)})
	}
	f.g.readers[fn] = is
	return is
}

// isText: a string or bytes, or a list of them.
func isText(t types.Type) bool {
	if t == nil {
		return false
	}
	if s, ok := t.Underlying().(*types.Slice); ok {
		t = s.Elem()
		if s, ok := t.Underlying().(*types.Slice); ok {
			t = s.Elem()
		}
	}
	b, ok := t.Underlying().(*types.Basic)
	return ok && (b.Info()&types.IsString != 0 || b.Kind() == types.Byte)
}

// runsFile reports whether a call executes the text of a file. With bind
// values it is a query that is kept in a file.
func (g *graph) runsFile(e *edge) bool {
	if e.call == nil || e.callee == nil {
		return false
	}
	p := g.prims.of(e.callee)
	if p == nil || p.api.Role != apis.Exec && !(p.api.Role == apis.RawSQL && p.api.RoundTrip) || p.api.SQLArg < 0 || p.api.SQLArg != len(e.call.Args)-1 {
		return false
	}
	f := g.flowOf(e.in)
	return f != nil && f.isFile(e.call.Args[p.api.SQLArg])
}

// handsFile reports whether the statement of an effect is the text of a file, by
// what a call gives its function last.
func (g *graph) handsFile(f *flow, e *edge, x Effect) bool {
	if x.Kind != WriteDB || x.Name != "" || x.SQL != "" || !x.Text.Known {
		return false
	}
	for _, in := range x.Text.List {
		if i, ok := in.Param(); ok && i == len(e.call.Args)-1 && in.Fields == "" && f.isFile(e.call.Args[i]) {
			return true
		}
	}
	return false
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

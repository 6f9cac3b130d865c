package querysites

import (
	"go/ast"
	"go/token"
	"go/types"
	"slices"

	"github.com/sqlvet/sqlvet/internal/gofiles"
	"github.com/sqlvet/sqlvet/internal/golang"
)

// collect finds the functions that are worth a closer look, in one walk over
// the package's syntax.
func (f *finder) collect() {
	f.callers = make(map[*types.Func][]*ast.FuncDecl)
	for _, file := range gofiles.Sorted(f.pass.Fset, f.pass.Files) {
		for _, d := range file.Decls {
			switch d := d.(type) {
			case *ast.FuncDecl:
				f.collectFunc(d)
			case *ast.GenDecl:
				for _, s := range d.Specs {
					if s, ok := s.(*ast.ValueSpec); ok && d.Tok == token.VAR {
						f.collectGlobal(s)
						f.vars = f.vars || f.mayHold(d, s)
					}
				}
			}
		}
	}
}

func (f *finder) collectFunc(d *ast.FuncDecl) {
	if d.Body == nil {
		return
	}
	if f.returnsConstant(d) {
		f.names = append(f.names, d)
	}
	if f.builds(d) {
		f.builders = append(f.builders, d)
	}
	candidate, sql := false, false
	ast.Inspect(d.Body, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.CallExpr:
			fn := golang.Callee(f.pass.TypesInfo, n)
			candidate = candidate || fn != nil && (f.finishes(fn) || fn.Pkg() == f.pass.Pkg && f.handsOver(n))
			if fn == nil || !takesText(fn) {
				return true
			}
			if fn.Pkg() == f.pass.Pkg && !slices.Contains(f.callers[fn], d) {
				f.callers[fn] = append(f.callers[fn], d)
			}
			candidate = candidate || len(f.lookup(fn)) > 0
		case *ast.SelectorExpr:
			// A method value may be called later.
			fn, ok := f.pass.TypesInfo.Uses[n.Sel].(*types.Func)
			candidate = candidate || ok && takesText(fn.Origin()) && len(f.lookup(fn.Origin())) > 0
		case *ast.BasicLit:
			sql = sql || n.Kind == token.STRING && likeSQL(n.Value)
		}
		return true
	})
	if candidate {
		f.work = append(f.work, d)
	}
	if sql && d.Type.Results != nil {
		f.texts = append(f.texts, d)
	}
}

func (f *finder) collectGlobal(s *ast.ValueSpec) {
	for _, v := range s.Values {
		ast.Inspect(v, func(n ast.Node) bool {
			if call, ok := n.(*ast.CallExpr); ok {
				fn := golang.Callee(f.pass.TypesInfo, call)
				if fn != nil && takesText(fn) && len(f.lookup(fn)) > 0 {
					f.globals = append(f.globals, v)
					return false
				}
			}
			return true
		})
	}
}

// mayHold reports whether a declaration may give other packages SQL text: an
// exported string variable with SQL in it, or with an embedded file.
func (f *finder) mayHold(d *ast.GenDecl, s *ast.ValueSpec) bool {
	v, ok := f.pass.TypesInfo.Defs[s.Names[0]].(*types.Var)
	if !ok || !v.Exported() {
		return false
	}
	if !isString(v.Type()) {
		return len(s.Values) > 0 && f.isPart(v.Type())
	}
	if len(s.Values) == 0 {
		return s.Doc != nil || d.Doc != nil // only a comment can embed
	}
	found := false
	for _, e := range s.Values {
		ast.Inspect(e, func(n ast.Node) bool {
			lit, ok := n.(*ast.BasicLit)
			found = found || ok && lit.Kind == token.STRING && likeSQL(lit.Value)
			return !found
		})
	}
	return found
}

package naming

import (
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
)

// A module is the source that constants are looked up in.
type module struct {
	root, path string
	dirs       map[string][]*ast.File // what was parsed, by directory
	names      map[*ast.File]string
}

// A file is one that a reader reads.
type file struct {
	m     *module
	ast   *ast.File
	dir   string
	depth int // of the expressions that were followed
}

// modulePath returns the path that the packages below a directory begin with;
// "" if its go.mod does not say.
func modulePath(root string) string {
	data, err := os.ReadFile(filepath.Join(root, "go.mod"))
	if err != nil {
		return ""
	}
	for line := range strings.Lines(string(data)) {
		if p, ok := strings.CutPrefix(strings.TrimSpace(line), "module "); ok {
			return strings.Trim(strings.TrimSpace(p), `"`)
		}
	}
	return ""
}

// files parses the package of a directory, its tests aside.
func (m *module) files(dir string) []*ast.File {
	if fs, ok := m.dirs[dir]; ok {
		return fs
	}
	m.dirs[dir] = nil
	list, _ := os.ReadDir(dir)
	for _, e := range list {
		name := filepath.Join(dir, e.Name())
		if !strings.HasSuffix(name, ".go") || strings.HasSuffix(name, "_test.go") || !e.Type().IsRegular() {
			continue
		}
		// Have: what does not parse is the compiler's business.
		f, _ := parser.ParseFile(token.NewFileSet(), name, nil, parser.SkipObjectResolution)
		if f == nil {
			continue
		}
		m.dirs[dir] = append(m.dirs[dir], f)
		if m.names == nil {
			m.names = make(map[*ast.File]string)
		}
		m.names[f] = name
	}
	return m.dirs[dir]
}

// file returns a file of the module; nil if it does not parse.
func (m *module) file(name string) *file {
	dir := filepath.Dir(name)
	for _, f := range m.files(dir) {
		if m.names[f] == name {
			return &file{m, f, dir, 0}
		}
	}
	return nil
}

// imported returns the path of the package that an identifier names.
func (f *file) imported(name string) string {
	for _, spec := range f.ast.Imports {
		p, err := strconv.Unquote(spec.Path.Value)
		if err != nil {
			continue
		}
		base := path.Base(p)
		if len(base) > 1 && base[0] == 'v' && strings.Trim(base[1:], "0123456789") == "" {
			base = path.Base(path.Dir(p))
		}
		if i := strings.Index(base, ".v"); i > 0 {
			base = base[:i] // gopkg.in
		}
		if spec.Name != nil && spec.Name.Name == name || spec.Name == nil && base == name {
			return p
		}
	}
	return ""
}

// is reports whether an expression names something of a package.
func (f *file) is(e ast.Expr, pkg, name string) bool {
	sel, ok := ast.Unparen(e).(*ast.SelectorExpr)
	if !ok || sel.Sel.Name != name {
		return false
	}
	id, ok := sel.X.(*ast.Ident)
	if !ok {
		return false
	}
	p := f.imported(id.Name)
	return p == pkg || strings.HasSuffix(pkg, "*") && strings.HasPrefix(p, strings.TrimSuffix(pkg, "*"))
}

// at returns what an identifier, or one of another package of the module, is
// declared with, and where that stands; nil if it is anything else, or if there
// are several. Variables that are declared with their value only count where
// vars says so.
func (f *file) at(e ast.Expr, vars bool) (*file, ast.Expr) {
	if f.depth > 6 {
		return nil, nil
	}
	var dir, name string
	switch e := ast.Unparen(e).(type) {
	case *ast.Ident:
		dir, name = f.dir, e.Name
	case *ast.SelectorExpr:
		id, ok := e.X.(*ast.Ident)
		if !ok {
			return nil, nil
		}
		p := f.imported(id.Name)
		rel, ok := strings.CutPrefix(p, f.m.path)
		if f.m.path == "" || p == "" || !ok || rel != "" && rel[0] != '/' {
			return nil, nil
		}
		dir, name = filepath.Join(f.m.root, filepath.FromSlash(rel)), e.Sel.Name
	default:
		return nil, nil
	}
	var where *file
	var val ast.Expr
	n := 0
	found := func(in *ast.File, e ast.Expr) {
		where, val = &file{f.m, in, dir, f.depth + 1}, e
		n++
	}
	for _, in := range f.m.files(dir) {
		if dir == f.dir && in != f.ast && declares(f.ast, name) {
			continue // Have: what this file has is nearer.
		}
		for d := range ast.Preorder(in) {
			switch d := d.(type) {
			case *ast.GenDecl:
				for _, s := range d.Specs {
					vs, ok := s.(*ast.ValueSpec)
					if !ok || d.Tok != token.CONST && !vars {
						continue
					}
					for i, id := range vs.Names {
						if id.Name == name && i < len(vs.Values) {
							found(in, vs.Values[i])
						}
					}
				}
			case *ast.AssignStmt:
				for i, l := range d.Lhs {
					if id, ok := l.(*ast.Ident); ok && vars && id.Name == name && len(d.Lhs) == len(d.Rhs) {
						found(in, d.Rhs[i])
					} else if ok && id.Name == name {
						n += 2 // Have: a variable hides or changes it.
					}
				}
			case *ast.FuncDecl:
				if vars && d.Recv == nil && d.Name.Name == name && d.Body != nil {
					found(in, &ast.FuncLit{Type: d.Type, Body: d.Body})
				}
			case *ast.Field:
				if dir == f.dir && in == f.ast && slices.ContainsFunc(d.Names, func(id *ast.Ident) bool { return id.Name == name && !id.IsExported() }) {
					n += 2 // Have: it may be a parameter.
				}
			}
		}
	}
	if n != 1 {
		return nil, nil
	}
	return where, val
}

func declares(in *ast.File, name string) bool {
	for d := range ast.Preorder(in) {
		switch d := d.(type) {
		case *ast.ValueSpec:
			if slices.ContainsFunc(d.Names, func(id *ast.Ident) bool { return id.Name == name }) {
				return true
			}
		case *ast.AssignStmt:
			if d.Tok == token.DEFINE && slices.ContainsFunc(d.Lhs, func(e ast.Expr) bool { id, ok := e.(*ast.Ident); return ok && id.Name == name }) {
				return true
			}
		}
	}
	return false
}

// text returns the constant string that an expression is.
func (f *file) text(e ast.Expr) (string, bool) {
	switch e := ast.Unparen(e).(type) {
	case *ast.BasicLit:
		s, err := strconv.Unquote(e.Value)
		return s, err == nil && e.Kind == token.STRING
	case *ast.BinaryExpr:
		a, ok := f.text(e.X)
		b, ok2 := f.text(e.Y)
		return a + b, ok && ok2 && e.Op == token.ADD
	}
	if in, val := f.at(e, false); val != nil {
		return in.text(val)
	}
	return "", false
}

// truth returns the constant bool that an expression is.
func (f *file) truth(e ast.Expr) (val, ok bool) {
	if id, is := ast.Unparen(e).(*ast.Ident); is && (id.Name == "true" || id.Name == "false") {
		return id.Name == "true", true
	}
	if in, val := f.at(e, false); val != nil {
		return in.truth(val)
	}
	return false, false
}

// value follows variables that get one value, and functions that return one,
// to the literal or call that they are.
func (f *file) value(e ast.Expr) (*file, ast.Expr) {
	e = ast.Unparen(e)
	if u, ok := e.(*ast.UnaryExpr); ok && u.Op == token.AND {
		return f.value(u.X)
	}
	of := e
	call, called := e.(*ast.CallExpr)
	if called {
		of = call.Fun
	}
	in, val := f.at(of, true)
	if val == nil {
		return f, e
	}
	fn, isFunc := val.(*ast.FuncLit)
	if called && isFunc {
		if ret := returned(fn); ret != nil {
			return in.value(ret)
		}
		return f, e
	}
	if called {
		return f, e
	}
	return in.value(val)
}

// returned is what a function of one statement returns.
func returned(fn *ast.FuncLit) ast.Expr {
	if len(fn.Body.List) != 1 {
		return nil
	}
	ret, ok := fn.Body.List[0].(*ast.ReturnStmt)
	if !ok || len(ret.Results) != 1 {
		return nil
	}
	return ret.Results[0]
}

// fields returns the fields that a literal gives by name.
func fields(lit *ast.CompositeLit) (given map[string]ast.Expr, ok bool) {
	given = make(map[string]ast.Expr)
	for _, e := range lit.Elts {
		kv, ok := e.(*ast.KeyValueExpr)
		if !ok {
			return nil, false
		}
		if id, ok := kv.Key.(*ast.Ident); ok {
			given[id.Name] = kv.Value
		}
	}
	return given, true
}

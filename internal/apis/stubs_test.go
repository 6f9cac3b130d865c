package apis

import (
	"fmt"
	"go/ast"
	"go/importer"
	"go/parser"
	"go/token"
	"go/types"
	"sync"
	"testing"
)

// stubs are the packages that test sources import besides the standard
// library: as much of each as the tests name, at its real import path.
var stubs = map[string]string{
	"gorm.io/gorm": `package gorm
import ("context"; "database/sql")
type ConnPool interface {
	ExecContext(ctx context.Context, query string, args ...any) (sql.Result, error)
}
type DB struct{}
func (db *DB) Transaction(fc func(tx *DB) error, opts ...*sql.TxOptions) error { return nil }
func (db *DB) Commit() *DB { return db }
func (db *DB) Rollback() *DB { return db }
type ExecInterface[T any] interface{ Find(ctx context.Context) ([]T, error) }
type CreateInterface[T any] interface {
	ExecInterface[T]
	Raw(sql string, values ...any) ExecInterface[T]
}
func G[T any](db *DB) CreateInterface[T] { return nil }
`,
}

var (
	stdMu sync.Mutex
	fset  = token.NewFileSet()
	std   = importer.ForCompiler(fset, "source", nil)
)

// imports resolves the stubs, and the standard library from its source.
type imports map[string]*types.Package

func (m imports) Import(path string) (*types.Package, error) {
	if pkg := m[path]; pkg != nil {
		return pkg, nil
	}
	src, ok := stubs[path]
	if !ok {
		return std.Import(path)
	}
	pkg, _, err := m.check(path, src)
	return pkg, err
}

func (m imports) check(path, src string) (*types.Package, *types.Info, error) {
	file, err := parser.ParseFile(fset, path+".go", src, 0)
	if err != nil {
		return nil, nil, err
	}
	info := &types.Info{Uses: map[*ast.Ident]types.Object{}, Selections: map[*ast.SelectorExpr]*types.Selection{}}
	pkg, err := (&types.Config{Importer: m}).Check(path, fset, []*ast.File{file}, info)
	m[path] = pkg
	return pkg, info, err
}

// function type-checks src, the text after a package clause, and returns the
// function that the variable is initialised with, or the function or method
// "T.M" of that name.
func function(t testing.TB, src, name string) *types.Func {
	t.Helper()
	stdMu.Lock()
	defer stdMu.Unlock()
	m := imports{}
	pkg, info, err := m.check("example.com/app", "package app\n"+src)
	if err != nil {
		t.Fatal(err)
	}
	fn, err := resolve(pkg, info, name)
	if err != nil {
		t.Fatal(err)
	}
	return fn
}

func resolve(pkg *types.Package, info *types.Info, name string) (*types.Func, error) {
	expr, err := parser.ParseExpr(name)
	if err != nil {
		return nil, err
	}
	switch expr := expr.(type) {
	case *ast.SelectorExpr:
		recv := pkg.Scope().Lookup(expr.X.(*ast.Ident).Name)
		if recv == nil {
			return nil, fmt.Errorf("no type %s", name)
		}
		obj, _, _ := types.LookupFieldOrMethod(recv.Type(), true, pkg, expr.Sel.Name)
		if fn, ok := obj.(*types.Func); ok {
			return fn, nil
		}
	case *ast.Ident:
		if fn, ok := pkg.Scope().Lookup(name).(*types.Func); ok {
			return fn, nil
		}
		// A variable: the last function that its initialiser names.
		var last *types.Func
		for id, obj := range info.Uses {
			if fn, ok := obj.(*types.Func); ok && (last == nil || id.Pos() > 0) {
				last = fn
			}
		}
		if last != nil {
			return last, nil
		}
	}
	return nil, fmt.Errorf("no function %s", name)
}

package apis

import (
	"go/ast"
	"go/importer"
	"go/parser"
	"go/token"
	"go/types"
	"io"
	"iter"
	"os"
	"os/exec"
	"strings"
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
	"github.com/gocql/gocql": `package gocql
type Session struct{}
func (s *Session) Query(stmt string, values ...any) *Query { return nil }
func (s *Session) Exec(stmt string, values ...any) error { return nil }
type Query struct{}
func (q *Query) Scan(dest ...any) error { return nil }
type Scanner interface { Next() bool; Scan(...any) error }
`,
	"github.com/ThreeDotsLabs/watermill/message": `package message
type Message struct{}
type Publisher interface { Publish(topic string, messages ...*Message) error; Close() error }
`,
	"github.com/ThreeDotsLabs/watermill/pubsub/gochannel": `package gochannel
import "github.com/ThreeDotsLabs/watermill/message"
type GoChannel struct{}
func (g *GoChannel) Publish(topic string, messages ...*message.Message) error { return nil }
func (g *GoChannel) Close() error { return nil }
type Other struct{}
func (o *Other) Publish(topic string) {}
`,
	"go.etcd.io/bbolt": `package bbolt
type DB struct{}
func (db *DB) Begin(writable bool) (*Tx, error) { return nil, nil }
func (db *DB) Update(fn func(*Tx) error) error { return nil }
type Tx struct{}
func (tx *Tx) Commit() error { return nil }
func (tx *Tx) Rollback() error { return nil }
`,
}

var (
	mu   sync.Mutex // the importer and the file set are shared
	fset = token.NewFileSet()
	std  = importer.ForCompiler(fset, "gc", func(path string) (io.ReadCloser, error) { return os.Open(stdFiles()[path]) })
)

// imports resolves the stubs, and the standard library.
type imports map[string]*types.Package

func (m imports) Import(path string) (*types.Package, error) {
	if pkg := m[path]; pkg != nil {
		return pkg, nil
	}
	if src, ok := stubs[path]; ok {
		return m.check(path, src)
	}
	return std.Import(path)
}

func (m imports) check(path, src string) (*types.Package, error) {
	file, err := parser.ParseFile(fset, path+".go", src, 0)
	if err != nil {
		return nil, err
	}
	pkg, err := (&types.Config{Importer: m}).Check(path, fset, []*ast.File{file}, nil)
	m[path] = pkg
	return pkg, err
}

// source type-checks src, the text after a package clause.
func source(t testing.TB, src string) *types.Package {
	t.Helper()
	mu.Lock()
	defer mu.Unlock()
	pkg, err := imports{}.check("example.com/app", "package app\n"+src)
	if err != nil {
		t.Fatal(err)
	}
	return pkg
}

// function returns "F", "T.M" or "pkg.F" of a package.
func function(t testing.TB, pkg *types.Package, name string) *types.Func {
	t.Helper()
	scope := pkg.Scope()
	if left, right, ok := strings.Cut(name, "."); ok {
		if recv := scope.Lookup(left); recv != nil {
			obj, _, _ := types.LookupFieldOrMethod(recv.Type(), true, pkg, right)
			if fn, ok := obj.(*types.Func); ok {
				return fn
			}
		}
		for _, imp := range pkg.Imports() {
			if imp.Name() == left {
				scope, name = imp.Scope(), right
			}
		}
	}
	fn, ok := scope.Lookup(name).(*types.Func)
	if !ok {
		t.Fatalf("no function %s", name)
	}
	return fn
}

// stdFiles returns the files of export data of the standard library's
// packages by import path.
var stdFiles = sync.OnceValue(func() map[string]string {
	out, err := exec.Command("go", "list", "-export", "-f", "{{.ImportPath}} {{.Export}}", "std").Output()
	if err != nil {
		panic(err)
	}
	files := map[string]string{}
	for line := range strings.Lines(string(out)) {
		if f := strings.Fields(line); len(f) == 2 { // not of packages with test files only
			files[f[0]] = f[1]
		}
	}
	return files
})

// allFunctions yields the functions and methods that a package declares.
func allFunctions(pkg *types.Package) iter.Seq[*types.Func] {
	return func(yield func(*types.Func) bool) {
		for _, name := range pkg.Scope().Names() {
			switch obj := pkg.Scope().Lookup(name).(type) {
			case *types.Func:
				if !yield(obj) {
					return
				}
			case *types.TypeName:
				named, ok := obj.Type().(*types.Named)
				if !ok || obj.IsAlias() {
					continue
				}
				for m := range named.Methods() {
					if !yield(m) {
						return
					}
				}
				if i, ok := named.Underlying().(*types.Interface); ok {
					for m := range i.ExplicitMethods() {
						if !yield(m) {
							return
						}
					}
				}
			}
		}
	}
}

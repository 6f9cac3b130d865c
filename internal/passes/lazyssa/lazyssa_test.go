package lazyssa

import (
	"go/ast"
	"go/importer"
	"go/parser"
	"go/token"
	"go/types"
	"testing"
)

const source = `package p

import "log"

var atInit = func() int { return 1 }

func plain(x int) int { return x + 1 }

type T[E any] struct{ list []E }

func (t *T[E]) each(f func(E)) {
	for _, x := range t.list {
		func() { f(x) }()
	}
}

func fails() int {
	log.Fatal("no")
	return 2
}

func outside()
`

func load(t *testing.T, src string, check bool) (*Package, *ast.File) {
	t.Helper()
	fset := token.NewFileSet()
	f, err := parser.ParseFile(fset, "p.go", src, 0)
	if err != nil {
		t.Fatal(err)
	}
	info := &types.Info{
		Types: make(map[ast.Expr]types.TypeAndValue), Defs: make(map[*ast.Ident]types.Object), Uses: make(map[*ast.Ident]types.Object),
		Implicits: make(map[ast.Node]types.Object), Instances: make(map[*ast.Ident]types.Instance),
		Selections: make(map[*ast.SelectorExpr]*types.Selection), Scopes: make(map[ast.Node]*types.Scope), FileVersions: make(map[*ast.File]string),
	}
	conf := types.Config{Importer: importer.ForCompiler(fset, "source", nil), Error: func(error) {}}
	pkg, err := conf.Check("p", fset, []*ast.File{f}, info)
	if check && err != nil {
		t.Fatal(err)
	}
	return New(fset, []*ast.File{f}, pkg, info), f
}

// TestFunc: every declaration and literal with a body has a function.
func TestFunc(t *testing.T) {
	p, f := load(t, source, true)
	found := 0
	ast.Inspect(f, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.FuncDecl:
			fn := p.Func(n)
			if (fn != nil) != (n.Body != nil) {
				t.Errorf("%s: got %v", n.Name.Name, fn)
			}
			if fn != nil && fn.Name() != n.Name.Name {
				t.Errorf("%s: got %s", n.Name.Name, fn.Name())
			}
		case *ast.FuncLit:
			found++
			if fn := p.Func(n); fn == nil || fn.Syntax() != n {
				t.Errorf("literal at %d: got %v", n.Pos(), fn)
			}
		}
		return true
	})
	if found != 2 {
		t.Errorf("%d literals, want 2", found)
	}
	if err := p.Err(); err != nil {
		t.Error(err)
	}
}

// TestNoReturn: what follows log.Fatal is not reached.
func TestNoReturn(t *testing.T) {
	p, f := load(t, source, true)
	fn := p.Func(f.Scope.Lookup("fails").Decl.(ast.Node))
	if len(fn.Blocks) != 1 {
		t.Errorf("fails has %d blocks, want 1", len(fn.Blocks))
	}
}

// TestBroken: code that does not type-check has no answer, and no panic.
func TestBroken(t *testing.T) {
	p, f := load(t, "package p\n\nfunc f() { var x undefined; x.y(nope) }\n", false)
	if fn := p.Func(f.Decls[0]); fn != nil {
		t.Errorf("got %v for broken code", fn)
	}
	if p.Err() == nil {
		t.Error("no error")
	}
}

// TestOnDemand: nothing is built before the first question.
func TestOnDemand(t *testing.T) {
	p, f := load(t, source, true)
	builds := 0
	build := p.build
	p.build = func() (*built, error) { builds++; return build() }
	if builds != 0 {
		t.Error("built by New")
	}
	a, b := p.Func(f.Decls[2]), p.Func(f.Decls[2])
	if builds == 0 || a == nil || a != b {
		t.Errorf("%d builds, %p and %p", builds, a, b)
	}
}

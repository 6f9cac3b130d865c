// Package lazyssa answers questions about the values of one package's
// functions in SSA form, built when the first question is asked.
//
// Most packages hold nothing worth the question: SSA costs more than all other
// facts together, and an analyzer that requires buildssa has it built for
// every dependency. Only the package's own functions get bodies; what they
// import is known by its types. It is no analyzer and reports nothing.
package lazyssa

import (
	"fmt"
	"go/ast"
	"go/token"
	"go/types"
	"sync"

	"golang.org/x/tools/go/ssa"
)

// A Package is a package whose SSA form is built on demand. Its methods are
// safe for concurrent use; the values that they return are read-only.
type Package struct {
	fset  *token.FileSet
	files []*ast.File
	pkg   *types.Package
	info  *types.Info

	build func() (*built, error)
}

type built struct {
	funcs map[ast.Node]*ssa.Function // by *ast.FuncDecl or *ast.FuncLit
}

// New returns the package without building anything. info must hold all maps
// that the type checker fills, as those of an analysis pass do.
func New(fset *token.FileSet, files []*ast.File, pkg *types.Package, info *types.Info) *Package {
	p := &Package{fset: fset, files: files, pkg: pkg, info: info}
	p.build = sync.OnceValues(p.buildAll)
	return p
}

// Func returns the SSA form of a *ast.FuncDecl or *ast.FuncLit of the package:
// of a generic function, that of its origin. It returns nil for a function
// without a body, one that is not of this package, and if the package cannot
// be built, as with code that does not type-check: the answer is not known.
func (p *Package) Func(n ast.Node) *ssa.Function {
	b, err := p.build()
	if err != nil {
		return nil
	}
	return b.funcs[n]
}

// Err returns why the SSA form could not be built, nil if it could.
func (p *Package) Err() error {
	_, err := p.build()
	return err
}

func (p *Package) buildAll() (b *built, err error) {
	defer func() {
		// Have: the builder panics on syntax trees with type errors.
		if r := recover(); r != nil {
			b, err = nil, fmt.Errorf("building SSA of %s: %v", p.pkg.Path(), r)
		}
	}()
	prog := ssa.NewProgram(p.fset, ssa.InstantiateGenerics)
	if q, ok := any(prog).(interface{ SetNoReturn(func(*types.Func) bool) }); ok {
		q.SetNoReturn(noReturn) // since x/tools v0.41
	}
	seen := make(map[*types.Package]bool)
	var declare func([]*types.Package)
	declare = func(list []*types.Package) {
		for _, dep := range list {
			if !seen[dep] {
				seen[dep] = true
				prog.CreatePackage(dep, nil, nil, true)
				declare(dep.Imports())
			}
		}
	}
	declare(p.pkg.Imports())
	main := prog.CreatePackage(p.pkg, p.files, p.info, false)
	main.Build()
	return &built{p.index(prog)}, nil
}

// index finds the functions of the package by their syntax.
func (p *Package) index(prog *ssa.Program) map[ast.Node]*ssa.Function {
	funcs := make(map[ast.Node]*ssa.Function)
	var add func(*ssa.Function)
	add = func(fn *ssa.Function) {
		if fn == nil {
			return
		}
		if n := fn.Syntax(); n != nil && len(fn.Blocks) > 0 {
			funcs[n] = fn
		}
		for _, lit := range fn.AnonFuncs {
			add(lit)
		}
	}
	if main := prog.Package(p.pkg); main != nil {
		add(main.Func("init")) // literals in package-level variables
	}
	for _, f := range p.files {
		for _, d := range f.Decls {
			if d, ok := d.(*ast.FuncDecl); ok {
				if fn, ok := p.info.Defs[d.Name].(*types.Func); ok {
					add(prog.FuncValue(fn))
				}
			}
		}
	}
	return funcs
}

// noReturn lists functions that end the goroutine or the process.
func noReturn(fn *types.Func) bool {
	switch fn.FullName() {
	case "os.Exit", "runtime.Goexit", "log.Fatal", "log.Fatalf", "log.Fatalln",
		"(*log.Logger).Fatal", "(*log.Logger).Fatalf", "(*log.Logger).Fatalln",
		"(*testing.common).Fatal", "(*testing.common).Fatalf", "(*testing.common).FailNow",
		"(*testing.common).Skip", "(*testing.common).Skipf", "(*testing.common).SkipNow":
		return true
	}
	return false
}

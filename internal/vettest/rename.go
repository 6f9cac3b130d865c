package vettest

import (
	"fmt"
	"go/ast"
	"go/format"
	"go/token"
	"go/types"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"golang.org/x/tools/go/analysis"
	"golang.org/x/tools/go/analysis/checker"
	"golang.org/x/tools/go/packages"
)

// Names analyses the packages that the patterns match below testdata/src
// twice: as they are, and with every name that is theirs replaced by one that
// says nothing. It returns the actions of both runs by package path. Lines are
// the same in both, columns are not.
//
// Names that others call by their names stay: methods of interfaces that
// libraries know or whose types libraries have, tests, main and init, and those
// in keep.
func Names(t *testing.T, a *analysis.Analyzer, keep []string, patterns ...string) (plain, neutral map[string]*checker.Action) {
	t.Helper()
	if testing.Short() {
		t.Skip("loads the database libraries from source")
	}
	dir := module(t)
	pkgs := loadAll(t, dir, nil, patterns)
	plain = actions(t, a, pkgs)
	return plain, actions(t, a, loadAll(t, dir, rename(t, dir, pkgs, keep), patterns))
}

// Nameless demands that a finds the same, line by line and category by category,
// when the packages' names are neutral ones, as Names has it.
func Nameless(t *testing.T, a *analysis.Analyzer, keep []string, patterns ...string) {
	t.Helper()
	plain, neutral := Names(t, a, keep, patterns...)
	for _, path := range slices.Sorted(maps.Keys(plain)) {
		want, got := places(plain[path]), places(neutral[path])
		for at, category := range want {
			if category != got[at] {
				t.Errorf("%s: %q with its names, %q without", at, category, got[at])
			}
			delete(got, at)
		}
		for at, category := range got {
			t.Errorf("%s: %q only without names", at, category)
		}
	}
}

// places maps file and line to the category of the finding there.
func places(act *checker.Action) map[string]string {
	out := make(map[string]string)
	for _, d := range act.Diagnostics {
		p := act.Package.Fset.Position(d.Pos)
		at := fmt.Sprintf("%s:%d", filepath.Base(p.Filename), p.Line)
		out[at] += d.Category + ";"
	}
	return out
}

func loadAll(t *testing.T, dir string, overlay map[string][]byte, patterns []string) []*packages.Package {
	t.Helper()
	rel := make([]string, len(patterns))
	for i, p := range patterns {
		rel[i] = "./" + p
	}
	pkgs, err := packages.Load(&packages.Config{
		Mode:    packages.LoadAllSyntax | packages.NeedModule,
		Dir:     dir,
		Env:     append(os.Environ(), "GO111MODULE=on", "GOPROXY=off", "GOWORK=off"),
		Overlay: overlay,
	}, rel...)
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range pkgs {
		for _, e := range p.Errors {
			t.Fatalf("%s: %v", p.PkgPath, e)
		}
	}
	return pkgs
}

func actions(t *testing.T, a *analysis.Analyzer, pkgs []*packages.Package) map[string]*checker.Action {
	t.Helper()
	graph, err := checker.Analyze([]*analysis.Analyzer{a}, pkgs, nil)
	if err != nil {
		t.Fatal(err)
	}
	out := make(map[string]*checker.Action)
	for _, act := range graph.Roots {
		if act.Err != nil {
			t.Fatalf("%s: %v", act.Package.PkgPath, act.Err)
		}
		out[act.Package.PkgPath] = act
	}
	return out
}

// A renamer gives the names of some packages new ones.
type renamer struct {
	own     map[*types.Package]bool
	keep    []string
	objects map[types.Object]string
	methods map[string]string // old → new, the same for all types
	kept    map[string]bool   // methods that libraries know
	n       int
}

// rename returns the files of the packages, and of what they import of the
// same module, with neutral names.
func rename(t *testing.T, dir string, roots []*packages.Package, keep []string) map[string][]byte {
	t.Helper()
	r := &renamer{
		own: make(map[*types.Package]bool), keep: keep, objects: make(map[types.Object]string),
		methods: make(map[string]string), kept: make(map[string]bool),
	}
	var own []*packages.Package
	packages.Visit(roots, nil, func(p *packages.Package) {
		if len(p.GoFiles) > 0 && strings.HasPrefix(p.GoFiles[0], dir+string(filepath.Separator)) {
			own = append(own, p)
			r.own[p.Types] = true
		}
	})
	for _, p := range own {
		r.known(p.Types)
	}
	overlay := make(map[string][]byte)
	for _, p := range own {
		for i, f := range p.Syntax {
			src := r.file(p, f)
			if src == nil {
				t.Fatalf("%s is not renamed", p.CompiledGoFiles[i])
			}
			overlay[p.CompiledGoFiles[i]] = src
		}
	}
	return overlay
}

// known collects the methods whose names libraries decide: those of a type by
// which it is what a library's interface asks for, those of an interface that a
// library's type implements, those that hide a library's.
func (r *renamer) known(pkg *types.Package) {
	var foreign []types.Type
	for _, imp := range append(pkg.Imports(), types.Universe.Lookup("error").Pkg()) {
		if imp == nil || r.own[imp] {
			continue
		}
		for _, name := range imp.Scope().Names() {
			if tn, ok := imp.Scope().Lookup(name).(*types.TypeName); ok && tn.Exported() {
				foreign = append(foreign, tn.Type())
			}
		}
	}
	foreign = append(foreign, types.Universe.Lookup("error").Type())
	for _, name := range pkg.Scope().Names() {
		tn, ok := pkg.Scope().Lookup(name).(*types.TypeName)
		if !ok {
			continue
		}
		if n, ok := tn.Type().(*types.Named); ok && n.TypeParams().Len() > 0 {
			continue
		}
		t := tn.Type()
		if iface, ok := t.Underlying().(*types.Interface); ok {
			for _, f := range foreign {
				if iface.NumMethods() > 0 && !isGeneric(f) && types.Implements(pointer(f), iface) {
					r.keepAll(iface)
				}
			}
			continue
		}
		for _, f := range foreign {
			if iface, ok := f.Underlying().(*types.Interface); ok && !isGeneric(f) && types.Implements(types.NewPointer(t), iface) {
				r.keepAll(iface)
			}
		}
		if s, ok := t.Underlying().(*types.Struct); ok {
			for f := range s.Fields() {
				if n, ok := types.Unalias(deref(f.Type())).(*types.Named); ok && f.Embedded() && !r.own[n.Obj().Pkg()] {
					set := types.NewMethodSet(pointer(f.Type()))
					for i := range set.Len() {
						r.kept[set.At(i).Obj().Name()] = true
					}
				}
			}
		}
	}
}

func (r *renamer) keepAll(iface *types.Interface) {
	for i := range iface.NumMethods() {
		r.kept[iface.Method(i).Name()] = true
	}
}

func isGeneric(t types.Type) bool {
	n, ok := types.Unalias(t).(*types.Named)
	return ok && n.TypeParams().Len() > 0
}

func deref(t types.Type) types.Type {
	if p, ok := types.Unalias(t).(*types.Pointer); ok {
		return p.Elem()
	}
	return t
}

func pointer(t types.Type) types.Type {
	if types.IsInterface(t) {
		return t
	}
	return types.NewPointer(deref(t))
}

// file returns the source of f with new names, nil if that cannot be.
func (r *renamer) file(p *packages.Package, f *ast.File) []byte {
	tf := p.Fset.File(f.FileStart)
	src, err := os.ReadFile(tf.Name())
	if err != nil {
		return nil
	}
	type edit struct {
		at, end int
		text    string
	}
	var edits []edit
	seen := make(map[token.Pos]bool)
	put := func(id *ast.Ident, text string) {
		if text != "" && text != id.Name && !seen[id.Pos()] {
			seen[id.Pos()] = true
			edits = append(edits, edit{tf.Offset(id.Pos()), tf.Offset(id.End()), text})
		}
	}
	// The variable of a type switch has an object for each clause.
	switches := make(map[*ast.Ident]string)
	implicit := make(map[types.Object]string)
	ast.Inspect(f, func(n ast.Node) bool {
		s, ok := n.(*ast.TypeSwitchStmt)
		if !ok {
			return true
		}
		if a, ok := s.Assign.(*ast.AssignStmt); ok {
			id := a.Lhs[0].(*ast.Ident)
			switches[id] = r.next("v")
			for _, c := range s.Body.List {
				if obj := p.TypesInfo.Implicits[c]; obj != nil {
					implicit[obj] = switches[id]
				}
			}
		}
		return true
	})
	ast.Inspect(f, func(n ast.Node) bool {
		id, ok := n.(*ast.Ident)
		if !ok {
			return true
		}
		if name, ok := switches[id]; ok {
			put(id, name)
			return true
		}
		obj := p.TypesInfo.Defs[id]
		if obj == nil {
			obj = p.TypesInfo.Uses[id]
		}
		if name, ok := implicit[obj]; ok {
			put(id, name)
		} else if obj != nil {
			put(id, r.name(obj))
		}
		return true
	})
	slices.SortFunc(edits, func(a, b edit) int { return a.at - b.at })
	var out []byte
	last := 0
	for _, e := range edits {
		out = append(append(out, src[last:e.at]...), e.text...)
		last = e.end
	}
	out = append(out, src[last:]...)
	if _, err := format.Source(out); err != nil {
		return nil
	}
	return out
}

func (r *renamer) next(prefix string) string {
	r.n++
	return fmt.Sprintf("%s%d", prefix, r.n)
}

// name returns the new name of an object, its own if it stays.
func (r *renamer) name(obj types.Object) string {
	if v, ok := obj.(*types.Var); ok {
		obj = v.Origin()
	}
	if fn, ok := obj.(*types.Func); ok {
		obj = fn.Origin()
	}
	if !r.own[obj.Pkg()] || obj.Name() == "_" || slices.Contains(r.keep, obj.Name()) {
		return obj.Name()
	}
	if name, ok := r.objects[obj]; ok {
		return name
	}
	name := r.newName(obj)
	r.objects[obj] = name
	return name
}

func (r *renamer) newName(obj types.Object) string {
	prefix := map[bool]string{true: "V", false: "v"}
	switch obj := obj.(type) {
	case *types.PkgName:
		return obj.Name()
	case *types.Var:
		if obj.Embedded() {
			n, ok := types.Unalias(deref(obj.Type())).(interface{ Obj() *types.TypeName })
			if !ok {
				return obj.Name()
			}
			return r.name(n.Obj())
		}
	case *types.TypeName:
		prefix = map[bool]string{true: "T", false: "t"}
	case *types.Const:
		prefix = map[bool]string{true: "C", false: "c"}
	case *types.Func:
		sig := obj.Signature()
		if sig.Recv() == nil {
			if obj.Name() == "init" || obj.Name() == "main" || strings.HasPrefix(obj.Name(), "Test") || strings.HasPrefix(obj.Name(), "Benchmark") {
				return obj.Name()
			}
			prefix = map[bool]string{true: "F", false: "f"}
			break
		}
		if r.kept[obj.Name()] {
			return obj.Name()
		}
		if r.methods[obj.Name()] == "" {
			r.methods[obj.Name()] = r.next(map[bool]string{true: "M", false: "m"}[obj.Exported()])
		}
		return r.methods[obj.Name()]
	}
	return r.next(prefix[obj.Exported()])
}

package modules

import (
	"go/types"
	"testing"

	"golang.org/x/tools/go/analysis"
)

// world holds packages, the module of each, and the facts exported so far.
type world struct {
	t     *testing.T
	facts map[*types.Package]Worked
}

// analyse runs the analyzer on a new package. The facts of packages reach
// direct importers only.
func (w *world) analyse(path string, module *analysis.Module, imports ...*types.Package) (*types.Package, *Result) {
	p := types.NewPackage(path, "p")
	p.SetImports(imports)
	res, err := run(&analysis.Pass{
		Pkg: p, Module: module,
		ImportPackageFact: func(imp *types.Package, fact analysis.Fact) bool {
			f, ok := w.facts[imp]
			if ok {
				*fact.(*Worked) = f
			}
			return ok
		},
		ExportPackageFact: func(fact analysis.Fact) { w.facts[p] = *fact.(*Worked) },
	})
	if err != nil {
		w.t.Fatal(err)
	}
	return p, res.(*Result)
}

func TestOurs(t *testing.T) {
	w := &world{t, make(map[*types.Package]Worked)}
	var (
		app   = &analysis.Module{Path: "go.team.example/app"}
		tools = &analysis.Module{Path: "go.team.example/tools"} // in the same workspace
		lib   = &analysis.Module{Path: "go.team.example/app/lib", Version: "v1.2.0"}
		other = &analysis.Module{Path: "go.team.example/application", Version: "v0.1.0"}
	)
	libPkg, r := w.analyse("go.team.example/app/lib/wire", lib)
	if r.Own {
		t.Error("a package of the module cache is taken for one that is worked on")
	}
	sibling := types.NewPackage("go.team.example/app/lib/wire/deep", "p")
	if !r.Ours(sibling) || !r.Ours(libPkg) || r.Ours(types.NewPackage("go.team.example/app/store", "p")) {
		t.Error("a dependency does not know its own module")
	}
	otherPkg, _ := w.analyse("go.team.example/application/x", other)
	toolsPkg, _ := w.analyse("go.team.example/tools/log", tools)
	std, _ := w.analyse("fmt", nil)
	delete(w.facts, std) // the standard library has no facts
	store, _ := w.analyse("go.team.example/app/store", app, libPkg, std)
	svc, r := w.analyse("go.team.example/app/svc", app, store, toolsPkg, otherPkg)
	if !r.Own {
		t.Error("a package of the main module is taken for a dependency")
	}
	for _, test := range []struct {
		pkg  *types.Package
		want bool
	}{
		{svc, true}, {store, true}, {toolsPkg, true},
		{libPkg, false},   // imported by store alone
		{otherPkg, false}, // its path begins with the letters of ours
		{std, false}, {nil, false},
		{types.NewPackage("go.team.example/app", "p"), true}, // not imported at all
		{types.NewPackage("go.team.example/app/far", "p"), true},
	} {
		if got := r.Ours(test.pkg); got != test.want {
			t.Errorf("ours(%v) is %t", test.pkg, got)
		}
	}

	// Without modules, and with an empty one as some drivers give it.
	for _, none := range []*analysis.Module{nil, {}} {
		p, r := w.analyse("some/p", none, std)
		if !r.Own || !r.Ours(p) || r.Ours(std) || r.Ours(types.NewPackage("some/q", "q")) {
			t.Error("without modules a package knows itself alone")
		}
	}
}

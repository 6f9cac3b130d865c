// Package modules answers which packages are code that is worked on together
// with the package at hand: those of its module, and of the other modules of a
// workspace. What an import path looks like does not tell: a module may lie
// below another's path, and its path has any number of elements.
//
// It judges nothing.
package modules

import (
	"go/types"
	"reflect"
	"slices"
	"strings"

	"golang.org/x/tools/go/analysis"
)

// Analyzer finds the modules that a package belongs to and sees. Its result is
// a *Result.
var Analyzer = &analysis.Analyzer{
	Name:       "sqlvetmodules",
	Doc:        "find out which packages are worked on together\n\nA shared step of sqlvet's rules: it reports nothing.",
	URL:        "https://pkg.go.dev/github.com/sqlvet/sqlvet/internal/passes/modules",
	Run:        run,
	ResultType: reflect.TypeFor[*Result](),
	FactTypes:  []analysis.Fact{new(Worked)},
}

// Worked is the fact that a package is of a module that is worked on. Facts
// of packages reach direct importers only, so it says what those cannot see.
type Worked struct {
	Modules []string // such modules, of the package and its imports: sorted paths
	Foreign []string // packages below those paths that are of other modules: sorted
}

// AFact marks Worked as a fact.
func (*Worked) AFact() {}

func (w *Worked) String() string { return "worked on in " + strings.Join(w.Modules, ", ") }

// A Result answers for one package.
type Result struct {
	// Own: the package is worked on, as far as is known, and no dependency.
	Own    bool
	pkg    *types.Package
	direct map[string]bool // the packages imported, by path: whether they are ours
	worked Worked
}

func run(pass *analysis.Pass) (any, error) {
	module := pass.Module
	if module != nil && module.Path == "" {
		module = nil // some drivers give an empty one
	}
	r := &Result{Own: module == nil || module.Version == "", pkg: pass.Pkg}
	if !r.Own {
		// Dependencies are looked at for facts alone. What lies below the
		// path of their module is of it, or of its makers.
		r.worked.Modules = []string{module.Path}
		return r, nil
	}
	r.direct = make(map[string]bool)
	if module != nil {
		r.worked.Modules = append(r.worked.Modules, module.Path)
	}
	for _, p := range pass.Pkg.Imports() {
		var w Worked
		if r.direct[p.Path()] = pass.ImportPackageFact(p, &w); r.direct[p.Path()] {
			r.worked.Modules = append(r.worked.Modules, w.Modules...)
			r.worked.Foreign = append(r.worked.Foreign, w.Foreign...)
		}
	}
	for path, ours := range r.direct {
		if !ours && r.below(path) {
			r.worked.Foreign = append(r.worked.Foreign, path)
		}
	}
	r.worked.Modules, r.worked.Foreign = set(r.worked.Modules), set(r.worked.Foreign)
	if module != nil {
		pass.ExportPackageFact(&r.worked)
	}
	return r, nil
}

func set(list []string) []string {
	slices.Sort(list)
	return slices.Compact(list)
}

// Ours reports whether p is of the module of the package at hand, or worked on
// together with it. Without modules that is known of the package itself alone.
func (r *Result) Ours(p *types.Package) bool {
	if p == nil || p == r.pkg {
		return p != nil
	}
	if ours, ok := r.direct[p.Path()]; ok {
		return ours
	}
	_, foreign := slices.BinarySearch(r.worked.Foreign, p.Path())
	return !foreign && r.below(p.Path())
}

// below reports whether an import path begins with the path of one of the
// modules.
func (r *Result) below(path string) bool {
	return slices.ContainsFunc(r.worked.Modules, func(m string) bool {
		rest, ok := strings.CutPrefix(path, m)
		return ok && (rest == "" || rest[0] == '/')
	})
}

// Package linkage answers which interfaces a package declares, and what the
// methods of its types do, for the link step (package link) of a driver that
// sees all packages of a run. The answer is JSON in one hidden diagnostic.
//
// It does not know which loops or transactions ask for it: the rules describe
// those.
package linkage

import (
	"encoding/json"
	"go/types"
	"strings"

	"golang.org/x/tools/go/analysis"

	"github.com/sqlvet/sqlvet/internal/link"
	"github.com/sqlvet/sqlvet/internal/passes/funceffects"
)

// Analyzer reports the description of the package. Only the sqlvet command asks
// for it.
var Analyzer = &analysis.Analyzer{
	Name:     "sqlvetlink",
	Doc:      "describe interfaces and implementations for sqlvet\n\nInternal: its diagnostics are data and not meant to be read.",
	URL:      "https://pkg.go.dev/github.com/sqlvet/sqlvet/internal/passes/linkage",
	Requires: []*analysis.Analyzer{funceffects.Analyzer},
	Run:      run,
}

func run(pass *analysis.Pass) (any, error) {
	var p link.Package
	effects := pass.ResultOf[funceffects.Analyzer].(*funceffects.Result)
	scope := pass.Pkg.Scope()
	for _, name := range scope.Names() {
		tn, ok := scope.Lookup(name).(*types.TypeName)
		if !ok || tn.IsAlias() || strings.HasSuffix(pass.Fset.Position(tn.Pos()).Filename, "_test.go") {
			continue
		}
		named, ok := tn.Type().(*types.Named)
		if !ok || named.TypeParams().Len() > 0 {
			continue
		}
		if types.IsInterface(named) {
			if ms := methodIDs(types.NewMethodSet(named)); len(ms) > 0 {
				p.Interfaces = append(p.Interfaces, link.Interface{Name: pass.Pkg.Path() + "." + name, Methods: ms})
			}
			continue
		}
		if t, ok := implementation(effects, named); ok {
			p.Types = append(p.Types, t)
		}
	}
	return nil, Report(pass, p)
}

// Report hands a package's part to the link step: nothing if it is empty.
func Report(pass *analysis.Pass, p link.Package) error {
	if len(p.Loops)+len(p.Interfaces)+len(p.Types)+len(p.Calls) == 0 || len(pass.Files) == 0 {
		return nil
	}
	data, err := json.Marshal(p)
	if err != nil {
		return err
	}
	pass.Report(analysis.Diagnostic{Pos: pass.Files[0].Name.Pos(), Category: link.Category, Message: string(data)})
	return nil
}

// implementation describes a type whose methods reach a database, themselves
// or through interfaces.
func implementation(effects *funceffects.Result, named *types.Named) (link.Type, bool) {
	set := types.NewMethodSet(types.NewPointer(named))
	t := link.Type{
		Name:     "(*" + named.Obj().Pkg().Name() + "." + named.Obj().Name() + ")",
		Effects:  make(map[string][]funceffects.Effect),
		Promoted: make(map[string][]string),
	}
	for sel := range set.Methods() {
		fn, ok := sel.Obj().(*types.Func)
		if !ok || !fn.Exported() {
			continue
		}
		if iface := effects.Promoter(named, fn, sel.Index()); iface != "" {
			t.Promoted[iface] = append(t.Promoted[iface], fn.Name())
		}
		if es := reaching(effects.Of(fn)); len(es) > 0 {
			t.Effects[fn.Name()] = es
		}
	}
	if len(t.Effects)+len(t.Promoted) == 0 {
		return t, false
	}
	t.Methods = methodIDs(set)
	return t, true
}

// reaching returns the effects that loops and transactions ask for: those that
// leave the process, and those that may turn out to.
func reaching(es []funceffects.Effect) []funceffects.Effect {
	var out []funceffects.Effect
	for _, e := range es {
		switch e.Kind {
		case funceffects.ReadDB, funceffects.WriteDB, funceffects.BeginTx,
			funceffects.Network, funceffects.Mail, funceffects.Publish, funceffects.Exec:
			out = append(out, e)
		case funceffects.Unknown:
			if e.Name != "" {
				out = append(out, e)
			}
		}
	}
	return out
}

// Package linkage answers which interfaces a package declares, and what the
// methods of its types do, for the link step (package link) of a driver that
// sees all packages of a run. The answer travels in one hidden diagnostic.
//
// It does not know which loops or transactions ask for it: the rules describe
// those.
package linkage

import (
	"go/types"
	"maps"
	"slices"
	"strings"

	"golang.org/x/tools/go/analysis"

	"github.com/sqlvet/sqlvet/internal/apis"
	"github.com/sqlvet/sqlvet/internal/golang"
	"github.com/sqlvet/sqlvet/internal/link"
	"github.com/sqlvet/sqlvet/internal/passes/funceffects"
	"github.com/sqlvet/sqlvet/internal/passes/modules"
	"github.com/sqlvet/sqlvet/internal/passes/reach"
)

// Analyzer reports the description of the package. Only the sqlvet command asks
// for it.
var Analyzer = &analysis.Analyzer{
	Name:     "sqlvetlink",
	Doc:      "describe interfaces and implementations for sqlvet\n\nInternal: its diagnostics are data and not meant to be read.",
	URL:      "https://pkg.go.dev/github.com/sqlvet/sqlvet/internal/passes/linkage",
	Requires: []*analysis.Analyzer{funceffects.Analyzer, modules.Analyzer, reach.Analyzer},
	Run:      run,
}

func run(pass *analysis.Pass) (any, error) {
	var p link.Package
	effects := pass.ResultOf[funceffects.Analyzer].(*funceffects.Result)
	ours := pass.ResultOf[modules.Analyzer].(*modules.Result)
	for _, named := range declared(pass) {
		if types.IsInterface(named) {
			if ms := methodIDs(types.NewMethodSet(named)); len(ms) > 0 {
				p.Interfaces = append(p.Interfaces, link.Interface{Name: golang.TypeText(named), Methods: ms})
			}
		} else if t, ok := implementation(effects, ours, named); ok {
			p.Types = append(p.Types, t)
		}
	}
	for _, f := range effects.Fills() {
		if es := reaching(f.Effects); len(es) > 0 {
			method := f.Field[strings.LastIndexByte(f.Field, '.')+1:]
			p.Types = append(p.Types, link.Type{Name: f.Func, Methods: []string{f.Field}, Effects: map[string][]funceffects.Effect{method: es}})
		}
	}
	p.Functions = pass.ResultOf[reach.Analyzer].(*reach.Result).Functions()
	for _, imp := range pass.Pkg.Imports() {
		if d := apis.Dialect(imp.Path()); d != "" && !slices.Contains(p.Dialects, d) {
			p.Dialects = append(p.Dialects, d)
		}
	}
	return nil, Report(pass, p)
}

// declared returns the types of a package outside of its tests, and the
// instances that it makes of generic ones, in the order of their names.
func declared(pass *analysis.Pass) []*types.Named {
	byName := make(map[string]*types.Named)
	add := func(tn *types.TypeName, t types.Type) {
		named, ok := t.(*types.Named)
		if ok && !tn.IsAlias() && named.TypeParams().Len() == named.TypeArgs().Len() &&
			!strings.HasSuffix(pass.Fset.Position(tn.Pos()).Filename, "_test.go") {
			byName[golang.TypeText(named)] = named
		}
	}
	scope := pass.Pkg.Scope()
	for _, name := range scope.Names() {
		if tn, ok := scope.Lookup(name).(*types.TypeName); ok {
			add(tn, tn.Type())
		}
	}
	ours := pass.ResultOf[modules.Analyzer].(*modules.Result)
	for id, instance := range pass.TypesInfo.Instances {
		tn, ok := pass.TypesInfo.Uses[id].(*types.TypeName)
		if ok && ours.Ours(tn.Pkg()) && tn.Parent() == tn.Pkg().Scope() && !golang.HasTypeParam(instance.Type) {
			add(tn, instance.Type)
		}
	}
	list := make([]*types.Named, 0, len(byName))
	for _, name := range slices.Sorted(maps.Keys(byName)) {
		list = append(list, byName[name])
	}
	return list
}

// Flag gives a rule the flag by which the sqlvet command, the one driver that
// sees all packages at once, asks it for what the link step needs.
func Flag(rule *analysis.Analyzer, linking *bool) {
	rule.Flags.BoolVar(linking, "link", false, "internal: report what the link step needs")
}

// Report hands a package's part to the link step: nothing if it is empty.
func Report(pass *analysis.Pass, p link.Package) error {
	if len(p.Loops)+len(p.Interfaces)+len(p.Types)+len(p.Calls)+len(p.Functions)+len(p.Told)+len(p.Dialects)+len(p.Pools)+len(p.Orders) == 0 && !p.Sized && !p.Serves || len(pass.Files) == 0 {
		return nil
	}
	text, err := link.Encode(&p)
	if err != nil {
		return err
	}
	pass.Report(analysis.Diagnostic{Pos: pass.Files[0].Name.Pos(), Category: link.Category, Message: text})
	return nil
}

// implementation describes a type whose methods reach a database, themselves
// or through interfaces.
func implementation(effects *funceffects.Result, ours *modules.Result, named *types.Named) (link.Type, bool) {
	set := types.NewMethodSet(types.NewPointer(named))
	t := link.Type{
		Name:     "(*" + named.Obj().Pkg().Name() + "." + named.Obj().Name() + ")",
		ID:       golang.TypeText(named),
		Effects:  make(map[string][]funceffects.Effect),
		Promoted: make(map[string][]string),
		Runs:     make(map[string][]int),
	}
	for sel := range set.Methods() {
		fn, ok := sel.Obj().(*types.Func)
		if !ok || !fn.Exported() {
			continue
		}
		if iface, pkg := funceffects.Promoter(named, fn, sel.Index()); ours.Ours(pkg) {
			t.Promoted[iface] = append(t.Promoted[iface], fn.Name())
		}
		if es := reaching(effects.Of(fn)); len(es) > 0 {
			t.Effects[fn.Name()] = es
		}
		for _, p := range effects.Params(fn) {
			if p.InTx && !p.Async && p.Times > 0 && p.Times != funceffects.Stored {
				t.Runs[fn.Name()] = append(t.Runs[fn.Name()], p.Index)
			}
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
		// Nobody asks for the rest behind an interface.
		e.Text, e.Handle, e.Source = funceffects.Inputs{}, funceffects.Input{}, ""
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

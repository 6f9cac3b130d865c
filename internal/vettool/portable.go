package vettool

import (
	"go/types"

	"golang.org/x/tools/go/analysis"
)

// portable makes a package's types survive the format in which units hand
// them on (x/tools' indexed export data). That format writes one package for
// all unexported methods that an interface declares: the one of the type that
// is written. For
//
//	type T other.Iface
//
// where T's underlying type is other's, that is the wrong one, and other's
// implementations would not implement T for those who import it. Nothing is
// lost if T's underlying type is an interface that embeds other.Iface instead.
//
// An unnamed interface of another package, as the type of a variable, has the
// same fault and no remedy here: a variable's type cannot be set.
func portable(pkg *types.Package) {
	scope := pkg.Scope()
	for _, name := range scope.Names() {
		obj, ok := scope.Lookup(name).(*types.TypeName)
		if !ok || obj.IsAlias() {
			continue
		}
		named, ok := obj.Type().(*types.Named)
		if !ok {
			continue
		}
		if from := foreignInterface(named); from != nil {
			named.SetUnderlying(types.NewInterfaceType(nil, []types.Type{from}).Complete())
		}
	}
}

// foreignInterface returns the type of another package that declares the
// unexported methods of t's underlying interface; nil if there is none.
func foreignInterface(t *types.Named) types.Type {
	iface, ok := t.Underlying().(*types.Interface)
	if !ok {
		return nil
	}
	for m := range iface.ExplicitMethods() {
		if m.Exported() || m.Pkg() == t.Obj().Pkg() {
			continue
		}
		// Have: an interface that was not written in this package. Its
		// methods keep the type that they were declared with.
		if from, ok := m.Signature().Recv().Type().(*types.Named); ok && from.Obj() != t.Obj() {
			return from
		}
	}
	return nil
}

// portableTypes does that in the units that unitchecker runs, which writes the
// types after the analyzers.
var portableTypes = &analysis.Analyzer{
	Name: "sqlvetportable",
	Doc:  "prepare a package's types for the units that import it\n\nA step of the sqlvet command: it reports nothing.",
	Run: func(pass *analysis.Pass) (any, error) {
		portable(pass.Pkg)
		return nil, nil
	},
}

// first makes each of the analyzers wait for portableTypes. It changes types
// without a lock, so no other analyzer may run at that time.
func first(list []*analysis.Analyzer) {
	for _, a := range list {
		a.Requires = append(a.Requires[:len(a.Requires):len(a.Requires)], portableTypes)
	}
}

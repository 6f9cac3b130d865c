package funceffects

import (
	"go/types"

	"github.com/sqlvet/sqlvet/internal/apis"
	"github.com/sqlvet/sqlvet/internal/golang"
)

// exportHidden exports, for the methods of this package's interfaces, what
// the implementations do whose types are not exported: other packages get
// such a value from a constructor, and cannot see its methods' facts.
func (r *Result) exportHidden() {
	g := r.s.g
	scope := g.pass.Pkg.Scope()
	for _, name := range scope.Names() {
		tn, ok := scope.Lookup(name).(*types.TypeName)
		if !ok || !tn.Exported() || tn.IsAlias() {
			continue
		}
		named, ok := tn.Type().(*types.Named)
		if !ok || named.TypeParams().Len() > 0 {
			continue
		}
		iface, ok := named.Underlying().(*types.Interface)
		if !ok {
			continue
		}
		for m := range iface.ExplicitMethods() {
			if m.Pkg() != g.pass.Pkg {
				continue // type Mine other.Iface: that package tells
			}
			if sum := r.hidden(named, m); m.Exported() && !sum.empty() {
				g.pass.ExportObjectFact(m, sum)
			}
		}
	}
}

// hidden sums up the hidden implementations of one method.
func (r *Result) hidden(iface *types.Named, m *types.Func) *Summary {
	var all effects
	for _, t := range r.s.g.impls.find(iface, m, apis.TypeName(iface)+"."+m.Name()) {
		recv := t.fn.Signature().Recv()
		if r.s.g.decls[t.fn] == nil || recv == nil || golang.Named(recv.Type()) == nil || golang.Named(recv.Type()).Obj().Exported() {
			continue
		}
		for _, e := range r.s.effectsOf(t) {
			e.Through = t.through
			all.add(e)
		}
	}
	return &Summary{Effects: portable(all)}
}

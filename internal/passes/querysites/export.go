package querysites

import (
	"go/types"

	"github.com/sqlvet/sqlvet/internal/sqltext"
)

// export writes the facts that other packages need.
func (f *finder) export() {
	for fn, w := range f.wrappers {
		if fn.Pkg() == f.pass.Pkg {
			f.pass.ExportObjectFact(fn, w)
		}
	}
	f.exportNames()
	if f.prog == nil {
		return
	}
	f.exportChains()
	for _, d := range f.texts {
		fn, ok := f.pass.TypesInfo.Defs[d.Name].(*types.Func)
		if !ok || !fn.Exported() {
			continue
		}
		if sums := f.prog.Returns(fn); sqlIn(sums) {
			f.pass.ExportObjectFact(fn, &Holds{Texts: sums})
		}
	}
	scope := f.pass.Pkg.Scope()
	for _, name := range scope.Names() {
		v, ok := scope.Lookup(name).(*types.Var)
		switch {
		case !ok || !v.Exported():
		case !isString(v.Type()):
			if sums := f.prog.BuildsIn(v); len(sums) > 0 {
				f.pass.ExportObjectFact(v, &Builds{Chains: sums})
			} else if sums := f.prog.ExpressionsIn(v); len(sums) > 0 {
				f.pass.ExportObjectFact(v, &Holds{Texts: sums})
			}
		default:
			if sums := f.prog.Holds(v); sqlIn(sums) {
				f.pass.ExportObjectFact(v, &Holds{Texts: sums})
			}
		}
	}
}

func isString(t types.Type) bool {
	b, ok := t.Underlying().(*types.Basic)
	return ok && b.Info()&types.IsString != 0
}

// sqlIn reports whether a summary is worth a fact.
func sqlIn(sums []sqltext.Summary) bool {
	for _, s := range sums {
		for _, p := range s.Pieces {
			if likeSQL(p.Text) {
				return true
			}
		}
	}
	return false
}

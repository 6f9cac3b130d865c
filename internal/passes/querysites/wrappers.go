package querysites

import (
	"go/ast"
	"go/types"
	"slices"
	"strings"

	"github.com/sqlvet/sqlvet/internal/apis"
	"github.com/sqlvet/sqlvet/internal/sqlscan"
	"github.com/sqlvet/sqlvet/internal/sqltext"
)

// wrap records which parameters of a declared function reach a query, whole
// or as a part of it.
func (f *finder) wrap(d *ast.FuncDecl) {
	fn, ok := f.pass.TypesInfo.Defs[d.Name].(*types.Func)
	if !ok {
		return
	}
	if api, ok := f.apis.Lookup(fn); ok && api.HasText() && api.Rule == "" {
		return // the catalogue knows
	}
	w := new(Wrapper)
	for _, s := range f.ordered(func(s *Site) bool { return s.Func == d }) {
		for _, t := range s.Texts {
			i, ok := t.Param()
			if ok && !slices.ContainsFunc(w.Params, func(p Param) bool { return p.Index == i }) {
				w.Params = append(w.Params, f.param(fn, i, s))
			}
			for _, i := range t.Parts() {
				if !slices.Contains(w.Parts, i) {
					w.Parts = append(w.Parts, i)
				}
			}
		}
		if p, ok := f.around(fn, s); ok && !slices.ContainsFunc(w.Params, func(o Param) bool { return o.Index == p.Index }) {
			w.Params = append(w.Params, p)
		}
	}
	slices.Sort(w.Parts)
	old := f.wrappers[fn]
	if old == nil {
		old = new(Wrapper)
	}
	if len(old.Params) == len(w.Params) && len(old.Parts) == len(w.Parts) {
		return
	}
	f.mark(fn, w)
	// Have: what another implementation puts around a text may be something else.
	whole := &Wrapper{Params: slices.DeleteFunc(slices.Clone(w.Params), func(p Param) bool { return p.Around != nil }), Parts: w.Parts}
	for _, m := range f.interfaceMethods(fn) {
		f.mark(m, whole)
	}
}

// around describes the first parameter of fn that site s sends as a part of a
// statement; false if an alternative has none.
func (f *finder) around(fn *types.Func, s *Site) (Param, bool) {
	if s.API.Fragment != "" || s.Chain || !s.Sent || s.API.Named || len(s.Texts) == 0 {
		return Param{}, false
	}
	first := -1
	for _, t := range s.Texts {
		parts := t.Parts()
		if len(parts) == 0 {
			return Param{}, false
		}
		if at := slices.Min(parts); first < 0 || at < first {
			first = at
		}
	}
	p := f.param(fn, first, s)
	p.Around = sqltext.Summarise(s.Texts)
	if len(p.Around) == 0 || slices.ContainsFunc(p.Around, unsure) {
		return Param{}, false
	}
	if p.Args != apis.None && !f.passesArgs(fn, s) {
		p.Args = apis.None
	}
	return p, true
}

// unsure reports whether a text has more in it that is not known than parameters and
// values: what a format makes of its arguments, say.
func unsure(s sqltext.Summary) bool {
	return slices.ContainsFunc(s.Pieces, func(p sqltext.SummaryPiece) bool {
		return p.Hole && p.Param == 0 && p.Kind == sqlscan.HoleUnknown
	})
}

// passesArgs reports whether a site binds what its function is given, and no more.
func (f *finder) passesArgs(fn *types.Func, s *Site) bool {
	n := len(s.Call.Args) - 1
	if !s.Call.Ellipsis.IsValid() || s.API.ArgsStart != n {
		return false
	}
	id, ok := ast.Unparen(s.Call.Args[n]).(*ast.Ident)
	last := fn.Signature().Params().At(fn.Signature().Params().Len() - 1)
	return ok && f.pass.TypesInfo.Uses[id] == last && !slices.ContainsFunc(s.Texts, func(t *sqltext.Text) bool {
		return strings.ContainsAny(t.Source().Text, "?$")
	})
}

// param describes parameter i of fn, which site s hands on.
func (f *finder) param(fn *types.Func, i int, s *Site) Param {
	p := Param{
		Index: i, Role: s.API.Role, Fragment: s.API.Fragment,
		Library: s.API.Library, Rule: s.API.Rule, Named: s.API.Named, Args: apis.None, Dest: apis.None,
	}
	if p.Role == apis.RawSQL && f.sentWithin(s) {
		p.Role = apis.Query // the wrapper holds its finisher, too
	}
	sig := fn.Signature()
	if sig.Variadic() && sig.Params().Len()-1 > i {
		p.Args = sig.Params().Len() - 1
	}
	if s.API.DestArg != apis.None && s.API.DestArg < len(s.Call.Args) {
		if id, ok := ast.Unparen(s.Call.Args[s.API.DestArg]).(*ast.Ident); ok {
			for j := range sig.Params().Len() {
				if f.pass.TypesInfo.Uses[id] == sig.Params().At(j) {
					p.Dest = j
				}
			}
		}
	}
	return p
}

// mark makes fn a wrapper and its callers candidates.
func (f *finder) mark(fn *types.Func, w *Wrapper) {
	f.wrappers[fn] = w
	delete(f.known, fn)
	for k, s := range f.sites {
		if s.Callee == fn {
			delete(f.sites, k) // looked at by its signature alone
		}
	}
	for _, d := range f.callers[fn] {
		if !slices.Contains(f.work, d) {
			f.work = append(f.work, d)
		}
	}
}

// interfaceMethods returns the methods of this package's interfaces that the
// method fn implements. A call through the interface hands its text on as a
// call of the method does.
func (f *finder) interfaceMethods(fn *types.Func) []*types.Func {
	recv := fn.Signature().Recv()
	if recv == nil {
		return nil
	}
	var out []*types.Func
	scope := f.pass.Pkg.Scope()
	for _, name := range scope.Names() {
		tn, ok := scope.Lookup(name).(*types.TypeName)
		if !ok {
			continue
		}
		iface, ok := tn.Type().Underlying().(*types.Interface)
		if !ok || iface.NumMethods() == 0 || !types.Implements(recv.Type(), iface) {
			continue
		}
		for i := range iface.NumMethods() {
			if m := iface.Method(i); m.Name() == fn.Name() {
				out = append(out, m.Origin())
			}
		}
	}
	return out
}

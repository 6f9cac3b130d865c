package querysites

import (
	"cmp"
	"go/ast"
	"go/constant"
	"go/types"
	"strconv"

	"github.com/sqlvet/sqlvet/internal/golang"
	"github.com/sqlvet/sqlvet/internal/sqltext"
)

// exportChains writes the facts about statements under construction: what
// functions return half built, and what they send of a caller's.
func (f *finder) exportChains() {
	for _, d := range f.builders {
		fn, ok := f.pass.TypesInfo.Defs[d.Name].(*types.Func)
		if !ok || !exported(fn) {
			continue
		}
		if sums := f.prog.Builds(fn); len(sums) > 0 {
			f.pass.ExportObjectFact(fn, &Builds{Chains: sums})
		}
		if sums := f.prog.Expressions(fn); len(sums) > 0 {
			f.pass.ExportObjectFact(fn, &Holds{Texts: sums})
		}
	}
	sends := make(map[*types.Func][]sqltext.ChainSummary)
	var order []*types.Func
	for _, s := range f.ordered(func(s *Site) bool { return len(s.opened) > 0 }) {
		for _, t := range s.opened {
			fn, sum, ok := t.Opens()
			if !ok || !exported(fn) || len(sends[fn]) == maxFinishes {
				continue
			}
			sum.Sender = cmp.Or(sum.Sender, s.sender())
			if len(sends[fn]) == 0 {
				order = append(order, fn)
			}
			sends[fn] = append(sends[fn], sum)
		}
	}
	for _, fn := range order {
		f.pass.ExportObjectFact(fn, &Finishes{Chains: sends[fn]})
	}
	f.exportInterfaces(sends)
}

// exportInterfaces says of methods of interfaces what the one type of the
// package does that has them.
func (f *finder) exportInterfaces(sends map[*types.Func][]sqltext.ChainSummary) {
	for _, m := range f.openMethods() {
		fn := f.prog.Only(m)
		if fn == m {
			continue
		}
		if sums := sends[fn]; len(sums) > 0 {
			f.pass.ExportObjectFact(m, &Finishes{Chains: sums})
		}
		if sums := f.prog.Builds(fn); len(sums) > 0 {
			f.pass.ExportObjectFact(m, &Builds{Chains: sums})
		}
	}
}

// openMethods returns the methods of the package's exported interfaces that take
// or return a statement under construction, in the order of their names.
func (f *finder) openMethods() (out []*types.Func) {
	scope := f.pass.Pkg.Scope()
	for _, name := range scope.Names() {
		tn, ok := scope.Lookup(name).(*types.TypeName)
		if !ok || !tn.Exported() || tn.IsAlias() {
			continue
		}
		iface, ok := tn.Type().Underlying().(*types.Interface)
		for i := 0; ok && i < iface.NumExplicitMethods(); i++ {
			m := iface.ExplicitMethod(i)
			sig := m.Signature()
			part := sig.Results().Len() > 0 && f.isPart(sig.Results().At(0).Type())
			for j := range sig.Params().Len() {
				part = part || f.isPart(sig.Params().At(j).Type())
			}
			if part {
				out = append(out, m)
			}
		}
	}
	return out
}

// sender names the call of a site, as sqltext.ChainSummary does.
func (s *Site) sender() string {
	fn := s.Func.Name.Name
	if s.Func.Recv != nil && len(s.Func.Recv.List) > 0 {
		fn = types.ExprString(s.Func.Recv.List[0].Type) + "." + fn
	}
	return s.within + "." + fn + "#" + strconv.Itoa(int(s.Call.Lparen-s.Func.Pos()))
}

// Sender names the call that sends what its function is handed; "" if it is
// known what that is, or another one sends it.
func (s *Site) Sender() string {
	if len(s.opened) == 0 || s.Func == nil || s.opened[0].Sender() != "" {
		return ""
	}
	return s.sender()
}

// maxFinishes bounds the statements that a fact says a function finishes.
const maxFinishes = 24

// exported reports whether another package can call a function: by its name,
// or as a method through an interface or an embedded field.
func exported(fn *types.Func) bool { return fn.Exported() }

// exportNames writes what the methods without arguments return that return
// one constant string: the name of a model's table, for one.
func (f *finder) exportNames() {
	for _, d := range f.names {
		fn, ok := f.pass.TypesInfo.Defs[d.Name].(*types.Func)
		if !ok {
			continue
		}
		ret := d.Body.List[0].(*ast.ReturnStmt)
		text := constant.StringVal(f.pass.TypesInfo.Types[ret.Results[0]].Value)
		f.pass.ExportObjectFact(fn, &Holds{Texts: []sqltext.Summary{{Pieces: []sqltext.SummaryPiece{{Text: text}}}}})
	}
}

// returnsConstant reports whether a declaration is a method without arguments
// that returns one constant string and does nothing else.
func (f *finder) returnsConstant(d *ast.FuncDecl) bool {
	if d.Recv == nil || !d.Name.IsExported() || d.Type.Params.NumFields() != 0 || d.Type.Results.NumFields() != 1 || len(d.Body.List) != 1 {
		return false
	}
	ret, ok := d.Body.List[0].(*ast.ReturnStmt)
	if !ok || len(ret.Results) != 1 {
		return false
	}
	v := f.pass.TypesInfo.Types[ret.Results[0]].Value
	return v != nil && v.Kind() == constant.String
}

// builds reports whether a function returns a statement under construction.
func (f *finder) builds(d *ast.FuncDecl) bool {
	if d.Type.Results == nil {
		return false
	}
	fn, ok := f.pass.TypesInfo.Defs[d.Name].(*types.Func)
	if !ok {
		return false
	}
	t := fn.Signature().Results().At(0).Type()
	if sig, ok := t.Underlying().(*types.Signature); ok && sig.Params().Len() == 1 {
		t = sig.Params().At(0).Type()
	}
	return f.isPart(t)
}

// isPart reports whether t is a statement under construction, or an expression
// that is a part of one.
func (f *finder) isPart(t types.Type) bool {
	t = types.Unalias(golang.Deref(t))
	named, ok := t.(*types.Named)
	if !ok {
		return false
	}
	lib := f.oracle().LibraryAt(named.Obj().Pkg())
	if lib == nil {
		return false
	}
	if _, _, ok = lib.Builder(t); ok {
		return true
	}
	_, ok = lib.Value(t)
	return ok || types.IsInterface(t) && lib.Covers(named.Obj().Pkg())
}

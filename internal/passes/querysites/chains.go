package querysites

import (
	"go/ast"
	"go/constant"
	"go/types"

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
			if len(sends[fn]) == 0 {
				order = append(order, fn)
			}
			sends[fn] = append(sends[fn], sum)
		}
	}
	for _, fn := range order {
		f.pass.ExportObjectFact(fn, &Finishes{Chains: sends[fn]})
	}
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
	o := f.oracle()
	t := fn.Signature().Results().At(0).Type()
	if sig, ok := t.Underlying().(*types.Signature); ok && sig.Params().Len() == 1 {
		t = sig.Params().At(0).Type()
	}
	t = types.Unalias(golang.Deref(t))
	named, ok := t.(*types.Named)
	if !ok {
		return false
	}
	lib := o.LibraryAt(named.Obj().Pkg())
	if lib == nil {
		return false
	}
	if _, _, ok = lib.Builder(t); ok {
		return true
	}
	_, ok = lib.Value(t)
	return ok || types.IsInterface(t) && lib.Covers(named.Obj().Pkg())
}

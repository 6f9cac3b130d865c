package inventory

import (
	"go/ast"
	"go/token"
	"go/types"
	"slices"

	"golang.org/x/tools/go/analysis"
	"golang.org/x/tools/go/types/typeutil"

	"github.com/sqlvet/sqlvet/internal/apis"
	"github.com/sqlvet/sqlvet/internal/golang"
	"github.com/sqlvet/sqlvet/internal/passes/funceffects"
	"github.com/sqlvet/sqlvet/internal/passes/querysites"
	"github.com/sqlvet/sqlvet/internal/passes/suppress"
	"github.com/sqlvet/sqlvet/internal/sqltext"
)

// builds returns the calls that send what a builder has put together, of which
// the statement is not known: finishers, and functions that are handed a
// statement to send.
func builds(pass *analysis.Pass) []Site {
	b := builders{
		pass:    pass,
		sites:   pass.ResultOf[querysites.Analyzer].(*querysites.Result),
		effects: pass.ResultOf[funceffects.Analyzer].(*funceffects.Result),
		apis:    pass.ResultOf[suppress.Analyzer].(*suppress.Result).APIs,
		renders: make(map[types.Type]bool),
	}
	var list []Site
	for _, f := range pass.Files {
		ast.Inspect(f, func(n ast.Node) bool {
			call, ok := n.(*ast.CallExpr)
			if !ok {
				return true
			}
			if fn := b.sender(call); fn != nil {
				list = append(list, Site{Posn: posn(pass, nameOf(call)), Call: fn.FullName(), Knowledge: Unknown, Reason: b.why(call)})
			}
			return true
		})
	}
	return list
}

type builders struct {
	pass    *analysis.Pass
	sites   *querysites.Result
	effects *funceffects.Result
	apis    *apis.Catalogue
	renders map[types.Type]bool // see isStatement
}

// sender returns the function that a call calls if it sends a built statement;
// nil if not, or if its text is one of the sites.
func (b builders) sender(call *ast.CallExpr) *types.Func {
	fn, _ := typeutil.Callee(b.pass.TypesInfo, call).(*types.Func)
	if fn == nil || b.sites.Finishes(call) {
		return nil
	}
	api, listed := b.apis.Lookup(fn)
	switch {
	case listed && api.Role == apis.BuilderTerminal,
		listed && api.QueryArg != apis.None && api.RoundTrip:
		return fn.Origin()
	case listed && api.Rule == "", !slices.ContainsFunc(call.Args, b.isStatement):
		return nil
	case b.tells(fn):
		return nil
	case slices.ContainsFunc(b.effects.Call(call), func(e funceffects.Effect) bool { return e.Kind.Database() }):
		return fn.Origin()
	}
	return nil
}

// why returns the reason that what a call sends is not known: its library's
// statements are not put together, or they come from elsewhere.
func (b builders) why(call *ast.CallExpr) sqltext.Why {
	fn, _ := typeutil.Callee(b.pass.TypesInfo, call).(*types.Func)
	lib, listed := apis.LibraryOf(fn.Pkg().Path())
	switch {
	case b.sites.Exhausted():
		return sqltext.WhyLimit
	case listed && lib.Chain == nil:
		return sqltext.WhyMethod
	}
	return sqltext.WhyCall
}

// tells reports whether a function of the package is listed with what it sends
// of the statements that it is given, or hands them on to one that is.
func (b builders) tells(fn *types.Func) bool {
	if fn.Pkg() != b.pass.Pkg || golang.IsInterfaceMethod(fn) || b.sites.Exhausted() {
		return false
	}
	for _, s := range b.sites.Sites {
		if s.Func != nil && b.pass.TypesInfo.Defs[s.Func.Name] == fn.Origin() && s.Passes() {
			return false
		}
	}
	return true
}

// isStatement reports whether an argument is a builder's statement, ready to
// be rendered: its type, a library's, has a method that returns the text and
// what is bound, as squirrel's Sqlizer has.
func (b builders) isStatement(arg ast.Expr) bool {
	t := b.pass.TypesInfo.TypeOf(arg)
	if ptr, ok := types.Unalias(t).(*types.Pointer); ok {
		t = ptr.Elem()
	}
	named, ok := types.Unalias(t).(*types.Named)
	if !ok || named.Obj().Pkg() == nil {
		return false
	}
	if is, ok := b.renders[named]; ok {
		return is
	}
	is := false
	if _, ok := apis.LibraryOf(named.Obj().Pkg().Path()); ok {
		set := types.NewMethodSet(types.NewPointer(named))
		if types.IsInterface(named) {
			set = types.NewMethodSet(named)
		}
		for m := range set.Methods() {
			is = is || rendering(m.Obj().(*types.Func).Signature())
		}
	}
	b.renders[named] = is
	return is
}

// rendering reports whether a method has the form func() (string, []any, …).
func rendering(sig *types.Signature) bool {
	res := sig.Results()
	if sig.Params().Len() != 0 || res.Len() < 2 || !types.Identical(res.At(0).Type(), types.Typ[types.String]) {
		return false
	}
	args, ok := res.At(1).Type().Underlying().(*types.Slice)
	return ok && types.IsInterface(args.Elem())
}

// nameOf returns where the name of the function called stands: of a chain, in
// the line of the finisher.
func nameOf(call *ast.CallExpr) token.Pos {
	fun := ast.Unparen(call.Fun)
	switch x := fun.(type) {
	case *ast.IndexExpr:
		fun = x.X
	case *ast.IndexListExpr:
		fun = x.X
	}
	if sel, ok := fun.(*ast.SelectorExpr); ok {
		return sel.Sel.Pos()
	}
	return fun.Pos()
}

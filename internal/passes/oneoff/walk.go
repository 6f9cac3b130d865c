package oneoff

import (
	"go/ast"
	"go/token"
	"go/types"
	"strings"

	"golang.org/x/tools/go/analysis"
	"golang.org/x/tools/go/types/typeutil"

	"github.com/sqlvet/sqlvet/internal/apis"
	"github.com/sqlvet/sqlvet/internal/gofiles"
	"github.com/sqlvet/sqlvet/internal/golang"
	"github.com/sqlvet/sqlvet/internal/migrations"
)

func isTestFile(pass *analysis.Pass, f *ast.File) bool {
	return strings.HasSuffix(gofiles.Name(pass.Fset, f), "_test.go")
}

// A walker notes the mentions of functions in a file, and their calls.
type walker struct {
	*graph
	test  bool
	stack []ast.Node
}

func (w *walker) visit(n ast.Node) bool {
	if n == nil {
		w.stack = w.stack[:len(w.stack)-1]
		return true
	}
	switch n := n.(type) {
	case *ast.CallExpr:
		w.call(n)
	case *ast.FuncLit:
		// Have: one that is in a variable is mentioned by the variable's name,
		// one that runs on the spot is a part of its function.
		if u := w.units[n]; u != w.around(w.stack) && !u.inVar {
			w.mention(u, n)
		}
	case *ast.Ident:
		obj := w.pass.TypesInfo.Uses[n]
		if fn, ok := obj.(*types.Func); ok {
			obj = fn.Origin()
			if u := w.decls[fn.Origin()]; u != nil {
				w.mention(u, w.whole(n))
			}
		} else if u := w.vars[obj]; u != nil {
			w.mention(u, n)
		}
	}
	w.stack = append(w.stack, n)
	return true
}

// whole returns the selector that n is the end of, or n.
func (w *walker) whole(n *ast.Ident) ast.Expr {
	if sel, ok := w.stack[len(w.stack)-1].(*ast.SelectorExpr); ok && sel.Sel == n {
		return sel
	}
	return n
}

// mention notes that e is the unit.
func (w *walker) mention(u *unit, e ast.Expr) {
	r := ref{from: w.around(w.stack), test: w.test}
	around := w.stack
	if len(around) > 0 && around[len(around)-1] == ast.Node(e) {
		around = around[:len(around)-1]
	}
	r.use = w.context(u, e, around, &r)
	if r.use == called && r.from != nil {
		r.from.calls = append(r.from.calls, u)
	}
	u.refs = append(u.refs, r)
}

// context finds what is done with the value of e.
func (w *walker) context(u *unit, e ast.Expr, around []ast.Node, r *ref) use {
	value := ast.Node(e)
	var field any // the struct's field, or the parameter
	for i := len(around) - 1; i >= 0; i-- {
		n := around[i]
		switch p := n.(type) {
		case *ast.ParenExpr, *ast.UnaryExpr:
		case *ast.KeyValueExpr:
			if p.Value != value {
				return kept
			}
			if id, ok := p.Key.(*ast.Ident); ok {
				field = w.pass.TypesInfo.Uses[id]
			}
		case *ast.CompositeLit:
			t := w.pass.TypesInfo.TypeOf(p)
			if toolOf(t) != "" {
				r.tool = toolOf(t)
			}
			switch t := golang.Deref(t).Underlying().(type) {
			case *types.Struct:
				if obj, ok := field.(types.Object); ok && obj != nil {
					w.join(u, r, obj, p.Pos()).elem = w.pass.TypesInfo.TypeOf(p)
				}
				field = nil
			case *types.Slice:
				w.joinList(u, r, p, t.Elem(), around[:i])
			case *types.Array:
				w.joinList(u, r, p, t.Elem(), around[:i])
			case *types.Map:
				w.join(u, r, p, p.Pos())
			}
		case *ast.CallExpr:
			if ast.Node(p.Fun) == value {
				return called
			}
			if tv := w.pass.TypesInfo.Types[p.Fun]; tv.IsType() {
				if toolOf(tv.Type) != "" {
					r.tool = toolOf(tv.Type)
				}
				break
			}
			return w.argument(u, value, p, r)
		default:
			return kept
		}
		value = n
	}
	return kept
}

// argument notes that a call is given the value, or what holds it.
func (w *walker) argument(u *unit, value ast.Node, call *ast.CallExpr, r *ref) use {
	fn, ok := typeutil.Callee(w.pass.TypesInfo, call).(*types.Func)
	if !ok || fn.Pkg() == nil {
		return kept
	}
	for i, a := range call.Args {
		if ast.Node(a) != value {
			continue
		}
		if migrations.TakesFunctions(fn.Pkg().Path()) {
			r.tool = fn.Pkg().Path()
		} else if api, ok := w.apis.Lookup(fn); ok && (api.Role == apis.TxClosure || api.Role == apis.HOF) && api.FnArg == i {
			return called
		} else if w.join(u, r, param{fn.Origin(), i}, call.Pos()); fn.Pkg() == w.pass.Pkg {
			return called
		}
	}
	return handed
}

type param struct {
	fn    *types.Func
	index int
}

func (w *walker) join(u *unit, r *ref, key any, at token.Pos) *group {
	g := w.groups[key]
	if g == nil {
		g = &group{members: make(map[*unit]bool), at: at}
		w.groups[key] = g
		w.sets = append(w.sets, g)
	}
	g.members[u] = true
	r.groups = append(r.groups, g)
	return g
}

func (w *walker) joinList(u *unit, r *ref, list *ast.CompositeLit, elem types.Type, around []ast.Node) {
	g := w.join(u, r, list, list.Pos())
	g.elem = elem
	if len(around) > 0 {
		switch p := around[len(around)-1].(type) {
		case *ast.ValueSpec:
			if len(p.Names) == 1 {
				g.holder = w.pass.TypesInfo.Defs[p.Names[0]]
			}
		case *ast.AssignStmt:
			if id, ok := p.Lhs[0].(*ast.Ident); ok && len(p.Lhs) == 1 {
				g.holder = w.object(id)
			}
		case *ast.RangeStmt:
			g.runner = w.around(around) // the list is written where it is run
		}
	}
}

func (w *walker) object(id *ast.Ident) types.Object {
	if obj := w.pass.TypesInfo.Defs[id]; obj != nil {
		return obj
	}
	return w.pass.TypesInfo.Uses[id]
}

// call notes what a call does to the database by what the catalogue says, and
// whether it calls a function that an element of a list holds.
func (w *walker) call(call *ast.CallExpr) {
	in := w.around(w.stack)
	if in == nil {
		return
	}
	if fn, ok := typeutil.Callee(w.pass.TypesInfo, call).(*types.Func); ok {
		api, ok := w.apis.Lookup(fn)
		switch {
		case ok && api.Role == apis.Migrate:
			in.sends = true
			in.ensures = call.Pos()
		case ok && api.RoundTrip:
			in.sends = true
		case fn.FullName() == "(reflect.Value).MethodByName":
			w.byName(in)
		}
		return
	}
	if list, elem, ok := w.element(call.Fun); ok {
		w.runs = append(w.runs, repeat{in, list, elem})
	}
}

// element returns the list, if it is known, and the type of the element whose
// function a loop calls: step(tx), step.up(tx), steps[i](tx), steps[i].up(tx).
func (w *walker) element(fun ast.Expr) (list types.Object, elem types.Type, ok bool) {
	e := ast.Unparen(fun)
	if sel, isSel := e.(*ast.SelectorExpr); isSel {
		e = ast.Unparen(sel.X)
	}
	for _, n := range w.stack {
		switch loop := n.(type) {
		case *ast.RangeStmt:
			v, isIdent := loop.Value.(*ast.Ident)
			if id, same := e.(*ast.Ident); isIdent && same && w.object(id) != nil && w.object(id) == w.object(v) {
				return w.variable(loop.X), w.pass.TypesInfo.TypeOf(v), true
			}
			ok = true
		case *ast.ForStmt:
			ok = true
		}
	}
	if ix, isIndex := e.(*ast.IndexExpr); isIndex && ok {
		return w.variable(ix.X), w.pass.TypesInfo.TypeOf(ix), true
	}
	return nil, nil, false
}

func (w *walker) variable(e ast.Expr) types.Object {
	switch e := ast.Unparen(e).(type) {
	case *ast.Ident:
		return w.pass.TypesInfo.Uses[e]
	case *ast.SelectorExpr:
		return w.pass.TypesInfo.Uses[e.Sel]
	}
	return nil
}

// byName makes a group of the methods of the type that in looks up methods of
// by a name.
func (w *walker) byName(in *unit) {
	for n, u := range w.units {
		d, ok := n.(*ast.FuncDecl)
		if u != in || !ok {
			continue
		}
		ast.Inspect(d, func(n ast.Node) bool {
			call, ok := n.(*ast.CallExpr)
			if !ok || len(call.Args) != 1 {
				return true
			}
			if fn, ok := typeutil.Callee(w.pass.TypesInfo, call).(*types.Func); ok && fn.FullName() == "reflect.ValueOf" {
				w.methodsOf(w.pass.TypesInfo.TypeOf(call.Args[0]), call.Pos())
			}
			return true
		})
	}
}

func (w *walker) methodsOf(t types.Type, at token.Pos) {
	for fn, u := range w.decls {
		recv := fn.Signature().Recv()
		if recv == nil || !fn.Exported() || !types.Identical(golang.Deref(recv.Type()), golang.Deref(t)) {
			continue
		}
		r := ref{test: w.test}
		w.join(u, &r, golang.Deref(t), at)
		u.refs = append(u.refs, r)
	}
}

// toolOf returns the package of a named type if it is a migration tool's.
func toolOf(t types.Type) string {
	if n, ok := golang.Deref(t).(*types.Named); ok && n.Obj().Pkg() != nil && migrations.TakesFunctions(n.Obj().Pkg().Path()) {
		return n.Obj().Pkg().Path()
	}
	return ""
}

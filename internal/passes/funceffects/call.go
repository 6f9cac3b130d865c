package funceffects

import (
	"go/ast"
	"go/types"
	"slices"

	"github.com/sqlvet/sqlvet/internal/apis"
	"github.com/sqlvet/sqlvet/internal/golang"
)

// call makes the edge of a call, and walks its parts.
func (w *walker) call(call *ast.CallExpr, async bool) {
	info := w.g.info
	fun := ast.Unparen(call.Fun)
	if tv := info.Types[fun]; tv.IsType() || tv.IsBuiltin() {
		for _, a := range call.Args {
			w.expr(a)
		}
		return
	}
	// The operands first: they run before the call.
	switch f := golang.Unindex(fun).(type) {
	case *ast.SelectorExpr:
		w.expr(f.X)
	case *ast.Ident, *ast.FuncLit:
	default:
		w.expr(f)
	}
	e := &edge{in: w.n, call: call, pos: call.Lparen, async: async}
	if recv := golang.Receiver(info, call); recv != nil && golang.IsFunc(info.TypeOf(recv)) {
		e.args = append(e.args, arg{index: itself, x: recv, values: w.values(recv)})
	}
	for i, a := range call.Args {
		w.pass(call, i, a)
		if !golang.IsFunc(info.TypeOf(a)) {
			w.expr(a)
			continue
		}
		values := w.values(a)
		w.escape(a)
		e.args = append(e.args, arg{index: i, x: a, values: values})
	}
	// Have: the state here is the one in which the call itself runs.
	e.loop, e.cached, e.asked, e.inTx = w.loop, w.cached, w.asked, w.begun
	e.fails, e.tests, e.left, e.branches = w.fails, w.tests, w.left, w.branches
	if w.cached && w.maps != nil {
		e.branches = slices.Clone(e.branches)
		for _, x := range *w.maps {
			e.branches = append(e.branches, branch{x: x, is: []string{lacks}})
		}
	}
	e.failed = w.errors
	e.seldom, e.keeper = w.seldom, w.keeper
	e.joins = w.joins
	if !w.aim(e, fun) {
		return
	}
	w.n.edges = append(w.n.edges, e)
	w.g.calls[call] = e
}

// itself is the index of a receiver that is a function: its method may call it.
const itself = -1

// pass notes what this package gives to the parameters of its functions: one of
// them may keep it.
func (w *walker) pass(call *ast.CallExpr, i int, a ast.Expr) {
	fn := golang.Callee(w.g.info, call)
	if fn == nil || fn.Pkg() != w.g.pass.Pkg || golang.IsInterfaceMethod(fn) || fn.Signature().Params().Len() == 0 {
		return
	}
	last := fn.Signature().Params().Len() - 1
	v := fn.Signature().Params().At(min(i, last))
	if golang.IsFunc(v.Type()) || table(v.Type()) {
		w.g.gives[v] = append(w.g.gives[v], w.values(a)...)
	}
}

// aim finds what a call executes. It reports false for calls of no interest.
func (w *walker) aim(e *edge, fun ast.Expr) bool {
	fn := golang.Callee(w.g.info, e.call)
	if fn == nil {
		return w.aimValue(e, fun)
	}
	e.callee = fn
	w.hooked(e, fn)
	if e.inTx && !e.async {
		w.ends(fn)
	}
	p := w.g.prims.of(fn)
	if p == nil {
		return w.aimBody(e, fn, fun)
	}
	e.step = w.g.spelled(e.call, fn)
	e.prim, e.calls = p.effects, append(e.calls, p.params...)
	if len(e.prim) > 0 && e.prim[0].Kind == Wait && !w.g.modules.Own {
		e.prim = nil
	}
	w.refine(e, fn, p)
	w.begins(e.call, fn, p)
	return len(e.prim) > 0 || len(e.args) > 0
}

// isScan: reading a row that was queried before, whatever holds it.
func isScan(fn *types.Func) bool {
	sig := fn.Signature()
	return fn.Name() == "Scan" && sig.Variadic() && sig.Params().Len() == 1 && golang.LastIsError(sig)
}

// aimValue is aim for calls of function values.
func (w *walker) aimValue(e *edge, fun ast.Expr) bool {
	if sel, ok := fun.(*ast.SelectorExpr); ok && isSearchAPI(w.g.info.TypeOf(sel)) {
		e.step, e.prim = types.ExprString(sel), []Effect{{Kind: Network, Name: "search"}}
		return true
	}
	e.targets = w.values(fun)
	e.step = types.ExprString(golang.Unindex(fun))
	if _, ok := fun.(*ast.FuncLit); ok {
		e.step = "func"
	}
	if len(e.targets) == 0 {
		e.unknown = true
	}
	return true
}

// isSearchAPI: the low-level clients of Elasticsearch hold functions in
// fields: es.Search(…).
func isSearchAPI(t types.Type) bool {
	n := golang.Named(t)
	if n == nil || n.Obj().Pkg() == nil {
		return false
	}
	lib, ok := apis.LibraryOf(n.Obj().Pkg().Path())
	return ok && lib.Module == "github.com/elastic/go-elasticsearch/v9" && n.Obj().Pkg().Name() == "esapi"
}

// aimBody is aim for functions that are known by their bodies.
func (w *walker) aimBody(e *edge, fn *types.Func, fun ast.Expr) bool {
	e.step = w.g.shortName(fn)
	if golang.IsInterfaceMethod(fn) {
		if fn.Pkg() == nil || apis.Standard(fn.Pkg().Path()) {
			return false
		}
		sel, ok := golang.Unindex(fun).(*ast.SelectorExpr)
		if !ok || isScan(fn) {
			return false
		}
		e.targets, e.iface, e.unknown = w.g.impls.of(sel, fn)
		w.begins(e.call, fn, nil)
		return true
	}
	if s := w.g.sites[e.call]; s != nil && s.Wrapped {
		st := siteStatement(s)
		e.text = &st
	}
	e.targets = []target{{fn: fn}}
	if w.g.decls[fn] != nil {
		w.begins(e.call, fn, nil)
		return true
	}
	if w.g.summary(fn) == nil {
		return len(e.args) > 0 && len(e.calls) > 0
	}
	w.begins(e.call, fn, nil)
	return true
}

// refine adds what the call itself says to what the catalogue says of its
// function: the statement's text, the model, the receiver.
func (w *walker) refine(e *edge, fn *types.Func, p *primitive) {
	if len(e.prim) == 0 {
		return
	}
	switch {
	case e.prim[0].Kind == File && w.g.onStream(e.call):
		e.prim = nil
		return
	case e.prim[0].Kind == Network && e.prim[0].Name == cacheServer:
		if sel, ok := ast.Unparen(e.call.Fun).(*ast.SelectorExpr); ok && isPipeline(w.g.info.TypeOf(sel.X)) && fn.Name() != "Exec" {
			e.prim = nil
			return
		}
		if w.stores(e.call, fn) {
			e.prim = slices.Clone(e.prim)
			e.prim[0].Name = toldServer
		}
	}
	switch p.api.Role {
	case apis.Query, apis.QueryRow, apis.Exec, apis.Prepare, apis.BuilderTerminal:
	default:
		return
	}
	if s := w.g.sites[e.call]; s != nil && s.API.Fragment == "" {
		e.prim = stated(e.prim, siteStatement(s))
		return
	}
	if p.api.Role != apis.BuilderTerminal {
		// A prepared statement: its text is elsewhere.
		if sel, ok := ast.Unparen(e.call.Fun).(*ast.SelectorExpr); ok {
			if v := w.variable(sel.X); v != nil {
				w.g.byStmt[e] = v
			}
		}
		return
	}
	w.refineBuilt(e, p)
}

// refineBuilt looks along the chain of a builder for its statement or table,
// else at the model that the call fills.
func (w *walker) refineBuilt(e *edge, p *primitive) {
	if recv := e.callee.Signature().Recv(); recv != nil {
		if n := golang.Named(recv.Type()); n != nil && n.Obj().Name() == "Association" {
			return // the table is another than the model's
		}
	}
	table := ""
	for x := e.call.Fun; ; {
		sel, ok := ast.Unparen(x).(*ast.SelectorExpr)
		if !ok {
			break
		}
		call, ok := ast.Unparen(sel.X).(*ast.CallExpr)
		if !ok {
			break
		}
		if s := w.g.sites[call]; s != nil && len(s.Texts) == 1 {
			switch s.API.Fragment {
			case "":
				e.prim = stated(e.prim, siteStatement(s))
				return
			case "table":
				src := s.Texts[0].Source()
				if st := readStatement("SELECT FROM "+src.Text, nil); len(src.Holes) == 0 {
					table = st.table
				}
			}
		}
		if fn := golang.Callee(w.g.info, call); fn != nil && table == "" {
			switch fn.Name() {
			case "Model", "NewSelect", "ID":
				if len(call.Args) == 1 && fn.Name() == "Model" {
					table = modelName(w.g.info.TypeOf(call.Args[0]))
				}
			}
		}
		x = call.Fun
	}
	if at := p.api.DestArg; table == "" && at != apis.None && at < len(e.call.Args) {
		table = modelName(w.g.info.TypeOf(e.call.Args[at]))
	}
	if table == "" {
		return
	}
	list := make([]Effect, len(e.prim))
	for i, x := range e.prim {
		if x.SQL != "" {
			x.SQL += " " + table
		}
		if x.Name == "" && (statement{table: table}).aboutOne() {
			x.Name = Object
		}
		list[i] = x
	}
	e.prim = list
}

// modelName returns the name of the struct type that an argument points to,
// or holds many of.
func modelName(t types.Type) string {
	for range 6 {
		if t == nil {
			return ""
		}
		switch u := types.Unalias(t).(type) {
		case *types.Named:
			if _, ok := u.Underlying().(*types.Struct); ok {
				return u.Obj().Name()
			}
			t = u.Underlying()
		case *types.Pointer:
			t = u.Elem()
		case *types.Slice:
			t = u.Elem()
		default:
			return ""
		}
	}
	return ""
}

// begins notes that a transaction is open from here on: the call begins one,
// or is a helper that returns one.
func (w *walker) begins(call *ast.CallExpr, fn *types.Func, p *primitive) {
	switch {
	case p != nil && p.api.Role == apis.Begin:
		w.begun = true
	case p == nil && apis.ReturnsTx(fn):
		w.begun = true
	}
}

// ends notes the end of a transaction.
func (w *walker) ends(fn *types.Func) {
	if fn.Name() == "Commit" || fn.Name() == "Rollback" {
		if api, ok := w.g.prims.apis.Lookup(fn); ok && api.Role == apis.Commit {
			w.begun = false
		}
	}
}

// values returns the functions that an expression may denote.
func (w *walker) values(x ast.Expr) []target {
	info := w.g.info
	x = golang.Unindex(ast.Unparen(x))
	switch x := x.(type) {
	case *ast.FuncLit:
		if n := w.literal(x); n != nil {
			return []target{{lit: n}}
		}
	case *ast.Ident:
		switch obj := info.Uses[x].(type) {
		case *types.Func:
			return w.function(obj.Origin(), nil)
		case *types.Var:
			return []target{{v: obj}}
		}
	case *ast.SelectorExpr:
		switch obj := info.Uses[x.Sel].(type) {
		case *types.Func:
			return w.function(obj.Origin(), x)
		case *types.Var:
			w.named(x, obj.Origin())
			return []target{{v: obj.Origin()}}
		}
	case *ast.CallExpr:
		if info.Types[ast.Unparen(x.Fun)].IsType() && len(x.Args) == 1 {
			return w.values(x.Args[0]) // a conversion
		}
		if fn := golang.Callee(info, x); fn != nil && !golang.IsInterfaceMethod(fn) {
			return append([]target{{fn: fn, yield: true}}, w.wrapped(x, fn)...)
		}
	}
	return nil
}

// wrapped returns the functions that a call is given which returns a
// function: calling the result calls them, as in retried(op) and op.WithData().
func (w *walker) wrapped(call *ast.CallExpr, fn *types.Func) []target {
	if fn.Pkg() != nil && fn.Pkg().Path() == "sync" {
		return nil // OnceFunc: the first call only
	}
	var list []target
	if sel, ok := ast.Unparen(call.Fun).(*ast.SelectorExpr); ok && fn.Signature().Recv() != nil && golang.IsFunc(w.g.info.TypeOf(sel.X)) {
		list = append(list, w.values(sel.X)...)
	}
	for _, a := range call.Args {
		if golang.IsFunc(w.g.info.TypeOf(a)) {
			list = append(list, w.values(a)...)
		}
	}
	return list
}

// function returns the targets of a function or method that is used as a
// value.
func (w *walker) function(fn *types.Func, sel *ast.SelectorExpr) []target {
	if !golang.IsInterfaceMethod(fn) || w.g.prims.of(fn) != nil {
		return []target{{fn: fn}}
	}
	if sel == nil || fn.Pkg() == nil || apis.Standard(fn.Pkg().Path()) {
		return nil
	}
	list, name, open := w.g.impls.of(sel, fn)
	if open {
		list = append(slices.Clip(list), target{unseen: name})
	}
	return list
}

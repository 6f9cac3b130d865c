package txspans

import (
	"cmp"
	"go/ast"
	"go/constant"
	"go/types"
	"regexp"
	"strings"

	"github.com/sqlvet/sqlvet/internal/apis"
	"github.com/sqlvet/sqlvet/internal/golang"
	"github.com/sqlvet/sqlvet/internal/passes/funceffects"
)

// This file knows how a transaction comes to be open.

// A beginning says what calling a function begins.
type beginning struct {
	kind   beginKind
	result int    // of beginsResult
	param  int    // of beginsInPlace, -1 is the receiver
	path   string // where in it
	joins  bool   // only if there is none yet
}

type beginKind uint8

const (
	beginsNothing beginKind = iota
	beginsResult            // a result is, or holds, the transaction
	beginsInPlace           // the receiver or an argument becomes the transaction, or holds it
)

// isSession reports whether t is xorm's session: it may be a plain handle, but
// functions that are handed one run inside the transaction of who made it, or else
// could take the engine.
func isSession(t types.Type) bool {
	n := golang.Named(t)
	if n == nil || n.Obj().Name() != "Session" || n.Obj().Pkg() == nil {
		return false
	}
	lib, ok := apis.LibraryOf(n.Obj().Pkg().Path())
	return ok && cmp.Or(lib.ForkOf, lib.Module) == "xorm.io/xorm"
}

// begin returns what a call begins.
func (r *Result) begin(call *ast.CallExpr) beginning {
	fn := r.callee(call)
	if fn == nil {
		return beginning{}
	}
	if r.controls(call) == apis.Begin {
		return beginning{kind: beginsInPlace, param: theReceiver}
	}
	b, ok := r.begins[fn]
	if !ok {
		b = r.beginOf(fn)
		r.begins[fn] = b
	}
	return b
}

// controlText is SQL that begins or ends a transaction; of the latter it says which.
var controlText = regexp.MustCompile(`(?i)^\s*(?:(BEGIN|START\s+TRANSACTION)|(COMMIT|END)|(?:ROLLBACK|ABORT))\b\s*(TO\b|WORK\s+TO\b|TRANSACTION\s+TO\b|PREPARED\b)?`)

// controls returns what a call of a single connection does to its transaction by the
// SQL that it sends: Begin, Commit, Rollback, else "".
func (r *Result) controls(call *ast.CallExpr) apis.Role {
	if len(call.Args) == 0 || !r.single(call) {
		return ""
	}
	for _, a := range call.Args[:min(2, len(call.Args))] {
		v := r.pass.TypesInfo.Types[a].Value
		if v == nil || v.Kind() != constant.String {
			continue
		}
		text := constant.StringVal(v)
		switch m := controlText.FindStringSubmatch(text); {
		case m == nil, m[3] != "", strings.Contains(strings.TrimRight(text, "; \t\r\n"), ";"):
			return "" // a savepoint, or several at once
		case m[1] != "":
			return apis.Begin
		case m[2] != "":
			return apis.Commit
		}
		return apis.Rollback
	}
	return ""
}

func (r *Result) beginOf(fn *types.Func) beginning {
	sig := fn.Signature()
	api, listed := r.apis.Lookup(fn)
	result := beginning{kind: beginsResult, joins: api.Joins}
	switch {
	case listed && api.Role == apis.Begin && !api.Optional && api.InPlace:
		return beginning{kind: beginsInPlace, param: theReceiver}
	case listed && api.Role == apis.Begin && !api.Optional && sig.Results().Len() > 0 && (api.Rule == "" || !r.seen(fn)):
		return result
	case listed && api.Role != apis.Begin:
		return beginning{}
	}
	if bg := r.began[fn]; bg != nil {
		switch {
		case bg.Result < 0:
			return beginning{kind: beginsInPlace, param: bg.Param, path: bg.Path, joins: r.joins(fn)}
		case bg.Result < sig.Results().Len() && (r.ended(sig.Results().At(bg.Result).Type()) || apis.IsContext(sig.Results().At(bg.Result).Type())):
			return beginning{kind: beginsResult, result: bg.Result, joins: r.joins(fn)}
		}
	}
	if sig.Results().Len() == 0 {
		return beginning{}
	}
	tx, handle := r.isTx(sig.Results().At(0).Type())
	if !tx {
		return beginning{}
	}
	if apis.ReturnsTx(fn) && golang.IsInterfaceMethod(fn) {
		return result
	}
	if r.mayBegin(fn) && (!handle || apis.ReturnsTx(fn) || isSession(sig.Results().At(0).Type())) {
		result.joins = r.joins(fn)
		return result
	}
	if listed {
		return result // its name and types say so, and its body is too far
	}
	return beginning{}
}

// noteTypes notes what the facts say of types.
func (r *Result) noteTypes() {
	for fn, bg := range r.began {
		if n := parameterType(fn, bg.Param); n != nil {
			r.starts[n] = true
		}
	}
	for fn, ends := range r.ends {
		for _, e := range ends {
			if n := parameterType(fn, e.Param); n != nil {
				r.enders[n] = true
			}
		}
	}
}

func parameterType(fn *types.Func, i int) *types.Named {
	switch sig := fn.Signature(); {
	case i == theReceiver && sig.Recv() != nil:
		return golang.Named(sig.Recv().Type())
	case i >= 0 && i < sig.Params().Len():
		return golang.Named(sig.Params().At(i).Type())
	}
	return nil
}

// ended reports whether the transaction in a value of type t can be ended
// through it.
func (r *Result) ended(t types.Type) bool {
	if tx, _ := apis.IsTx(t); tx {
		return true
	}
	return r.enders[golang.Named(t)]
}

// startsItself reports whether a method of t begins the transaction in it: a
// value of t need not be in one.
func (r *Result) startsItself(t types.Type) bool {
	n := golang.Named(t)
	if r.starts[n] {
		return true
	}
	if n == nil || !types.IsInterface(n) {
		return false
	}
	for sel := range types.NewMethodSet(n).Methods() {
		sig, ok := sel.Type().(*types.Signature)
		if ok && strings.HasPrefix(sel.Obj().Name(), "Begin") && sig.Results().Len() == 1 && golang.LastIsError(sig) {
			return true
		}
	}
	return false
}

// parameterSpan returns the transaction that a function is handed; nil if it
// is handed none.
func (r *Result) parameterSpan(fn ast.Node, ft *ast.FuncType, sig *types.Signature) *Span {
	if sig.Recv() != nil {
		// A transaction's own methods are how it works, not what uses it.
		if tx, _ := apis.IsTx(sig.Recv().Type()); tx {
			return nil
		}
	}
	var s *Span
	for i := range sig.Params().Len() {
		v := sig.Params().At(i)
		if !r.HandsTx(v.Type()) {
			continue
		}
		if s == nil {
			s = r.newSpan(Parameter, parameterNode(ft, i), fn)
			s.is(v)
		}
		s.hold(place{Root: v}, v.Type()) // of two, both are open
	}
	return s
}

// HandsTx reports whether a function with a parameter of type t runs inside a
// transaction: t is one, and not the plain handle as well.
func (r *Result) HandsTx(t types.Type) bool {
	tx, handle := r.isTx(t)
	return tx && (!handle || isSession(t)) && !r.startsItself(t)
}

// isTx is apis.IsTx of what may be one: not of a type that has no handle, and whose
// Commit has a body that sends nothing.
func (r *Result) isTx(t types.Type) (tx, handle bool) {
	if tx, handle = apis.IsTx(t); !tx {
		return false, false
	}
	obj, _, _ := types.LookupFieldOrMethod(t, true, r.pass.Pkg, "Commit")
	commit, ok := obj.(*types.Func)
	if !ok || !r.seen(commit) || len(r.ends[commit.Origin()]) > 0 || hasHandle(t) {
		return tx, handle
	}
	for _, e := range r.effects.Of(commit.Origin()) {
		if e.RoundTrip() || e.Kind == funceffects.Unknown || e.Kind == funceffects.Network {
			return tx, handle
		}
	}
	return false, false
}

// parameterNode returns where the parameter of that index stands.
func parameterNode(ft *ast.FuncType, index int) ast.Node {
	i := 0
	for _, f := range ft.Params.List {
		for _, name := range f.Names {
			if i == index {
				return name
			}
			i++
		}
		if len(f.Names) == 0 {
			if i == index {
				return f
			}
			i++
		}
	}
	return ft
}

// writeHooks are the methods that gorm calls inside the transaction that it
// opens around a write.
// https://gorm.io/docs/hooks.html
var writeHooks = map[string]bool{
	"BeforeSave": true, "AfterSave": true, "BeforeCreate": true, "AfterCreate": true,
	"BeforeUpdate": true, "AfterUpdate": true, "BeforeDelete": true, "AfterDelete": true,
}

// hookSpan returns gorm's transaction around a hook.
func (r *Result) hookSpan(d *ast.FuncDecl, fn *types.Func) *Span {
	sig := fn.Signature()
	if sig.Recv() == nil || !writeHooks[fn.Name()] || sig.Params().Len() != 1 || !golang.LastIsError(sig) {
		return nil
	}
	v := sig.Params().At(0)
	if apis.TypeName(v.Type()) != "gorm.io/gorm.DB" {
		return nil
	}
	s := r.newSpan(Hook, d.Name, d)
	s.is(v)
	return s
}

// A passing says that a function is passed to something that calls it inside
// a transaction.
type passing struct {
	call  *ast.CallExpr
	param funceffects.Param
}

// closureSpan returns the transaction that a function is passed into.
func (r *Result) closureSpan(fn ast.Node, sig *types.Signature, p passing) *Span {
	s := r.newSpan(Closure, p.call, fn)
	callee := r.callee(p.call)
	if callee != nil {
		api, listed := r.apis.Lookup(callee)
		s.Retries = listed && api.Retries
	}
	var ctx []*types.Var
	for i := range sig.Params().Len() {
		v := sig.Params().At(i)
		switch {
		case apis.IsContext(v.Type()):
			ctx = append(ctx, v)
		case s.Tx == nil && v.Name() != "" && v.Name() != "_" && r.canHold(v.Type()):
			s.is(v)
		case r.canHold(v.Type()):
			s.held.add(place{Root: v}) // without a name, too: the function is given it
			s.handles.add(place{Root: v})
		}
	}
	if len(s.held) == 0 && len(ctx) == 0 {
		s.Implicit = true
	}
	s.Carried = len(ctx) > 0 && r.carries(callee, p.param.Index)
	if len(s.held) == 0 || s.Carried {
		for _, v := range ctx {
			s.hold(place{Root: v}, v.Type())
		}
	}
	if callee != nil {
		switch api, ok := r.apis.Lookup(callee); {
		case ok && api.Joins, r.joins(callee) && !r.replaces(p.call, sig):
			r.joined(s, p.call)
		case r.joins(callee):
			s.MayJoin = true
		}
	}
	s.Single = r.single(p.call)
	return s
}

// replaces reports whether a function that is passed into a transaction is given what
// the call is made on, as it is inside: to use that from outside is right only where
// it is the same.
func (r *Result) replaces(call *ast.CallExpr, sig *types.Signature) bool {
	recv := golang.Receiver(r.pass.TypesInfo, call)
	for v := range sig.Params().Variables() {
		if recv != nil && types.Identical(v.Type(), r.typeOf(recv)) {
			return true
		}
	}
	return false
}

// single reports whether the handle that a transaction is begun on is one
// connection.
func (r *Result) single(call *ast.CallExpr) bool {
	sel, ok := ast.Unparen(call.Fun).(*ast.SelectorExpr)
	if !ok {
		return false
	}
	return apis.HandleOf(r.pass.TypesInfo.TypeOf(sel.X)) == apis.ConnHandle
}

// findPassed finds the functions of the package that are passed by name into a
// transaction.
func (r *Result) findPassed() {
	info := r.pass.TypesInfo
	for _, f := range r.pass.Files {
		ast.Inspect(f, func(n ast.Node) bool {
			call, ok := n.(*ast.CallExpr)
			if !ok || !r.passesFunc(call) {
				return true
			}
			for _, p := range r.effects.Arguments(call) {
				if !r.inTx(call, p) || p.Index >= len(call.Args) {
					continue
				}
				var id *ast.Ident
				switch x := ast.Unparen(call.Args[p.Index]).(type) {
				case *ast.Ident:
					id = x
				case *ast.SelectorExpr:
					id = x.Sel
				default:
					continue
				}
				switch obj := info.Uses[id].(type) {
				case *types.Func:
					if obj.Pkg() == r.pass.Pkg {
						r.passed[obj.Origin()] = passing{call, p}
					}
				case *types.Var:
					if lit := r.literalOf(f, obj); lit != nil {
						r.lits[lit] = passing{call, p}
					}
				}
			}
			return true
		})
	}
}

// inTx reports whether a callee calls its parameter inside a transaction, before
// it returns.
func (r *Result) inTx(call *ast.CallExpr, p funceffects.Param) bool {
	if !p.InTx || p.Times == funceffects.Stored || p.Async {
		return false
	}
	if fn := r.callee(call); fn != nil {
		if api, ok := r.apis.Lookup(fn); ok && api.Optional {
			return false
		}
	}
	return true
}

// literalOf returns the literal that a local variable always holds.
func (r *Result) literalOf(f *ast.File, v *types.Var) *ast.FuncLit {
	var lit *ast.FuncLit
	n := 0
	ast.Inspect(f, func(node ast.Node) bool {
		a, ok := node.(*ast.AssignStmt)
		if !ok || len(a.Lhs) != len(a.Rhs) {
			return true
		}
		for i, l := range a.Lhs {
			if id, ok := l.(*ast.Ident); ok && (r.pass.TypesInfo.Defs[id] == v || r.pass.TypesInfo.Uses[id] == v) {
				n++
				lit, _ = ast.Unparen(a.Rhs[i]).(*ast.FuncLit)
			}
		}
		return true
	})
	if n != 1 {
		return nil
	}
	return lit
}

// passesFunc reports whether a call has an argument that is a function.
func (r *Result) passesFunc(call *ast.CallExpr) bool {
	for _, a := range call.Args {
		if t := r.pass.TypesInfo.TypeOf(a); t != nil {
			if _, ok := t.Underlying().(*types.Signature); ok {
				return true
			}
		}
	}
	return false
}

func (r *Result) newSpan(o Origin, at, fn ast.Node) *Span {
	return &Span{Origin: o, At: at, Func: fn, r: r, held: make(places), handles: make(places), nested: make(places)}
}

// is sets the variable that holds the span's transaction.
func (s *Span) is(v *types.Var) {
	s.Tx, s.Name, s.tx = v, v.Name(), place{Root: v}
	if s.Name == "_" {
		s.Name = ""
	}
	s.held.add(s.tx)
	s.handles.add(s.tx)
}

// callee returns the function or interface method that a call names.
func (r *Result) callee(call *ast.CallExpr) *types.Func {
	return golang.Callee(r.pass.TypesInfo, call)
}

// endName reports whether a name says that something is ended.
func endName(name string) bool {
	name = strings.ToLower(name)
	for _, s := range [...]string{"commit", "rollback", "abort", "discard"} {
		if strings.Contains(name, s) {
			return true
		}
	}
	return false
}

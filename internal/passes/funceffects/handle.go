package funceffects

import (
	"go/ast"
	"go/types"

	"github.com/sqlvet/sqlvet/internal/apis"
	"github.com/sqlvet/sqlvet/internal/golang"
)

// HandleAt returns where the database handle that an effect of a call goes
// through lies, as the body around the call sees it. It is not known of package
// variables, transactions of the callee's own, and what a context carries.
func (r *Result) HandleAt(call *ast.CallExpr, x Effect) (golang.Path, bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.handleAt(call, x)
}

func (r *Result) handleAt(call *ast.CallExpr, x Effect) (golang.Path, bool) {
	e := r.s.g.calls[call]
	if e == nil || e.callee == nil {
		return golang.Path{}, false
	}
	arg, fields := golang.Receiver(r.s.g.info, call), ""
	if x.Depth > 1 {
		if x.Handle.From <= 0 || !e.aimed(r.s.g.info) {
			return golang.Path{}, false
		}
		qs, ok := r.s.g.passed(nil, e, x.Handle)
		if !ok || len(qs) != 1 {
			return golang.Path{}, false
		}
		arg, fields = qs[0].x, qs[0].fields
	} else if at := r.s.g.prims.of(e.callee); at != nil && at.api.ExecutorArg != apis.None && at.api.ExecutorArg < len(call.Args) {
		arg = call.Args[at.api.ExecutorArg]
	}
	if arg = r.chained(arg); arg == nil {
		return golang.Path{}, false
	}
	p, exact := golang.PathOf(r.s.g.info, arg)
	if call, ok := ast.Unparen(arg).(*ast.CallExpr); ok {
		p, exact = r.accessed(call)
	}
	p.Fields = golang.Join(p.Fields, fields)
	return p, exact && p.Root != nil
}

// accessed returns the place of the handle that a method of the package does nothing
// but return, as it is or as the beginning of a chain: s.db of s.session(ctx).
func (r *Result) accessed(call *ast.CallExpr) (golang.Path, bool) {
	g := r.s.g
	fn := golang.Callee(g.info, call)
	recv := golang.Receiver(g.info, call)
	if fn == nil || recv == nil || g.decls[fn] == nil {
		return golang.Path{}, false
	}
	d, ok := g.decls[fn].decl.(*ast.FuncDecl)
	if !ok || d.Body == nil || len(d.Body.List) != 1 {
		return golang.Path{}, false
	}
	ret, ok := d.Body.List[0].(*ast.ReturnStmt)
	if !ok || len(ret.Results) != 1 {
		return golang.Path{}, false
	}
	in, exact := golang.PathOf(g.info, r.chained(ret.Results[0]))
	if !exact || in.Root == nil || in.Root != fn.Signature().Recv() {
		return golang.Path{}, false
	}
	p, exact := golang.PathOf(g.info, recv)
	return golang.Path{Root: p.Root, Fields: golang.Join(p.Fields, in.Fields)}, exact
}

// chained returns what a chain of a library's methods begins with, if that is a
// handle: db of db.Model(x).Where(y).
func (r *Result) chained(x ast.Expr) ast.Expr {
	info := r.s.g.info
	for {
		call, ok := ast.Unparen(x).(*ast.CallExpr)
		if !ok {
			return x
		}
		fn := golang.Callee(info, call)
		prim := r.s.g.prims.of(fn)
		if prim == nil && fn != nil && r.s.g.decls[fn] != nil && handle(info.TypeOf(x)) {
			return x
		}
		if x = golang.Receiver(info, call); x == nil || prim == nil || prim.api.Library == "" || prim.api.Role == apis.Begin {
			return nil
		}
		if _, more := ast.Unparen(x).(*ast.CallExpr); !more && !handle(info.TypeOf(x)) {
			return nil
		}
	}
}

// handle reports whether statements can be sent through a value of t.
func handle(t types.Type) bool {
	tx, _ := apis.IsTx(t)
	return tx || apis.IsHandle(t) || apis.HandleOf(t) != apis.AnyHandle
}

// KindOf says what the handle is that an effect of a call goes through: by the
// type of the place where it lies, or the type whose method is called.
func (r *Result) KindOf(call *ast.CallExpr, x Effect) apis.Handle {
	r.mu.Lock()
	defer r.mu.Unlock()
	if p, ok := r.handleAt(call, x); ok {
		if t := golang.TypeAt(p.Root.Type(), p.Fields); t != nil {
			if kind := apis.HandleOf(t); kind != apis.AnyHandle {
				return kind
			}
		}
	}
	if x.Depth != 1 {
		return apis.AnyHandle
	}
	// Also of calls that have no effect, such as ROLLBACK as text.
	if fn := golang.Callee(r.s.g.info, call); fn != nil && fn.Signature().Recv() != nil {
		return apis.HandleOf(fn.Signature().Recv().Type()) // promoted from what a type embeds
	}
	return apis.AnyHandle
}

package funceffects

import (
	"go/ast"

	"github.com/sqlvet/sqlvet/internal/apis"
	"github.com/sqlvet/sqlvet/internal/golang"
)

// HandleAt returns where the database handle that an effect of a call goes
// through lies, as the body around the call sees it. It is not known of package
// variables, transactions of the callee's own, and what a context carries.
func (r *Result) HandleAt(call *ast.CallExpr, x Effect) (golang.Path, bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	e := r.s.g.calls[call]
	if e == nil || e.callee == nil {
		return golang.Path{}, false
	}
	arg, fields := golang.Receiver(r.s.g.info, call), ""
	if x.Depth > 1 {
		qs, ok := r.s.g.passed(nil, e, x.Handle)
		if x.Handle.From <= 0 || !e.aimed(r.s.g.info) || !ok || len(qs) != 1 {
			return golang.Path{}, false
		}
		arg, fields = qs[0].x, qs[0].fields
	} else if at := r.s.g.prims.of(e.callee); at != nil && at.api.ExecutorArg != apis.None && at.api.ExecutorArg < len(call.Args) {
		arg = call.Args[at.api.ExecutorArg]
	}
	if arg == nil {
		return golang.Path{}, false
	}
	p, exact := golang.PathOf(r.s.g.info, arg)
	p.Fields = golang.Join(p.Fields, fields)
	return p, exact && p.Root != nil
}

// KindOf says what the handle is that an effect of a call goes through: by the
// type of the place where it lies, or the type whose method is called.
func (r *Result) KindOf(call *ast.CallExpr, x Effect) apis.Handle {
	if p, ok := r.HandleAt(call, x); ok {
		if t := golang.TypeAt(p.Root.Type(), p.Fields); t != nil {
			if kind := apis.HandleOf(t); kind != apis.AnyHandle {
				return kind
			}
		}
	}
	if fn := golang.Callee(r.s.g.info, call); fn != nil && x.Depth == 1 && fn.Signature().Recv() != nil {
		return apis.HandleOf(fn.Signature().Recv().Type()) // promoted from what a type embeds
	}
	return apis.AnyHandle
}

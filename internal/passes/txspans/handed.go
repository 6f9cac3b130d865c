package txspans

import (
	"fmt"
	"go/ast"
	"go/types"
	"slices"

	"golang.org/x/tools/go/types/typeutil"

	"github.com/sqlvet/sqlvet/internal/apis"
	"github.com/sqlvet/sqlvet/internal/golang"
	"github.com/sqlvet/sqlvet/internal/passes/funceffects"
)

// This file follows a transaction into functions of the package whose parameters
// do not say that they take one: a plain handle or one of many carriers.

// handing is what is known of calls that hand a transaction on.
type handing struct {
	seen map[*types.Var]bool
	list []handover
	// contexts are the context parameters that a call gives one which carries
	// the transaction.
	contexts map[*types.Var]bool
	calls    map[*types.Func][]*ast.CallExpr
}

// A handover is a parameter that a call gives a transaction, or what carries one.
type handover struct {
	fn    *types.Func
	param *types.Var
	index int
	call  *ast.CallExpr
}

// handsOn notes the functions of the package that a call hands an open
// transaction to.
func (r *Result) handsOn(call *ast.CallExpr, open []*inherited) {
	fn := typeutil.StaticCallee(r.pass.TypesInfo, call)
	if fn == nil || r.decls[fn.Origin()] == nil || len(open) == 0 {
		return
	}
	fn = fn.Origin()
	sig := fn.Signature()
	for i := range sig.Params().Len() {
		v := sig.Params().At(i)
		if i >= len(call.Args) || sig.Variadic() && i == sig.Params().Len()-1 {
			continue
		}
		if apis.IsContext(v.Type()) && slices.ContainsFunc(open, func(in *inherited) bool { return in.span.Uses(call.Args[i]) }) {
			r.hands.contexts[v] = true
		}
		if !r.canBeHanded(v.Type()) {
			continue
		}
		for _, in := range open {
			if !in.async && in.span.UsesHandle(call.Args[i]) {
				if l := r.hands.calls[fn]; !slices.Contains(l, call) {
					r.hands.calls[fn] = append(l, call)
				}
				if r.hands.seen[v] {
					break
				}
				r.hands.seen[v] = true
				r.hands.list = append(r.hands.list, handover{fn, v, i, call})
				break
			}
		}
	}
}

// canBeHanded: what is a transaction by its type is one in any case.
func (r *Result) canBeHanded(t types.Type) bool {
	if _, ok := t.Underlying().(*types.Signature); ok || apis.IsContext(t) {
		return false
	}
	return !r.HandsTx(t) && r.canHold(t)
}

// findHanded looks again at the functions that are handed a transaction, and at
// those that they hand it to.
func (r *Result) findHanded() {
	for i := 0; i < len(r.hands.list); i++ {
		d := r.decls[r.hands.list[i].fn]
		r.spans = slices.DeleteFunc(r.spans, func(s *Span) bool { return golang.Within(s.Func, d) })
		r.declared(d)
	}
	r.decided()
}

// decided drops the events of handed transactions that no call which hands them
// leads to, by the constants that it gives.
func (r *Result) decided() {
	for _, s := range r.spans {
		d, ok := s.Func.(*ast.FuncDecl)
		if !ok || s.Origin != Handed {
			continue
		}
		fn, _ := r.pass.TypesInfo.Defs[d.Name].(*types.Func)
		s.Events = slices.DeleteFunc(s.Events, func(e Event) bool {
			to, ok := e.Node.(*ast.CallExpr)
			return ok && !slices.ContainsFunc(r.hands.calls[fn], func(from *ast.CallExpr) bool { return r.effects.Leads(from, to) })
		})
	}
}

// handedSpan returns the transaction that calls of the package hand a function.
func (r *Result) handedSpan(d *ast.FuncDecl, fn *types.Func) *Span {
	var s *Span
	for _, h := range r.hands.list {
		if h.fn != fn {
			continue
		}
		if s == nil {
			s = r.newSpan(Handed, parameterNode(d.Type, h.index), d)
			s.From = h.call
			s.is(h.param)
		}
		s.hold(place{Root: h.param}, h.param.Type())
	}
	if s != nil {
		for v := range fn.Signature().Params().Variables() {
			if r.hands.contexts[v] {
				s.hold(place{Root: v}, v.Type())
			}
		}
	}
	return s
}

// Past reports whether an effect of a call goes through a handle that is known,
// and is not of the transaction, although the call is given that too. A function
// of this package is judged where it is handed the transaction.
func (s *Span) Past(call *ast.CallExpr, e funceffects.Effect) bool {
	fn := typeutil.StaticCallee(s.r.pass.TypesInfo, call)
	if fn == nil || fn.Pkg() == s.r.pass.Pkg || e.Through != "" || e.Depth < 2 {
		return false
	}
	var x ast.Expr
	switch i, param := e.Handle.Param(); {
	case e.Handle.From == funceffects.Global:
		return true
	case e.Handle.Receiver():
		x = argument(call, theReceiver)
	case param && !(fn.Signature().Variadic() && i >= fn.Signature().Params().Len()-1):
		x = argument(call, i)
	}
	if x == nil {
		return false
	}
	p, ok := s.r.placeOf(x)
	return ok && !s.handles.meets(part(p, e.Handle.Fields))
}

// Around returns the innermost transaction that is open at a call and was so
// before the loop around it began; nil if there is none.
func (r *Result) Around(call, loop ast.Node) *Span {
	var found *Span
	for _, s := range r.Spans() {
		if s.Func.Pos() > call.Pos() || call.End() > s.Func.End() || s.Origin == Begun && s.At.Pos() > loop.Pos() {
			continue
		}
		// Have: the loop is inside, unless it is around the function.
		if loop.Pos() < s.Func.Pos() && loop.End() > s.Func.End() {
			continue
		}
		if found != nil && found.Func.Pos() > s.Func.Pos() {
			continue
		}
		if slices.ContainsFunc(s.Events, func(e Event) bool { return e.Node == call && !e.Async }) {
			found = s
		}
	}
	return found
}

// String names the transaction for readers.
func (s *Span) String() string {
	line := s.r.pass.Fset.Position(s.At.Pos()).Line
	switch s.Origin {
	case Closure:
		return fmt.Sprintf("the transaction of %s at line %d", callName(s.At), line)
	case Parameter, Handed:
		if s.Name != "" {
			return "the caller's transaction " + s.Name
		}
		return "the caller's transaction"
	case Hook:
		return "gorm's transaction around this hook"
	}
	return fmt.Sprintf("the transaction begun at line %d", line)
}

// callName is how the source names the function of a call.
func callName(n ast.Node) string {
	call, ok := n.(*ast.CallExpr)
	if !ok {
		return "the caller"
	}
	switch f := ast.Unparen(call.Fun).(type) {
	case *ast.IndexExpr:
		return types.ExprString(f.X)
	case *ast.IndexListExpr:
		return types.ExprString(f.X)
	case *ast.SelectorExpr:
		if x, ok := ast.Unparen(f.X).(*ast.CallExpr); ok {
			return callName(x) + "." + f.Sel.Name
		}
		return types.ExprString(f)
	default:
		return types.ExprString(f)
	}
}

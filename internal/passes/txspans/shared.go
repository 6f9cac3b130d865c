package txspans

import (
	"go/ast"
	"go/types"

	"github.com/sqlvet/sqlvet/internal/passes/funceffects"
)

// This file finds a transaction that two use at once: it is one connection, which
// serves one statement after the other.

// Shared returns the calls that use the transaction in goroutines, one for each
// that is started, where something else uses or ends it meanwhile: another of
// these goroutines, or the function itself before it has waited.
func (s *Span) Shared() []Problem {
	var starts, uses []*ast.CallExpr
	for _, e := range s.Events {
		call, ok := e.Node.(*ast.CallExpr)
		if !ok || !e.Async || e.Start == nil || !s.sends(call) {
			continue
		}
		if len(starts) == 0 || starts[len(starts)-1] != e.Start {
			starts, uses = append(starts, e.Start), append(uses, call)
		}
	}
	var out []Problem
	for i, start := range starts {
		if len(starts) > 1 && s.same(uses) || s.repeats(start) || s.meanwhile(start, uses[i]) {
			out = append(out, Problem{Fault: UsedAtOnce, Node: uses[i]})
		}
	}
	return out
}

// sends reports whether a call sends something through the transaction.
func (s *Span) sends(call *ast.CallExpr) bool { return s.UsesHandle(call) && s.r.queries(call) }

// same reports whether calls use the same of several transactions, if a function
// is handed more than one.
func (s *Span) same(calls []*ast.CallExpr) bool {
	if s.Origin == Begun {
		return true
	}
	for root := range s.handles {
		n := 0
		for _, call := range calls {
			if s.r.mentions(call, places{root: s.handles[root]}, false) {
				n++
			}
		}
		if n > 1 {
			return true
		}
	}
	return false
}

// repeats reports whether a loop inside the transaction starts the goroutine.
func (s *Span) repeats(start *ast.CallExpr) bool {
	found := false
	ast.Inspect(s.Func, func(n ast.Node) bool {
		switch n.(type) {
		case *ast.ForStmt, *ast.RangeStmt:
			inside := n.Pos() < start.Pos() && start.End() <= n.End()
			found = found || inside && (s.Origin != Begun || s.At.Pos() < n.Pos())
		}
		return !found
	})
	return found
}

// meanwhile reports whether the function itself uses or ends the transaction
// after a goroutine was started and before it waits for anything, or leaves it.
func (s *Span) meanwhile(start, use *ast.CallExpr) bool {
	for _, e := range s.Events {
		if e.Async || e.Node.Pos() < start.End() {
			continue
		}
		call, ok := e.Node.(*ast.CallExpr)
		if !ok || s.r.waits(call) {
			return false
		}
		if (s.sends(call) || s.endsIt(call) != NotEnded) && s.same([]*ast.CallExpr{use, call}) {
			return true
		}
	}
	return true
}

// waits reports whether a call waits for other goroutines.
func (r *Result) waits(call *ast.CallExpr) bool {
	for _, e := range r.effects.Callee(call) {
		if e.Kind == funceffects.Wait {
			return true
		}
	}
	return false
}

// isParameter reports whether a variable is a parameter of a function of the
// package, declared or literal.
func (r *Result) isParameter(v types.Object) bool {
	found := false
	for _, f := range r.pass.Files {
		if v.Pos() < f.FileStart || f.FileEnd <= v.Pos() {
			continue
		}
		ast.Inspect(f, func(n ast.Node) bool {
			if t, ok := n.(*ast.FuncType); ok && t.Params.Pos() <= v.Pos() && v.Pos() < t.Params.End() {
				found = true
			}
			return !found
		})
	}
	return found
}

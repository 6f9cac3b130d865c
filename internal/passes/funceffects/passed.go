package funceffects

import (
	"go/ast"
	"go/types"
	"slices"
)

// Callee returns what the function called does, without what the functions do
// that are passed to it. The paths start with the call itself.
func (r *Result) Callee(call *ast.CallExpr) []Effect {
	r.mu.Lock()
	defer r.mu.Unlock()
	e := r.s.g.calls[call]
	if e == nil {
		return nil
	}
	alone := *e
	alone.args, alone.alone = slices.DeleteFunc(slices.Clone(e.args), func(a arg) bool { return a.index != itself }), true
	return r.edge(&alone)
}

// Yielded returns what the function does that a call returns: an iterator. The paths
// start with the call.
func (r *Result) Yielded(call *ast.CallExpr) []Effect {
	r.mu.Lock()
	defer r.mu.Unlock()
	e := r.s.g.calls[call]
	if e == nil {
		return nil
	}
	var out effects
	for _, t := range e.targets {
		t.yield = true
		for _, x := range r.s.effectsOf(t) {
			out.add(x.prepend(Step{Func: e.step, At: r.s.g.at(e.pos)}))
		}
	}
	return out
}

// A Passed is a function that is passed by name, as a function, a method
// value or the variable that holds a literal.
type Passed struct {
	Arg     ast.Expr // the argument; the method's name if a field holds the function
	Times   Times    // how often the callee calls it, 0 if that is not known
	Effects []Effect // the paths start inside the function passed
}

// Passed returns the named functions that a call passes on, the methods that an
// encoder calls of an argument, and the functions in fields that a method of
// another package calls. Function literals
// are left out: what they call stands in the literal. So are those in
// variables, if the callee does not repeat them.
func (r *Result) Passed(call *ast.CallExpr) []Passed {
	r.mu.Lock()
	defer r.mu.Unlock()
	e := r.s.g.calls[call]
	if e == nil {
		return nil
	}
	times := make(map[int]Times)
	for _, p := range r.arguments(call) {
		times[p.Index] = p.Times
	}
	var out []Passed
	for _, a := range e.args {
		if a.index == itself || a.index >= len(call.Args) {
			continue
		}
		if _, ok := ast.Unparen(call.Args[a.index]).(*ast.FuncLit); ok {
			continue
		}
		var all effects
		for _, t := range a.values {
			if t.lit != nil && (times[a.index] == Once || times[a.index] == Polled || times[a.index] == PerBatch) {
				all = nil
				break
			}
			for _, x := range r.s.effectsOf(t) {
				all.add(x)
			}
		}
		if len(all) > 0 {
			out = append(out, Passed{Arg: call.Args[a.index], Times: times[a.index], Effects: all})
		}
	}
	// What the fields hold of what a method is called on.
	if sel, ok := ast.Unparen(call.Fun).(*ast.SelectorExpr); ok {
		r.s.fieldCalls(e.in, e, func(v *types.Var, p Param) {
			if v.Pkg() == r.s.g.pass.Pkg {
				return
			}
			var all effects
			for _, t := range r.s.g.filled(e, v) {
				for _, x := range r.s.effectsOf(t) {
					all.add(x)
				}
			}
			if len(all) > 0 {
				out = append(out, Passed{Arg: sel.Sel, Times: p.Times, Effects: all})
			}
		})
	}
	return out
}

package funceffects

import (
	"go/ast"
	"go/types"
	"slices"

	"github.com/sqlvet/sqlvet/internal/golang"
)

// maxSets bounds what is noted of a function.
const maxSets = 4

// setsOf returns the fields of its receiver and parameters that a declared
// function assigns to, itself or by a function that it hands them to: a store
// that sets the ID of what it stored. Of functions that write to a database
// only.
func (s *solver) setsOf(n *node) []Input {
	if n.sets != nil || n.fn == nil || !slices.ContainsFunc(n.effects, func(e Effect) bool { return e.Kind == WriteDB }) {
		return n.sets
	}
	f := s.g.flowOf(n)
	n.sets = []Input{}
	if f == nil {
		return nil
	}
	add := func(v *types.Var, fields string) {
		in := n.input(v, cutFields(fields))
		if _, pointer := v.Type().Underlying().(*types.Pointer); pointer && fields != "" && in.From > 0 && !slices.Contains(n.sets, in) && len(n.sets) < maxSets {
			n.sets = append(n.sets, in)
		}
	}
	for i := range n.sig.Params().Len() {
		v := n.sig.Params().At(i)
		for _, w := range f.writes[v] {
			add(v, w.fields)
		}
	}
	for _, e := range n.edges {
		for _, p := range s.sets(e) {
			if f.given[p.Root] {
				add(p.Root, p.Fields)
			}
		}
	}
	return n.sets
}

// sets returns the places that a call assigns to, by what it is given.
func (s *solver) sets(e *edge) []golang.Path {
	if e.call == nil {
		return nil
	}
	var out []golang.Path
	for _, t := range e.targets {
		var list []Input
		if n := s.node(t); n != nil {
			list = s.setsOf(n)
		} else if t.fn != nil && !t.yield {
			if sum := s.g.summary(t.fn); sum != nil {
				list = sum.Sets
			}
		}
		for _, in := range list {
			i, ok := in.Param()
			if !ok || i >= len(e.call.Args) {
				continue
			}
			x := ast.Unparen(e.call.Args[i])
			if u, ok := x.(*ast.UnaryExpr); ok {
				x = u.X // &a
			}
			if p, exact := golang.PathOf(s.g.info, x); exact {
				out = append(out, golang.Path{Root: p.Root, Fields: golang.Join(p.Fields, in.Fields)})
			}
		}
	}
	return out
}

// Sets returns the places that a call assigns to in its arguments, as far as
// its callee writes to a database.
func (r *Result) Sets(call *ast.CallExpr) []golang.Path {
	r.mu.Lock()
	defer r.mu.Unlock()
	if e := r.s.g.calls[call]; e != nil {
		return r.s.sets(e)
	}
	return nil
}

// AfterError reports whether a call stands in the branch of an error that no
// look for one thing gave: after a batch has failed, or a message was not sent.
// That something was not found is no failure.
func (r *Result) AfterError(call *ast.CallExpr) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	e := r.s.g.calls[call]
	if e == nil || e.cached {
		return false
	}
	for n := e.in; ; {
		for _, x := range e.failed {
			if r.fails(e, x) {
				return true
			}
		}
		// The literal around stands somewhere as well.
		if n.outer == nil || n.around == nil {
			return false
		}
		e = &edge{in: n.outer, failed: n.around}
		n = n.outer
	}
}

// fails: the error is one of a call that does something, and looks for nothing.
func (r *Result) fails(e *edge, err ast.Expr) bool {
	g := r.s.g
	f := g.flowOf(e.in)
	p, exact := golang.PathOf(g.info, err)
	if f == nil || !exact {
		return false
	}
	var last *ast.CallExpr // that gave the error
	for _, w := range f.writes[p.Root] {
		for _, x := range w.from {
			if call, ok := ast.Unparen(x).(*ast.CallExpr); ok && call.End() <= err.Pos() && (last == nil || call.Pos() > last.Pos()) {
				last = call
			}
		}
	}
	if last == nil {
		return false
	}
	does := false
	for _, x := range r.edge(g.calls[last]) {
		if x.Kind == Unknown || x.Kind == ReadDB && !x.Batch || x.Name == cacheServer || x.Name == toldServer {
			return false
		}
		does = true
	}
	return does
}

package txspans

import (
	"go/ast"
	"go/types"

	"github.com/sqlvet/sqlvet/internal/apis"
	"github.com/sqlvet/sqlvet/internal/passes/funceffects"
)

// This file finds the functions that begin a transaction for their caller: they
// return it, or what carries it, or put it where the caller has it.

// exportBegins finds those of the package whose types do not say so.
func (r *Result) exportBegins(list []body) {
	for range rounds {
		changed := false
		for _, b := range list {
			if _, ok := r.began[b.fn]; ok || !r.mayBegin(b.fn) {
				continue
			}
			if bg := r.beginsFor(b); bg != nil {
				r.began[b.fn] = bg
				delete(r.begins, b.fn)
				changed = true
			}
		}
		if !changed {
			break
		}
	}
	for _, b := range list {
		if bg := r.began[b.fn]; bg != nil && b.fn.Exported() {
			r.pass.ExportObjectFact(b.fn, bg)
		}
	}
}

// mayBegin reports whether a function begins a transaction before it returns.
func (r *Result) mayBegin(fn *types.Func) bool {
	for _, e := range r.effects.Of(fn) {
		if e.Kind == funceffects.BeginTx && !e.Async {
			return true
		}
	}
	return false
}

// joins reports whether a function begins a transaction only if there is none.
func (r *Result) joins(fn *types.Func) bool {
	found := false
	for _, e := range r.effects.Of(fn) {
		if e.Kind == funceffects.BeginTx {
			if e.Name != funceffects.Joining {
				return false
			}
			found = true
		}
	}
	return found
}

// beginsFor computes where a function leaves a transaction that it has begun;
// nil if it leaves none open.
func (r *Result) beginsFor(b body) *Begins {
	u := r.newUnit(b.decl, b.decl.Body)
	calls := u.begins()
	if len(calls) == 0 || !u.mayLeave() {
		return nil
	}
	u.prepare()
	for _, c := range calls {
		s := u.begun(c)
		if s == nil {
			continue
		}
		f := u.newFlow(s, none)
		f.solve()
		for _, block := range u.graph.Blocks {
			if !block.Live || f.at[block.Index] == 0 || len(block.Succs) > 0 {
				continue
			}
			st := f.at[block.Index]
			for _, n := range block.Nodes {
				st = f.step(n, st)
			}
			if _, fails := u.fail(block); st != bare && st != fresh || fails || u.ends(block) {
				continue
			}
			if bg := u.leaves(s, block.Return()); bg != nil {
				return bg
			}
		}
	}
	return nil
}

// mayLeave reports whether a function has anything that a transaction can be left
// in: a result that can hold one, or a field of what it was given.
func (u *unit) mayLeave() bool {
	sig := u.signature()
	for v := range sig.Results().Variables() {
		if u.r.canHold(v.Type()) || apis.IsContext(v.Type()) {
			return true
		}
	}
	found := false
	u.inspect(func(n ast.Node) {
		switch n := n.(type) {
		case *ast.AssignStmt:
			for _, l := range n.Lhs {
				p, ok := u.r.placeOf(l)
				found = found || ok && p.Fields != "" && !u.declares(p.Root)
			}
		case *ast.ExprStmt:
			call, ok := n.X.(*ast.CallExpr)
			found = found || ok && u.r.begin(call).kind == beginsInPlace
		}
	})
	for _, c := range u.begins() {
		found = found || c.inPlace
	}
	return found
}

// leaves returns where the caller has the transaction behind a return: in a
// result, or in what it gave.
func (u *unit) leaves(s *Span, ret *ast.ReturnStmt) *Begins {
	sig := u.signature()
	if ret != nil {
		inContext := -1
		for i, x := range ret.Results {
			t := u.r.typeOf(x)
			if i < sig.Results().Len() {
				t = sig.Results().At(i).Type()
			}
			switch {
			case !u.r.canHold(t) && !apis.IsContext(t) || !s.mentions(x):
			case apis.IsContext(t):
				inContext = i
			default:
				return &Begins{Result: i, Param: noParam}
			}
		}
		if inContext >= 0 {
			return &Begins{Result: inContext, Param: noParam}
		}
	}
	given := func(i int, v *types.Var) *Begins {
		for _, path := range s.held[v] {
			if path != "" && s.tx.Root != v || path != "" && s.tx.Fields == path {
				return &Begins{Result: -1, Param: i, Path: path}
			}
		}
		return nil
	}
	if recv := sig.Recv(); recv != nil {
		if bg := given(theReceiver, recv); bg != nil {
			return bg
		}
	}
	for i := range sig.Params().Len() {
		if bg := given(i, sig.Params().At(i)); bg != nil {
			return bg
		}
	}
	return nil
}

package rowspans

import (
	"go/ast"
	"go/types"
	"slices"

	"github.com/sqlvet/sqlvet/internal/apis"
	"github.com/sqlvet/sqlvet/internal/golang"
)

// This file knows what a function of the module runs for its callers while rows are
// open: a function that it is handed, or the body of the loop over what it returns.

// whileOpen returns the parameters that a function calls while rows are open that it
// opens, or is handed; among them Yield.
func (r *Result) whileOpen(fn *types.Func) []int {
	d := r.decls[fn]
	if list, ok := r.during[fn]; ok || d == nil || r.looked[fn] {
		return list
	}
	r.looked[fn] = true
	defer delete(r.looked, fn)
	var list []int
	sig := fn.Signature()
	for i := range sig.Params().Len() {
		if p := sig.Params().At(i); golang.IsFunc(p.Type()) && r.calledOpen(&unit{r: r, fn: d, body: d.Body}, sig, p) {
			list = append(list, i)
		}
	}
	if sig.Results().Len() > 0 && golang.IsFunc(sig.Results().At(0).Type()) {
		golang.Inspect(d.Body, func(n ast.Node) {
			ret, ok := n.(*ast.ReturnStmt)
			if !ok || len(ret.Results) == 0 || slices.Contains(list, Yield) {
				return
			}
			lit, ok := ast.Unparen(ret.Results[0]).(*ast.FuncLit)
			if !ok {
				if call, ok := ast.Unparen(ret.Results[0]).(*ast.CallExpr); ok && slices.Contains(r.whileOpen(golang.Callee(r.pass.TypesInfo, call)), Yield) {
					list = append(list, Yield)
				}
				return
			}
			if t, ok := r.pass.TypesInfo.TypeOf(lit).(*types.Signature); ok && t.Params().Len() == 1 && r.calledOpen(&unit{r: r, fn: lit, body: lit.Body}, sig, t.Params().At(0)) {
				list = append(list, Yield)
			}
		})
	}
	r.during[fn] = list
	return list
}

// calledOpen reports whether a body calls a function value, or hands it to what does,
// while rows are open: its own, or those that the function around it is handed.
func (r *Result) calledOpen(u *unit, around *types.Signature, v *types.Var) bool {
	is := func(x ast.Expr) bool {
		id, ok := ast.Unparen(x).(*ast.Ident)
		return ok && r.pass.TypesInfo.Uses[id] == v
	}
	runs := func(call *ast.CallExpr) bool { return is(call.Fun) }
	for _, s := range r.opened(u) {
		if slices.ContainsFunc(s.Events, runs) {
			return true
		}
	}
	for rows := range around.Params().Variables() {
		if !apis.IsRows(rows.Type()) {
			continue
		}
		if f := u.newFlow(rows, nil); f != nil && f.moves {
			f.solve(open)
			s := new(Span)
			f.events(s)
			if slices.ContainsFunc(s.Events, runs) {
				return true
			}
		}
	}
	found := false
	golang.Inspect(u.body, func(n ast.Node) {
		if call, ok := n.(*ast.CallExpr); ok {
			for _, i := range r.whileOpen(golang.Callee(r.pass.TypesInfo, call)) {
				found = found || i >= 0 && i < len(call.Args) && is(call.Args[i])
			}
		}
	})
	return found
}

// handedOn returns what a call runs for each row: the literals that it is given.
func (u *unit) handedOn(call *ast.CallExpr) []opening {
	var out []opening
	for _, i := range u.r.whileOpen(golang.Callee(u.r.pass.TypesInfo, call)) {
		if i < 0 || i >= len(call.Args) {
			continue
		}
		if lit, ok := ast.Unparen(call.Args[i]).(*ast.FuncLit); ok {
			out = append(out, opening{call: u.opener(call), during: lit.Body})
		}
	}
	return out
}

// iterated returns the call that opens the rows which a loop over an iterator reads;
// nil if it reads none, or if that is not known.
func (u *unit) iterated(x ast.Expr) *ast.CallExpr {
	call, ok := ast.Unparen(x).(*ast.CallExpr)
	if !ok {
		call = u.given(u.local(x))
	}
	if call == nil || !slices.Contains(u.r.whileOpen(golang.Callee(u.r.pass.TypesInfo, call)), Yield) {
		return nil
	}
	return u.opener(call)
}

// opener returns the call that opens the rows which another one is handed, or that
// one itself: it opens them.
func (u *unit) opener(call *ast.CallExpr) *ast.CallExpr {
	for _, a := range call.Args {
		arg, ok := ast.Unparen(a).(*ast.CallExpr)
		if !ok && apis.IsRows(u.r.pass.TypesInfo.TypeOf(a)) {
			arg = u.given(u.local(a))
		}
		if arg != nil {
			if _, ok := u.r.opens(arg); ok {
				return arg
			}
		}
	}
	return call
}

// given returns the only call whose first result a variable of the body is given.
func (u *unit) given(v *types.Var) *ast.CallExpr {
	if v == nil || !u.declares(v) {
		return nil
	}
	var call *ast.CallExpr
	n := 0
	u.inspect(func(m ast.Node) {
		lhs, rhs := golang.Assigned(m)
		for i, l := range lhs {
			if u.local(l) != v {
				continue
			}
			n++
			if i < len(rhs) {
				call, _ = ast.Unparen(rhs[i]).(*ast.CallExpr)
			}
		}
	})
	if n != 1 {
		return nil
	}
	return call
}

package txspans

import (
	"go/ast"
	"go/token"
	"go/types"

	"golang.org/x/tools/go/cfg"

	"github.com/sqlvet/sqlvet/internal/golang"
)

// This file judges a literal that is deferred and commits: whether anybody
// hears of the commit's failure, and whether it knows of every failure before.

// deferredFaults notes the faults of a deferred literal.
func (f *flow) deferredFaults(d *ast.DeferStmt, report func(Fault, ast.Node)) {
	lit, ok := ast.Unparen(d.Call.Fun).(*ast.FuncLit)
	if !ok {
		f.deferredHelper(d, report)
		return
	}
	var commit *ast.CallExpr
	ast.Inspect(lit.Body, func(n ast.Node) bool {
		if call, ok := n.(*ast.CallExpr); ok && commit == nil && f.span.endsIt(call) == Commits {
			commit = call
		}
		return commit == nil
	})
	if commit == nil {
		return
	}
	if sig := f.u.signature(); sig != nil && golang.LastIsError(sig) && f.span.drops(commit) && !f.u.handsOut(lit, commit) {
		report(CommitLost, commit)
		return
	}
	if v := f.u.asked(lit); v != nil && !f.u.isResult(v) {
		for _, ret := range f.u.unheard(d, v) {
			report(CommitsFailure, ret)
		}
	}
}

// deferredHelper notes the faults of a deferred function that commits unless the error
// that it is given the address of says otherwise.
func (f *flow) deferredHelper(d *ast.DeferStmt, report func(Fault, ast.Node)) {
	e, ok := f.span.endOf(d.Call)
	if !ok || e.Kind&Commits == 0 || e.By == itsResult || e.By >= len(d.Call.Args) {
		return
	}
	x, ok := ast.Unparen(d.Call.Args[e.By]).(*ast.UnaryExpr)
	if !ok || x.Op != token.AND {
		return
	}
	if p, ok := f.u.r.placeOf(x.X); ok && p.Fields == "" && golang.IsError(p.Root.Type()) && f.u.declares(p.Root) && !f.u.isResult(p.Root) {
		for _, ret := range f.u.unheard(d, p.Root) {
			report(CommitsFailure, ret)
		}
	}
}

// handsOut reports whether a deferred literal tells somebody outside what came
// of its commit: it sets a result or what outlives the function, panics, sends,
// or calls something with the address of an error.
func (u *unit) handsOut(lit *ast.FuncLit, commit *ast.CallExpr) bool {
	found := false
	ast.Inspect(lit.Body, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.AssignStmt:
			if n.End() < commit.Pos() {
				return true
			}
			for _, l := range n.Lhs {
				p, ok := u.r.placeOf(l)
				found = found || ok && n.Tok == token.ASSIGN && golang.IsError(u.r.typeOf(l)) && (u.isResult(p.Root) || !u.declares(p.Root))
			}
		case *ast.SendStmt:
			found = true
		case *ast.CallExpr:
			if !u.returns(n) {
				found = true
			}
			for _, a := range n.Args {
				x, ok := ast.Unparen(a).(*ast.UnaryExpr)
				found = found || ok && x.Op == token.AND && golang.IsError(u.r.typeOf(x.X))
			}
		}
		return !found
	})
	return found
}

// isResult reports whether a variable is a named result of the function.
func (u *unit) isResult(obj *types.Var) bool {
	if sig := u.signature(); sig != nil {
		for v := range sig.Results().Variables() {
			if v == obj {
				return true
			}
		}
	}
	return false
}

// asked returns the error of the body by which a literal decides; nil if it
// asks none, or another thing as well.
func (u *unit) asked(lit *ast.FuncLit) *types.Var {
	var err *types.Var
	n := 0
	ast.Inspect(lit.Body, func(node ast.Node) bool {
		if s, ok := node.(*ast.IfStmt); ok {
			for _, op := range [...]token.Token{token.NEQ, token.EQL} {
				x, ok := s.Cond.(*ast.BinaryExpr)
				if !ok || x.Op != op {
					continue
				}
				if p, ok := u.r.placeOf(x.X); ok && p.Fields == "" && golang.IsError(p.Root.Type()) && u.r.pass.TypesInfo.Types[x.Y].IsNil() && u.declares(p.Root) && p.Root.Pos() < lit.Pos() {
					err = p.Root
				}
			}
			if s.Init == nil && err == nil {
				n++
			}
		}
		return true
	})
	if n > 0 {
		return nil
	}
	return err
}

// What an error is at one point, as bits.
const (
	isNil = 1 << iota
	mayFail
)

// unheard lists the returns behind a defer statement that hand out a failure
// while the error that the deferred literal looks at is nil.
func (u *unit) unheard(d *ast.DeferStmt, err *types.Var) []ast.Node {
	if u.changedElsewhere(err, d) {
		return nil
	}
	p := place{Root: err}
	at := make([]uint8, len(u.graph.Blocks))
	after := func(n ast.Node, s uint8) uint8 {
		switch n := n.(type) {
		case *ast.AssignStmt:
			if u.assigns(n, map[place]bool{p: true}) {
				return mayFail
			}
		case *ast.ValueSpec:
			for _, id := range n.Names {
				if u.r.pass.TypesInfo.Defs[id] == err && len(n.Values) == 0 {
					return isNil
				}
			}
		}
		return s
	}
	at[0] = mayFail
	work := []*cfg.Block{u.graph.Blocks[0]}
	for len(work) > 0 {
		b := work[len(work)-1]
		work = work[:len(work)-1]
		s := at[b.Index]
		for _, n := range b.Nodes {
			s = after(n, s)
		}
		for i, succ := range b.Succs {
			out := s
			if x, ok := u.nilTest(b, i); ok && x.place == p {
				out = mayFail
				if x.isNil {
					out = isNil
				}
			}
			if out&^at[succ.Index] != 0 {
				at[succ.Index] |= out
				work = append(work, succ)
			}
		}
	}
	var list []ast.Node
	for _, b := range u.graph.Blocks {
		ret := b.Return()
		if ret == nil || !b.Live || ret.Pos() < d.End() || !u.failingReturn(ret) {
			continue
		}
		s := at[b.Index]
		for _, n := range b.Nodes {
			s = after(n, s)
		}
		if s == isNil {
			list = append(list, ret)
		}
	}
	return list
}

// changedElsewhere reports whether a literal, or somebody who has its address and is
// not deferred by d, may give a variable a value.
func (u *unit) changedElsewhere(v *types.Var, d *ast.DeferStmt) bool {
	found := false
	ast.Inspect(u.body, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.DeferStmt:
			return n != d
		case *ast.UnaryExpr:
			p, ok := u.r.placeOf(n.X)
			found = found || n.Op == token.AND && ok && p.Root == v
		case *ast.FuncLit:
			if u.later[n] {
				return false // runs when all is decided
			}
			ast.Inspect(n.Body, func(n ast.Node) bool {
				if a, ok := n.(*ast.AssignStmt); ok {
					found = found || u.assigns(a, map[place]bool{{Root: v}: true})
				}
				return !found
			})
			return false
		}
		return !found
	})
	return found
}

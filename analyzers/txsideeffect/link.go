package txsideeffect

import (
	"go/ast"
	"go/token"
	"slices"

	"github.com/sqlvet/sqlvet/internal/link"
	"github.com/sqlvet/sqlvet/internal/passes/funceffects"
	"github.com/sqlvet/sqlvet/internal/passes/linkage"
	"github.com/sqlvet/sqlvet/internal/passes/suppress"
	"github.com/sqlvet/sqlvet/internal/passes/txspans"
)

// linking is set by the sqlvet command, the one driver that sees all packages
// at once.
var linking bool

func init() { linkage.Flag(Analyzer, &linking) }

// leave keeps a call for the link step: what its interface methods do is not
// known here.
func (c *checker) leave(s *txspans.Span, e txspans.Event) {
	call, ok := e.Node.(*ast.CallExpr)
	if !ok || e.Failing || e.Async || s.Origin == txspans.Handed || c.judgedInside(s, call) {
		return
	}
	if _, ok := ast.Unparen(call.Fun).(*ast.FuncLit); ok {
		return // what it does are events of their own
	}
	if sel, ok := ast.Unparen(call.Fun).(*ast.SelectorExpr); ok && s.Uses(sel.X) {
		// A method of the transaction itself: which of the implementations it
		// is, and what that leaves to the commit, only it knows.
		return
	}
	list := unknown(c.effects.Callee(call))
	if len(list) == 0 || !suppress.Admits(c.pass, suppress.Finding{
		Pos: call.Pos(), End: call.End(), Rule: name, Also: []token.Pos{s.At.Pos()},
	}) {
		return
	}
	fset := c.pass.Fset
	c.left = append(c.left, link.Call{
		Posn: fset.Position(call.Pos()).String(), End: fset.Position(call.End()).String(),
		TxPosn: fset.Position(s.At.Pos()).String(), TxName: s.String(), Remedy: passTx(s),
		Outer: !s.Single && !s.Implicit && !c.usesOpen(call), Retries: s.Retries, Unknown: list,
	})
}

// leaveWithin keeps what is slow in functions that are given to methods of interfaces:
// whether those begin a transaction is not known here.
func (c *checker) leaveWithin() {
	fset := c.pass.Fset
	asked := func(call *ast.CallExpr, lit *ast.FuncLit) bool {
		if len(unknown(c.effects.Callee(call))) == 0 {
			return false
		}
		found := false
		ast.Inspect(lit.Body, func(n ast.Node) bool {
			if call, ok := n.(*ast.CallExpr); ok && !found {
				found = slices.ContainsFunc(c.effects.Callee(call), func(e funceffects.Effect) bool {
					return e.Kind == funceffects.Unknown || e.Delay() >= funceffects.Line
				})
			}
			return !found
		})
		return found
	}
	for _, s := range c.spans.Maybe(asked) {
		call := s.At.(*ast.CallExpr)
		within := unknown(c.effects.Callee(call))
		if !c.counts(s) {
			continue
		}
		param := slices.IndexFunc(call.Args, func(a ast.Expr) bool { return ast.Node(ast.Unparen(a)) == s.Func })
		for _, e := range s.Events {
			at, ok := e.Node.(*ast.CallExpr)
			if !ok || e.Async || e.Failing || len(c.open[e.Node]) > 0 || !suppress.Admits(c.pass, suppress.Finding{
				Pos: at.Pos(), End: at.End(), Rule: name, Also: []token.Pos{call.Pos()},
			}) {
				continue
			}
			if _, ok := ast.Unparen(at.Fun).(*ast.FuncLit); ok {
				continue // what it does are events of their own
			}
			left := link.Call{
				Posn: fset.Position(at.Pos()).String(), End: fset.Position(at.End()).String(),
				TxPosn: fset.Position(call.Pos()).String(), TxName: s.String(), Within: within, Param: param,
			}
			es := c.effects.Callee(at)
			// Whether it runs in one is a doubt: a file, or what is far away, would be two.
			if parts := c.slow(s, es); len(parts) > 0 && parts[0].near() && parts[0].effect.Delay() >= funceffects.Line {
				left.Effect = &parts[0].effect
			} else if left.Unknown = unknown(es); len(left.Unknown) == 0 {
				continue
			}
			c.left = append(c.left, left)
		}
	}
}

// unknown returns the calls of interface methods among effects that happen each time.
func unknown(es []funceffects.Effect) (list []funceffects.Effect) {
	for _, x := range es {
		if x.Kind == funceffects.Unknown && x.Name != "" && !x.Async && !x.Cached && !x.Rare {
			list = append(list, x)
		}
	}
	return list
}

// usesOpen reports whether a call uses a transaction that is open, or may.
func (c *checker) usesOpen(call *ast.CallExpr) bool {
	return slices.ContainsFunc(c.open[call], func(s *txspans.Span) bool { return s.Implicit || s.Uses(call) })
}

// Link judges the calls that were left open, when all packages are known.
func Link(p *link.Program) []link.Finding {
	inside, outer := p.Search(func(e funceffects.Effect) bool { return unwanted(e, false) }), p.Search(func(e funceffects.Effect) bool { return unwanted(e, true) })
	var out []link.Finding
	for _, c := range p.Calls() {
		search := inside
		if c.Outer {
			search = outer
		}
		if len(c.Within) > 0 && !p.Runs(c.Within, c.Param) {
			continue
		}
		e, ok := search.Reach(c.Unknown, func(funceffects.Effect) bool { return true })
		if c.Effect != nil {
			e, ok = *c.Effect, true
		}
		if !ok {
			continue
		}
		d := description{effect: e, tx: c.TxName, remedy: c.Remedy, retries: c.Retries}
		switch {
		case e.Kind == funceffects.BeginTx:
			d.category = "nested-begin"
		case e.Kind.Database():
			d.category = "outer-handle"
		default:
			d.category = category(e)
		}
		out = append(out, link.Finding{
			Package: c.Package, Posn: c.Posn, End: c.End, From: c.TxPosn, Why: "the transaction: " + c.TxName,
			Category: d.category, Message: d.String(), Silent: minimum == "certain",
		})
	}
	return out
}

// unwanted reports whether an effect must not happen in a transaction. outer:
// the call goes past it.
func unwanted(e funceffects.Effect, outer bool) bool {
	if e.Cached {
		return false
	}
	if outer && (e.Kind == funceffects.BeginTx || asks(e)) {
		return true
	}
	return e.Delay() != funceffects.NoDelay
}

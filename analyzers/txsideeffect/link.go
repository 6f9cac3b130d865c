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
	var unknown []funceffects.Effect
	for _, x := range c.effects.Callee(call) {
		if x.Kind == funceffects.Unknown && x.Name != "" && !x.Async && !x.Cached && !x.Rare {
			unknown = append(unknown, x)
		}
	}
	if len(unknown) == 0 || !suppress.Admits(c.pass, suppress.Finding{
		Pos: call.Pos(), End: call.End(), Rule: name, Also: []token.Pos{s.At.Pos()},
	}) {
		return
	}
	fset := c.pass.Fset
	c.left = append(c.left, link.Call{
		Posn: fset.Position(call.Pos()).String(), End: fset.Position(call.End()).String(),
		TxPosn: fset.Position(s.At.Pos()).String(), TxName: s.String(), Remedy: passTx(s),
		Outer: !s.Single && !s.Implicit && !c.usesOpen(call), Retries: s.Retries, Unknown: unknown,
	})
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
		e, ok := search.Reach(c.Unknown, func(funceffects.Effect) bool { return true })
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
	return badness(e) > 0
}

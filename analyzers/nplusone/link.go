package nplusone

import (
	"go/token"

	"github.com/sqlvet/sqlvet/internal/link"
	"github.com/sqlvet/sqlvet/internal/passes/funceffects"
	"github.com/sqlvet/sqlvet/internal/passes/loops"
	"github.com/sqlvet/sqlvet/internal/passes/suppress"
)

// linking is set by the sqlvet command, the one driver that sees all packages
// at once.
var linking bool

func init() {
	Analyzer.Flags.BoolVar(&linking, "link", false, "internal: report what the link step needs")
}

// leave keeps a loop for the link step: what it calls is not known here.
func (c *checker) leave(cand candidate) {
	v := c.decide(cand)
	if !v.report || v.category == "hoist" || c.loops.OnElement(v.loop, cand.call) {
		return
	}
	f := suppress.Finding{Pos: cand.at.Pos(), End: cand.at.End(), Also: []token.Pos{cand.call.Lparen, v.loop.Pos()}, Rule: name}
	if !suppress.Admits(c.pass, f) {
		return
	}
	fset := c.pass.Fset
	l := link.Loop{
		Posn: fset.Position(cand.at.Pos()).String(), End: fset.Position(cand.at.End()).String(),
		LoopPosn: fset.Position(v.loop.Pos()).String(), Why: v.loop.Why, Line: v.loop.Line, Kind: uint8(v.loop.Kind),
		Unknown: cand.effects,
	}
	if v.outer != nil {
		l.Outer = v.outer.Line
	}
	c.open = append(c.open, l)
}

// Link judges the loops that were left open, when all packages are known.
func Link(p *link.Program) []link.Finding {
	search := p.Search(funceffects.Effect.RoundTrip)
	var out []link.Finding
	for _, l := range p.Loops() {
		if e, ok := search.Reach(l.Unknown); ok {
			out = append(out, linked(l, e))
		}
	}
	return out
}

func linked(l link.Loop, e funceffects.Effect) link.Finding {
	v := verdict{category: "read", loop: &loops.Loop{Kind: loops.Kind(l.Kind), Line: l.Line}}
	if e.Kind == funceffects.WriteDB {
		v.category = "write"
	}
	if v.loop.Kind == loops.Resolver {
		v.category = "resolver"
	}
	if l.Outer > 0 {
		v.outer = &loops.Loop{Line: l.Outer}
	}
	f := link.Finding{
		Package: l.Package, Posn: l.Posn, End: l.End, From: l.LoopPosn, Why: "the loop: " + l.Why,
		Category: v.category, Message: message(e, v),
		Silent: minimum == "certain" || v.category == "write" && !writes,
	}
	what := "reported"
	if f.Silent {
		what = "left alone"
	}
	f.Verdict = explanation(what, e, &loops.Loop{Line: l.Line, Why: l.Why}, "through "+e.Through)
	return f
}

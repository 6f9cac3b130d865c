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

// LinkVerdict returns what -explain says of a loop that the link step
// resolved.
func LinkVerdict(f link.Found) string {
	what := "reported"
	if _, _, ok := LinkFinding(f); !ok {
		what = "left alone"
	}
	return explanation(what, f.Effect, &loops.Loop{Line: f.Line, Why: f.Why}, "through "+f.Effect.Through)
}

// LinkFinding returns category and message of a loop that the link step
// resolved; ok is false if the flags leave it out.
func LinkFinding(f link.Found) (category, text string, ok bool) {
	e := f.Effect
	v := verdict{category: "read", loop: &loops.Loop{Kind: loops.Kind(f.Kind), Line: f.Line}}
	if e.Kind == funceffects.WriteDB {
		v.category = "write"
	}
	if v.loop.Kind == loops.Resolver {
		v.category = "resolver"
	}
	if f.Outer > 0 {
		v.outer = &loops.Loop{Line: f.Outer}
	}
	if minimum == "certain" || v.category == "write" && !writes {
		return "", "", false
	}
	return v.category, message(e, v), true
}

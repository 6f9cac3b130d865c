package nplusone

import (
	"cmp"
	"go/token"
	"slices"

	"github.com/sqlvet/sqlvet/internal/config"
	"github.com/sqlvet/sqlvet/internal/link"
	"github.com/sqlvet/sqlvet/internal/passes/funceffects"
	"github.com/sqlvet/sqlvet/internal/passes/linkage"
	"github.com/sqlvet/sqlvet/internal/passes/loops"
	"github.com/sqlvet/sqlvet/internal/passes/suppress"
)

// linking is set by the sqlvet command, the one driver that sees all packages
// at once.
var linking bool

func init() { linkage.Flag(Analyzer, &linking) }

// open describes the loops that call what is not known here.
func (c *checker) open() (list []link.Loop) {
	for _, cand := range c.left {
		v, unknown := c.decideEach(cand)
		if len(unknown) == 0 || c.loops.OnElement(v.loop, cand.call) {
			continue
		}
		f := suppress.Finding{Pos: cand.at.Pos(), End: cand.at.End(), Also: []token.Pos{cand.call.Lparen, v.loop.Pos()}, Rule: name}
		if !suppress.Admits(c.pass, f) {
			continue
		}
		fset := c.pass.Fset
		l := link.Loop{
			Posn: fset.Position(cand.at.Pos()).String(), End: fset.Position(cand.at.End()).String(),
			LoopPosn: fset.Position(v.loop.Pos()).String(), Why: v.loop.Why, Line: v.loop.Line, Kind: uint8(v.loop.Kind),
			Begins: c.beginsFor(cand, v.loop), Little: c.little(cand, v), Tx: c.transaction(cand, v),
			Changes: c.changes(cand, v.loop), Unknown: unknown, Func: c.reach.At(cand.call), Beside: c.beside(cand, v.loop),
		}
		if v.outer != nil {
			l.Outer = v.outer.Line
		}
		list = append(list, l)
	}
	return list
}

// decideEach decides on each of a candidate's effects by itself: which of them
// comes to a query is not known yet. It returns those of which each iteration
// is another one, and the verdict on the first.
func (c *checker) decideEach(cand candidate) (first verdict, list []funceffects.Effect) {
	for _, e := range cand.effects {
		one := cand
		one.effects = []funceffects.Effect{e}
		v := c.decide(one)
		if !v.report || v.category == "hoist" || len(list) > 0 && v.loop != first.loop {
			continue
		}
		if len(list) == 0 {
			first = v
		}
		list = append(list, e)
	}
	return first, list
}

// changes returns the inputs of a call's function that a loop gives another
// value each time, as funceffects numbers them.
func (c *checker) changes(cand candidate, l *loops.Loop) (list []int) {
	for from := 1; from < len(cand.call.Args)+2; from++ {
		in := funceffects.Inputs{Known: true, List: []funceffects.Input{{From: from}}}
		if c.loops.InputsDepend(l, cand.call, in) == loops.Depends {
			list = append(list, from)
		}
	}
	return list
}

// Link judges the loops that were left open, when all packages are known.
func Link(p *link.Program) []link.Finding {
	search := p.Search(func(e funceffects.Effect) bool { return e.RoundTrip() && hasForm(e) && !ownWrite(e) })
	slow := p.SearchBeside(slower)
	type found struct {
		loop   link.Loop
		effect funceffects.Effect
	}
	var list []found
	type place struct{ pkg, line string } // as steps have it: "file.go:12"
	leads := make(map[place]bool)         // calls of the same package that a call in a loop leads to
	for _, l := range p.Loops() {
		e, ok := search.Reach(l.Unknown, func(e funceffects.Effect) bool { return another(l, e) })
		if !ok {
			continue
		}
		list = append(list, found{l, e})
		for i, s := range e.Path {
			if i > 0 && l.Kind != uint8(loops.Recursion) {
				leads[place{l.Package, s.At}] = true
			}
		}
	}
	var out []link.Finding
	for _, f := range list {
		// As with calls that are judged at once: of a recursion the loop that
		// drives it is told, not the query that it leads to as well.
		if f.loop.Kind != uint8(loops.Recursion) || !leads[place{f.loop.Package, link.Line(f.loop.Posn)}] {
			why, _ := littleOf(p, slow, f.loop.Func, f.loop.Beside)
			if f.loop.Little = cmp.Or(f.loop.Little, why); f.loop.Little == "" && f.loop.Tx == "" {
				f.loop.Little = writesAlone(f.effect, f.loop.Outer > 0, !f.loop.Begins && inMemory(loops.Kind(f.loop.Kind)))
			}
			if f.loop.Little == "" || !f.effect.Cached { // else there are two doubts
				out = append(out, linked(f.loop, f.effect))
			}
		}
	}
	for _, t := range p.Told(name) {
		if why, callers := littleOf(p, slow, t.Func, t.Beside); why != "" {
			out = append(out, link.Finding{
				Package: t.Package, Posn: t.Posn, Lowers: true, Callers: callers,
				Severity: config.SeverityInfo, Message: ofLittleUse(why),
			})
		}
	}
	return out
}

// ownWrite reports whether a method writes something of its own on some of its
// calls, whatever it is given: as ownState does of calls that are judged at once.
func ownWrite(e funceffects.Effect) bool {
	return e.Kind == funceffects.WriteDB && e.Sometimes && e.Args.Known &&
		!slices.ContainsFunc(e.Args.List, func(in funceffects.Input) bool { return !in.Receiver() })
}

// another reports whether each iteration sends another statement: one that
// depends on what the loop changes, or one that writes.
func another(l link.Loop, e funceffects.Effect) bool {
	if !e.Args.Known || e.Kind == funceffects.WriteDB && !e.Cached {
		return true
	}
	return slices.ContainsFunc(e.Args.List, func(in funceffects.Input) bool { return slices.Contains(l.Changes, in.From) })
}

func linked(l link.Loop, e funceffects.Effect) link.Finding {
	v := verdict{category: "read", loop: &loops.Loop{Kind: loops.Kind(l.Kind), Line: l.Line}, little: l.Little, tx: l.Tx}
	if e.Kind == funceffects.WriteDB {
		v.category = "write"
	}
	if v.loop.Kind == loops.Resolver {
		v.category = "resolver"
	}
	if v.category != "resolver" && l.Begins {
		v.category = perTx
	}
	if l.Outer > 0 {
		v.outer = &loops.Loop{Line: l.Outer}
	}
	f := link.Finding{
		Package: l.Package, Posn: l.Posn, End: l.End, From: l.LoopPosn, Why: "the loop: " + l.Why,
		Category: v.category, Message: message(e, v), Sent: e.Sent(),
		Silent: minimum == "certain" || e.Kind == funceffects.WriteDB && !writes,
	}
	if l.Little != "" {
		f.Severity = config.SeverityInfo
	}
	what := "reported"
	if f.Silent {
		what = "left alone"
	}
	f.Verdict = explanation(what, e, &loops.Loop{Line: l.Line, Why: l.Why}, "through "+e.Through)
	return f
}

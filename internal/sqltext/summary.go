package sqltext

import (
	"go/ast"
	"go/types"

	"github.com/sqlvet/sqlvet/internal/sqlscan"
)

// A Summary is a text as it travels between packages, in a fact: what a
// function returns or a variable holds. Positions do not travel; all bytes of
// an expanded summary come from the place that uses it.
type Summary struct {
	Pieces []SummaryPiece
}

// A SummaryPiece is a run of bytes, or a hole if Hole is set.
type SummaryPiece struct {
	Text  string
	Hole  bool
	Kind  sqlscan.HoleKind
	Name  string
	Param int // 1 + index of the parameter that stands here, 0 if none
	// Repeat is set for what may be there any number of times, or not at all.
	Repeat bool
	Why    Why // of a hole; see hole.reason
	// Bind is set for a parameter of the statement, Stands for a name that
	// the whole of it decides.
	Bind   bool
	Stands uint8
}

// maxSummary bounds the bytes of one summary: facts are read by every
// dependent package.
const maxSummary = 4096

// Returns summarises the texts that a function of the package returns as its
// only string result, or nothing if they are not known.
func (p *Program) Returns(fn *types.Func) []Summary {
	decl, ok := p.decls[fn]
	if !ok || decl.Body == nil {
		return nil
	}
	res := fn.Signature().Results()
	if res.Len() == 0 || !isString(res.At(0).Type()) {
		return nil
	}
	var (
		out  texts
		lost bool
		in   = newState()
		fr   = &frame{prog: p, sig: fn.Signature(), depth: 1}
	)
	for i := range fn.Signature().Params().Len() {
		if v := fn.Signature().Params().At(i); isString(v.Type()) {
			in.vars[v] = texts{holeText(hole{name: v.Name(), param: i + 1})}
		}
	}
	fr.returns = func(st *state, results []ast.Expr) {
		if len(results) != res.Len() {
			lost = true
			return
		}
		out = union(out, fr.texts(st, results[0]))
	}
	p.active[fn] = true
	fr.block(in, decl.Body)
	delete(p.active, fn)
	if lost {
		return nil
	}
	return summarise(dropEmpty(out))
}

// Holds summarises what a package-level variable of the package holds.
func (p *Program) Holds(v *types.Var) []Summary {
	ts, _ := p.packageVar(nil, v).(texts)
	return summarise(ts)
}

func summarise(ts texts) []Summary {
	if len(ts) > maxAlternatives {
		return nil
	}
	size := 0
	var out []Summary
	for _, t := range ts {
		size += t.Len()
		out = append(out, summary(t))
	}
	if size == 0 || size > maxSummary {
		return nil
	}
	return out
}

// summary returns a text as it travels.
func summary(t *Text) Summary {
	var s Summary
	for _, pc := range t.pieces {
		if pc.hole != nil {
			s.Pieces = append(s.Pieces, SummaryPiece{Hole: true, Kind: pc.hole.kind, Name: pc.hole.name, Param: pc.hole.param, Repeat: pc.hole.repeat, Why: pc.hole.why})
			continue
		}
		s.Pieces = append(s.Pieces, SummaryPiece{Text: pc.text, Bind: pc.bind, Stands: uint8(pc.stands)})
	}
	return s
}

// Summarise returns the texts of a site as they travel; nil if there are too many.
func Summarise(ts []*Text) []Summary { return summarise(ts) }

// Framed returns the texts that a function sends which puts its own, in the form of
// summaries, around what a call hands it.
func (a At) Framed(sums []Summary, call *ast.CallExpr) []*Text {
	arg := func(i int) texts {
		if i < len(call.Args) {
			return a.fr.texts(a.st, call.Args[i])
		}
		return texts{holeText(hole{})}
	}
	return expandFrom(sums, arg, origin{pos: call.Fun.Pos(), end: call.Fun.End(), framed: true})
}

// expand turns summaries back into texts at the place that uses them.
func expand(sums []Summary, arg func(int) texts, at ast.Expr) texts {
	return expandFrom(sums, arg, origin{pos: at.Pos(), end: at.End()})
}

func expandFrom(sums []Summary, arg func(int) texts, here origin) texts {
	var out texts
	for _, s := range sums {
		cur := texts{{}}
		for _, pc := range s.Pieces {
			switch {
			case !pc.Hole:
				cur = product(cur, texts{{pieces: []piece{{text: pc.Text, from: here, bind: pc.Bind, stands: standIn(pc.Stands)}}}})
			case pc.Param > 0 && arg != nil:
				cur = product(cur, arg(pc.Param-1))
			default:
				cur = product(cur, texts{holeText(hole{kind: pc.Kind, name: pc.Name, repeat: pc.Repeat, why: pc.Why})})
			}
		}
		out = union(out, cur)
	}
	return limit(out, maxElements)
}

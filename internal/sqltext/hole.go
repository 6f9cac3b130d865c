package sqltext

import (
	"go/ast"
	"go/types"

	"github.com/sqlvet/sqlvet/internal/sqlscan"
)

const (
	fragmentHole = sqlscan.HoleFragment
	unknownHole  = sqlscan.HoleUnknown
)

// A hole is a part that is not known.
type hole struct {
	kind  sqlscan.HoleKind
	name  string
	param int // 1 + index of the parameter of the enclosing function that stands here, 0 if none
	// repeat marks what a loop may append: zero or more times anything.
	repeat bool
	why    Why // "" for what param and repeat say
}

// A Why is the reason that a part of a text is not known.
type Why string

// The reasons.
const (
	WhyCaller  Why = "caller"  // a parameter, of which no caller is known or read
	WhyCall    Why = "call"    // what a function returns or does that is not followed
	WhyState   Why = "state"   // a field, an element or a package-level variable
	WhyValue   Why = "value"   // any other expression
	WhyLoop    Why = "loop"    // a loop adds it any number of times
	WhyModel   Why = "model"   // the columns of a type that is not known
	WhyLibrary Why = "library" // the library decides it when it runs
	WhyMethod  Why = "method"  // what a library's method does that is not described, or not so far
	WhyLimit   Why = "limit"   // it was too much to follow
)

// Why returns the reason that the first part is not known which is not; ""
// if all are.
func (t *Text) Why() Why {
	for _, p := range t.pieces {
		if p.hole != nil {
			return p.hole.reason()
		}
	}
	return ""
}

func (h *hole) reason() Why {
	switch {
	case h.why != "":
		return h.why
	case h.param > 0:
		return WhyCaller
	case h.repeat:
		return WhyLoop
	}
	return WhyLibrary
}

// holeText returns a text that is one hole.
func holeText(h hole) *Text {
	return &Text{pieces: []piece{{hole: &h}}}
}

// hole returns a hole for an expression, of the kind that its type allows.
func (fr *frame) hole(e ast.Expr) *Text { return fr.gap(kindOf(fr.typeOf(e)), e) }

// gap returns a hole of some kind for an expression.
func (fr *frame) gap(kind sqlscan.HoleKind, e ast.Expr) *Text {
	return fr.holeAt(e, hole{kind: kind})
}

// some returns a hole for what an expression adds, which may be nothing.
func (fr *frame) some(e ast.Expr) *Text {
	return fr.holeAt(e, hole{kind: fragmentHole, repeat: true})
}

func (fr *frame) holeAt(e ast.Expr, h hole) *Text {
	h.name, h.why = exprName(e), fr.prog.why(e, 0)
	return &Text{pieces: []piece{{hole: &h, from: origin{pos: e.Pos(), end: e.End()}}}}
}

// lacks adds a hole for what is known only when the library runs, or with the
// model.
func (r *rendering) lacks(kind sqlscan.HoleKind, name string) {
	r.out = append(r.out, piece{hole: &hole{kind: kind, name: name, why: r.whyLacks()}, from: r.at})
}

func (r *rendering) whyLacks() Why {
	if r.model == nil && r.c.lib.Chain.Naming != "" {
		return WhyModel
	}
	return WhyLibrary
}

// kindOf returns the kind of hole that formatting a value of type t leaves: a
// number is one value, a string may be anything.
func kindOf(t types.Type) sqlscan.HoleKind {
	if b, ok := t.Underlying().(*types.Basic); ok && b.Info()&(types.IsNumeric|types.IsBoolean) != 0 {
		return sqlscan.HoleValue
	}
	return sqlscan.HoleUnknown
}

// exprName shortens an expression for display in a hole.
func exprName(e ast.Expr) string {
	s := types.ExprString(e)
	for i := range len(s) {
		if s[i] == '\n' {
			return s[:i]
		}
	}
	return s
}

// maxDefinitions bounds through how many local variables a reason is followed.
const maxDefinitions = 4

// why returns the reason that an expression of which nothing is known is not.
func (p *Program) why(e ast.Expr, depth int) Why {
	switch e := ast.Unparen(e).(type) {
	case *ast.Ident:
		v, ok := p.info.Uses[e].(*types.Var)
		switch def, local := p.defined[v]; {
		case !ok:
			return WhyValue
		case p.packageLevel(v):
			return WhyState
		case !local:
			return WhyCaller
		case def != nil && depth < maxDefinitions:
			return p.why(def, depth+1)
		}
		return WhyValue
	case *ast.SelectorExpr:
		if _, ok := p.info.Uses[e.Sel].(*types.Var); ok {
			return WhyState
		}
	case *ast.IndexExpr:
		return WhyState
	case *ast.UnaryExpr:
		return p.why(e.X, depth)
	case *ast.StarExpr:
		return p.why(e.X, depth)
	case *ast.TypeAssertExpr:
		return p.why(e.X, depth)
	case *ast.CallExpr:
		tv := p.info.Types[e.Fun]
		fn := p.callee(e)
		switch {
		case tv.IsType() && len(e.Args) == 1:
			return p.why(e.Args[0], depth)
		case tv.IsBuiltin():
			return WhyValue
		case fn != nil && p.oracle.Library(fn) != nil:
			return WhyMethod
		}
		return WhyCall
	}
	return WhyValue
}

// define notes what a local variable is declared with.
func (p *Program) define(lhs, rhs ast.Expr) {
	id, ok := lhs.(*ast.Ident)
	if !ok {
		return
	}
	if v, ok := p.info.Defs[id].(*types.Var); ok {
		p.defined[v] = rhs
	}
}

// valueOf returns the expression that gives the i-th of n variables its value;
// nil if none does.
func valueOf(values []ast.Expr, n, i int) ast.Expr {
	switch len(values) {
	case n:
		return values[i]
	case 1:
		return values[0]
	}
	return nil
}
